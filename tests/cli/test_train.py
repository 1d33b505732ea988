import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.networks import load_model, read_card
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
def data(tmp_path, rng):
    folder = tmp_path / "data"
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    for index in range(3):
        masks = np.zeros((48, 40), np.uint16)
        for number, (y, x) in enumerate(rng.integers(4, 36, (6, 2)), start=1):
            masks[y - 3 : y + 4, x - 3 : x + 4] = number
        pixels = 50 + 100 * (masks > 0) + rng.integers(0, 20, masks.shape)
        tifffile.imwrite(folder / "images" / f"{index}.tif", pixels.astype(np.uint8))
        tifffile.imwrite(folder / "masks" / f"{index}.tif", masks)
    return folder


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
    assert sorted(path.name for path in tmp_path.glob("mine*")) == ["mine.safetensors"]
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


def test_a_stopped_training_goes_on_to_the_same_end(
    shift_unet, data, recipe, tmp_path, monkeypatch
):
    arguments = ("train", data, "--recipe", recipe, "--name", "n", "--output")
    whole, stopped = tmp_path / "whole.safetensors", tmp_path / "stopped.safetensors"
    assert shift_unet(*arguments, whole).code == 0

    update, steps = Learner.update, iter(range(5))

    def interrupted(*values):
        if next(steps) == 4:
            raise KeyboardInterrupt
        return update(*values)

    with monkeypatch.context() as patch:
        patch.setattr(Learner, "update", interrupted)
        ran = shift_unet(*arguments, stopped)
    assert (ran.code, ran.out) == (130, "")
    assert "stopped after step 4; the same command goes on from there" in ran.err
    ran = shift_unet(*arguments, stopped)
    assert "going on after step 4" in ran.err
    assert json.loads(ran.out)["steps"] == 6
    assert load_model(stopped).hash == load_model(whole).hash


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--steps", 0), "steps is 0"),
        (("--window", 18), "training window is [18, 18] px"),
        (("--window", 4), "not larger than the period"),
        (("--window", "wide"), "--window is 'wide'"),
        (("--method", "magic"), "method is 'magic'"),
        (("--method", "spatial-embedding"), "spatial-embedding"),
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
