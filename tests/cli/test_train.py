import json
import os
import signal

import numpy as np
import pytest
import tifffile

from napari_shift_unet import training
from napari_shift_unet.errors import InputError
from napari_shift_unet.networks import load_model, read_card
from napari_shift_unet.training import read_unfinished, state_path
from napari_shift_unet.training.learner import Learner

RECIPE = """
method = "semi-convolutional"
steps = 6
window = 20
batch = 1
validate_every = 3
warmup = 1
precision = "float32"

[spec]
width = 2
factors = [[2, 2], [2, 2]]
"""


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


def test_a_model_is_trained_and_can_be_used(shift_unet, data, recipe, tmp_path):
    output = tmp_path / "mine.safetensors"
    ran = shift_unet("train", data, "--recipe", recipe, "--output", output, "--seed", 3)
    assert ran.code == 0, ran.err
    summary = json.loads(ran.out)
    assert summary["steps"] == 6
    assert summary["best_step"] in (3, 6)
    assert summary["images"] == {"train": 2, "val": 1, "test": 0}
    assert "steps" in ran.err
    assert "step 3: validation AP 0.5 is " in ran.err
    card = read_card(output)
    assert (card.name, card.recipe["seed"], card.training_window) == ("mine", 3, (20, 20))
    files = sorted(path.name for path in tmp_path.glob("mine*"))
    assert files == ["mine.last.safetensors", "mine.safetensors"]
    assert summary["last_model"] == str(tmp_path / files[0])
    image = data / "images" / "0.tif"
    assert shift_unet("segment", image, "--model", output, "--output", tmp_path / "out").code == 0


def test_the_same_seed_gives_the_same_weights(shift_unet, data, recipe, tmp_path):
    arguments = ("train", data, "--recipe", recipe, "--name", "same", "--output")
    hashes = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        output = tmp_path / f"{name}.safetensors"
        assert shift_unet(*arguments, output, "--seed", seed).code == 0
        hashes.append(load_model(output).hash)
    assert hashes[0] == hashes[1] != hashes[2]


def test_options_come_before_the_recipe(shift_unet, data, recipe, tmp_path):
    output = tmp_path / "m.safetensors"
    options = ("--steps", 2, "--window", 24, 28, "--batch", 2, "--learning-rate", 0.01)
    more = ("--validate-every", 1, "--method", "discriminative", "--name", "other")
    arguments = ("train", data, "--recipe", recipe, "--output", output, "--device", "cpu")
    ran = shift_unet(*arguments, *options, *more)
    assert ran.code == 0, ran.err
    found = read_card(output).recipe
    assert (found["steps"], found["window"], found["batch"]) == (2, [24, 28], 2)
    assert (found["learning_rate"], found["validate_every"]) == (0.01, 1)
    assert (found["method"], found["name"]) == ("discriminative", "other")


def test_after_ctrl_c_the_same_command_goes_on_to_the_same_end(
    shift_unet, data, recipe, tmp_path, monkeypatch
):
    arguments = ("train", data, "--recipe", recipe, "--name", "n", "--output")
    whole, stopped = tmp_path / "whole.safetensors", tmp_path / "stopped.safetensors"
    assert shift_unet(*arguments, whole).code == 0
    _press_ctrl_c(monkeypatch, step=4)
    ran = shift_unet(*arguments, stopped)
    assert (ran.code, ran.out) == (130, "")
    assert "Ctrl-C again stops at once" in ran.err
    assert "stopped after step 4; the same command goes on from there" in ran.err
    monkeypatch.undo()
    ran = shift_unet(*arguments, stopped)
    assert "going on after step 4" in ran.err
    assert json.loads(ran.out)["steps"] == 6
    assert load_model(stopped).hash == load_model(whole).hash


def test_a_second_ctrl_c_does_not_wait(shift_unet, data, recipe, tmp_path, monkeypatch):
    output = tmp_path / "stopped.safetensors"
    _press_ctrl_c(monkeypatch, step=4, times=2)
    ran = shift_unet("train", data, "--recipe", recipe, "--output", output)
    assert ran.code == 130
    assert read_unfinished(state_path(output))[1].step == 3, "the state of the last validation"


def _press_ctrl_c(monkeypatch, step, times=1):
    """Send the signal of Ctrl-C in the middle of a step."""
    update, steps = Learner.update, iter(range(1, 100))

    def interrupted(*values):
        if next(steps) == step:
            for _ in range(times):
                os.kill(os.getpid(), signal.SIGINT)
        return update(*values)

    monkeypatch.setattr(Learner, "update", interrupted)


def test_minutes_become_steps_that_a_stopped_training_keeps(
    shift_unet, data, recipe, tmp_path, monkeypatch
):
    def pace(*_):
        yield
        return training.Pace(step_s=0.5, validation_s=1.0)

    output = tmp_path / "m.safetensors"
    arguments = ("train", data, "--recipe", recipe, "--output", output, "--minutes", 0.1)
    monkeypatch.setattr(training, "measure_pace", pace)
    with monkeypatch.context() as patch:
        _press_ctrl_c(patch, step=4)
        assert "10 steps of 0.5 s will take about 0.1 minutes" in shift_unet(*arguments).err
    monkeypatch.setattr(training, "measure_pace", None)
    ran = shift_unet(*arguments)
    assert "going on after step 4" in ran.err
    assert json.loads(ran.out)["steps"] == 10


@pytest.mark.parametrize("options", [("--minutes", 0), ("--minutes", 3, "--steps", 3)], ids=str)
def test_minutes_that_cannot_be_used(shift_unet, data, tmp_path, options):
    error = shift_unet("train", data, "--output", tmp_path / "m.safetensors", *options).error
    assert error.startswith("--minutes must be above 0, and stands in place of --steps")


