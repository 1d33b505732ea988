import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from skimage.io import imread

from napari_shift_unet.gui.demo import VIRTUAL_SCREEN, main
from napari_shift_unet.images import read_tiff
from seeing_model import write_seeing_model


def run_demo(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "napari_shift_unet.gui.demo", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, VIRTUAL_SCREEN: "1", "NAPARI_CONFIG": "", **environment},
    )


def test_demo_segments_the_sample_in_the_real_viewer(qapp, tmp_path):
    model = write_seeing_model(tmp_path / "seeing.safetensors")
    run = run_demo("--output", tmp_path / "out", "--model", model)
    assert run.returncode == 0, run.stderr
    names = ["labels.tif", "objects.csv", "run.json", "window.png"]
    assert run.stdout.splitlines() == [str(tmp_path / "out" / name) for name in names]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    labels = read_tiff(tmp_path / "out" / "labels.tif").data
    objects = pd.read_csv(tmp_path / "out" / "objects.csv")
    facts = json.loads((tmp_path / "out" / "run.json").read_text())
    assert labels.shape == (520, 696)
    assert facts["tile"] == [148, 148]
    assert facts["legal"] is True
    assert facts["objects"] == len(objects) == labels.max() > 5
    window = imread(tmp_path / "out" / "window.png")
    assert window.shape[:2] == (1000, 1600)
    canvas = window[200:800, 400:1100, :3]
    assert len(np.unique(canvas.reshape(-1, 3), axis=0)) > 50


@pytest.mark.parametrize("broken", ["output", "model"])
def test_what_stops_the_demo_is_one_line(qapp, tmp_path, broken):
    (tmp_path / "file").write_text("mine")
    output = tmp_path / ("file" if broken == "output" else "out")
    run = run_demo("--output", output, "--model", tmp_path / "file")
    assert run.returncode == 2
    assert run.stdout == ""
    (said,) = run.stderr.splitlines()
    assert said.startswith("napari-shift-unet: ")
    assert "file" in said
    assert not (tmp_path / "out").exists()


def test_without_a_screen_or_a_virtual_one_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PATH"):
        monkeypatch.setenv(name, "")
    assert main(["--output", "nowhere"]) == 2
    assert "Install xvfb and xauth" in capsys.readouterr().err
