"""A real `shift-unet train` is killed where it hurts; the same command ends as if it was not."""

import json
import os
import signal
import subprocess
import sys

import pytest
import torch

from napari_shift_unet.training import last_path, read_unfinished, state_path

RECIPE = """
method = "semi-convolutional"
name = "killed"
steps = 12
window = 20
batch = 1
validate_every = 4
warmup = 1
checkpoint_minutes = 0.0
precision = "float32"

[loss]
mask_weight = 0.5

[spec]
width = 2
factors = [[2, 2], [2, 2]]
"""
# A process that kills itself, as -9 does, when a function is called for the n-th time.
VICTIM = """
import os, signal, sys
from napari_shift_unet.cli import main
from napari_shift_unet.training import calibration, run

name, left = sys.argv[1], int(sys.argv[2])
place = {"update": run.Learner, "_mean_score": calibration}[name]
original = getattr(place, name)

def mortal(*arguments):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments)

setattr(place, name, mortal)
main(sys.argv[3:])
"""


@pytest.fixture
def command(data, tmp_path):
    """Arguments of the command for an output."""
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE)
    return lambda output: ["train", data, "--recipe", recipe, "--output", output, "--device", "cpu"]


def _kill(command, output, *place):
    threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    died = subprocess.run(
        [sys.executable, "-c", VICTIM, *map(str, (*place, *command(output)))],
        env=os.environ | threads,
        capture_output=True,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr


def test_after_kills_the_same_command_ends_with_the_same_models(shift_unet, command, tmp_path):
    whole, killed = tmp_path / "whole.safetensors", tmp_path / "killed.safetensors"
    assert shift_unet(*command(whole)).code == 0
    _kill(command, killed, "update", 7)
    assert read_unfinished(state_path(killed))[1].step == 6
    _kill(command, killed, "_mean_score", 9)
    assert read_unfinished(state_path(killed))[1].step == 12
    ran = shift_unet(*command(killed))
    assert json.loads(ran.out)["steps"] == 12
    assert killed.read_bytes() == whole.read_bytes()
    assert last_path(killed).read_bytes() == last_path(whole).read_bytes()
    assert not state_path(killed).exists()