@pytest.mark.parametrize(
    ("method", "channels", "lengths"),
    [
        ("discriminative", 8, {"neighbours_px"}),
        ("semi-convolutional", 2, set()),
        ("spatial-embedding", 3, set()),
    ],
)
def test_without_a_recipe_channels_and_distances_are_guessed(
    shift_unet, data, tmp_path, monkeypatch, method, channels, lengths
):
    seen = []

    def stop(samples, validation, config, *_, **__):
        seen.append(config)
        raise InputError("seen")
        yield

    monkeypatch.setattr(training, "train", stop)
    arguments = ("train", data, "--output", tmp_path / "m.safetensors", "--method", method)
    assert shift_unet(*arguments).error == "seen"
    (config,) = seen
    assert config.spec.embedding_dims == channels
    assert config.loss.keys() == lengths
    assert 1 < config.clustering["bandwidth"] < 10


def test_a_training_can_start_from_a_model(shift_unet, data, model, tmp_path):
    output = tmp_path / "m.safetensors"
    arguments = ("train", data, "--output", output, "--window", 20, "--steps", 1)
    crawl = ("--learning-rate", 1e-12, "--start-from")
    assert shift_unet(*arguments, *crawl, model).code == 0
    before, after = (
        load_model(path).network.get_parameter("head.weight") for path in (model, output)
    )
    np.testing.assert_array_equal(after.detach().numpy(), before.detach().numpy())
    assert read_card(output).spec == read_card(model).spec
    assert (
        "none.safetensors does not exist"
        in shift_unet(*arguments, *crawl, "none.safetensors").error
    )


def test_a_window_that_makes_seams_can_be_asked_for(shift_unet, data, recipe, tmp_path):
    output = tmp_path / "m.safetensors"
    arguments = ("train", data, "--recipe", recipe, "--output", output, "--window", 4)
    assert "not larger than the period of [4, 4] px" in shift_unet(*arguments).error
    assert shift_unet(*arguments, "--allow-small-window").code == 0
    assert read_card(output).training_window == (4, 4)


def test_padding_is_warned_of_in_one_line(shift_unet, data, recipe, tmp_path):
    recipe.write_text(RECIPE + 'padding = "same"')
    output = tmp_path / "m.safetensors"
    ran = shift_unet("train", data, "--recipe", recipe, "--output", output, "--steps", 1)
    assert ran.code == 0, ran.err
    (line,) = (line for line in ran.err.splitlines() if "warning" in line)
    assert line.startswith("shift-unet: warning: the convolutions are padded and batch is 1")


def test_another_method_is_no_way_to_go_on(shift_unet, data, recipe, tmp_path, monkeypatch):
    output = tmp_path / "m.safetensors"
    arguments = ("train", data, "--recipe", recipe, "--output", output)
    with monkeypatch.context() as patch:
        _press_ctrl_c(patch, step=4)
        assert shift_unet(*arguments).code == 130
    error = shift_unet(*arguments, "--method", "discriminative").error
    assert "m.training.safetensors belongs to a training with other settings" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--steps", 0), "steps is 0"),
        (("--window", 18), "training window is [18, 18] px"),
        (("--window", 4), "not larger than the period"),
        (("--window", "wide"), "--window is 'wide'"),
        (("--method", "magic"), "method is 'magic'"),
        (("--patience", 0), "patience is 0"),
        (("--recipe", "none.toml"), "none.toml cannot be read"),
        (("--device", "abacus"), "abacus"),
    ],
)
def test_settings_that_cannot_be_used(shift_unet, data, recipe, tmp_path, arguments, message):
    given = arguments if "--recipe" in arguments else ("--recipe", recipe, *arguments)
    output = tmp_path / "m.safetensors"
    assert message in shift_unet("train", data, "--output", output, *given).error
    assert not list(tmp_path.glob("m*"))


def test_data_that_cannot_be_used(shift_unet, data, recipe, tmp_path):
    def error(folder=data):
        output = tmp_path / "m.safetensors"
        return shift_unet("train", folder, "--recipe", recipe, "--output", output).error

    assert "must hold the folders images and masks" in error(tmp_path / "none")
    (data / "split.json").write_text('{"train": ["0.tif"]}')
    assert "split.json" in error()
    (data / "split.json").write_text("{")
    assert "split.json" in error()
    (data / "split.json").write_text('{"train": ["9.tif"], "val": ["1.tif"]}')
    assert "names 9.tif under 'train'" in error()
    (data / "split.json").unlink()
    (data / "masks" / "0.tif").unlink()
    assert "holds 0.tif without a file of the same name in masks" in error()
    tifffile.imwrite(data / "masks" / "0.tif", np.zeros((48, 40), np.float32))
    assert "hold float32 pixels" in error()
    tifffile.imwrite(data / "masks" / "0.tif", np.zeros((4, 4), np.uint8))
    assert "are (4, 4) px and the image is (48, 40) px" in error()


def test_targets_that_cannot_be_written(shift_unet, data, recipe, tmp_path):
    def error(output):
        return shift_unet("train", data, "--recipe", recipe, "--output", output).error

    assert "a model file ends in .safetensors" in error(tmp_path / "m.pt")
    assert "there is no folder" in error(tmp_path / "none" / "m.safetensors")


def test_a_state_of_other_settings_is_not_taken_up(shift_unet, data, recipe, tmp_path):
    (tmp_path / "m.training.safetensors").write_text("no state")
    output = tmp_path / "m.safetensors"
    assert (
        "m.training.safetensors"
        in shift_unet("train", data, "--recipe", recipe, "--output", output).error
    )
