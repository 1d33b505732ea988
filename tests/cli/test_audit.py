import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.images import (
    sample_image,
    write_array_zarr,
    write_labels_ome_zarr,
    write_labels_tiff,
)
from napari_shift_unet.seams import AxisTiling, cut_labels

from .conftest import write_model

TILINGS = [AxisTiling(100), AxisTiling(90, 20)]
KEYS = ["tile", "offset", "p_value", "seams", "pairs"]


@pytest.fixture
def cut(tmp_path):
    _, truth = sample_image("nuclei-small")
    labels = cut_labels(truth, TILINGS)
    write_labels_tiff(tmp_path / "labels.tif", labels)
    return tmp_path / "labels.tif"


def test_unknown_tiles_as_json(shift_unet, cut):
    ran = shift_unet("audit", cut, "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert list(found) == [*KEYS, "causes"]
    assert (found["tile"], found["offset"]) == ([100, 90], [0, 20])
    assert max(found["p_value"]) < 0.05
    assert len(found["pairs"]) > 5
    (cause,) = found["causes"]
    assert cause["name"] == "cannot be told from labels alone"
    assert set(cause) == {"name", "evidence", "remedy"}


def test_an_ome_zarr(shift_unet, cut, tmp_path):
    write_labels_ome_zarr(tmp_path / "labels.zarr", tifffile.imread(cut))
    assert shift_unet("audit", tmp_path / "labels.zarr", "--json").out == (
        shift_unet("audit", cut, "--json").out
    )


def test_a_short_text(shift_unet, cut):
    image, _ = sample_image("nuclei-small")
    tifffile.imwrite(cut.parent / "image.tif", np.asarray(image.data))
    out = shift_unet("audit", cut, "--image", cut.parent / "image.tif").out
    assert "100 px" in out
    assert "pairs look split" in out
    assert "repaired: " in out
    assert "mean intensity" in out
    assert "\nWhy: cannot be told from labels alone. There are seams every 100 px along y" in out
    assert "probe the network with `shift-unet probe`." in out


def test_no_evidence(shift_unet, tmp_path):
    write_labels_tiff(tmp_path / "truth.tif", sample_image("nuclei-small")[1])
    found = json.loads(shift_unet("audit", tmp_path / "truth.tif", "--json").out)
    assert (found["tile"], found["seams"], found["pairs"]) == ([None, None], [], [])
    assert found["causes"] == []
    assert "no evidence of tiles" in shift_unet("audit", tmp_path / "truth.tif").out


def test_a_given_tiling(shift_unet, cut):
    ran = shift_unet("audit", "--tile", 100, 90, "--offset", 0, 20, cut, "--json")
    assert json.loads(ran.out)["offset"] == [0, 20]


def test_an_embedding(shift_unet, cut):
    points = np.random.default_rng(0).normal(size=(2, *tifffile.imread(cut).shape))
    write_array_zarr(cut.parent / "embedding.zarr", points, "cyx")
    ran = shift_unet("audit", cut, "--embedding", cut.parent / "embedding.zarr", "--json")
    assert list(json.loads(ran.out)) == [*KEYS, "embedding", "causes"]
    shown = shift_unet("audit", cut, "--embedding", cut.parent / "embedding.zarr").out
    assert "embedding along y: jumps" in shown


def test_the_network_that_made_the_labels(shift_unet, cut, tmp_path):
    model = write_model(tmp_path / "nine.safetensors", factors=(3, 3), convs=1)
    (cause,) = json.loads(shift_unet("audit", cut, "--model", model, "--json").out)["causes"]
    assert cause["name"] == "crop off the lattice"
    assert "along y" in cause["remedy"]
    assert "100 is 11 x 9 + 1" in cause["evidence"]


def test_a_folder_of_results_knows_its_tiles(shift_unet, model, tmp_path):
    tifffile.imwrite(tmp_path / "cells.tif", np.asarray(sample_image("nuclei-small")[0].data))
    options = ("--model", model, "--tile", 52, "--crop", 50, "--min-size", 1)
    shift_unet("segment", tmp_path / "cells.tif", "--output", tmp_path / "run", *options)
    found = json.loads(shift_unet("audit", tmp_path / "run", "--json").out)
    assert (found["tile"], found["offset"]) == ([50, 50], [0, 0])
    assert {seam["position"] % 50 for seam in found["seams"]} == {0}
    (cause,) = found["causes"]
    assert cause["name"] == "crop off the lattice"
    assert "50 is 12 x 4 + 2" in cause["evidence"]
    assert "Why: crop off the lattice. Along y and x" in shift_unet("audit", tmp_path / "run").out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--tile", 4000), "the tile is 4000 px"),
        (("--offset", 3), "--offset needs --tile"),
        (("--tile", "x"), "give one whole number"),
        (("--image", "none.tif"), "none.tif does not exist"),
        (("--embedding", "none.zarr"), "none.zarr does not exist"),
    ],
)
def test_bad_options(shift_unet, cut, options, message):
    assert message in shift_unet("audit", cut, *options).error


def test_bad_labels(shift_unet, tmp_path):
    tifffile.imwrite(tmp_path / "float.tif", np.ones((30, 30), np.float32))
    tifffile.imwrite(tmp_path / "negative.tif", np.full((30, 30), -1, np.int16))
    tifffile.imwrite(tmp_path / "one.tif", np.eye(30, dtype=np.uint8))
    assert "whole numbers are needed" in shift_unet("audit", tmp_path / "float.tif").error
    assert "go down to -1" in shift_unet("audit", tmp_path / "negative.tif").error
    assert "one object" in shift_unet("audit", tmp_path / "one.tif").error
    assert "does not exist" in shift_unet("audit", tmp_path / "none.tif").error
