import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.evaluation import average_precision
from napari_shift_unet.images import read_image, sample_image, write_labels_tiff
from napari_shift_unet.results import read_results
from napari_shift_unet.seams import AxisTiling, cut_labels

TRUTH = sample_image("nuclei-small")[1]


@pytest.fixture
def cut(tmp_path):
    labels = cut_labels(TRUTH, [AxisTiling(100), AxisTiling(90, 20)])
    write_labels_tiff(tmp_path / "cut.tif", labels, (0.5, 0.5), ("micrometer",) * 2)
    return tmp_path / "cut.tif"


@pytest.mark.parametrize("name", ["fixed.tif", "fixed.zarr"])
def test_cut_objects_are_whole_again(shift_unet, cut, tmp_path, name):
    ran = shift_unet("repair", cut, "--output", tmp_path / name, "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert (found["tile"], found["offset"], found["threshold"]) == ([100, 90], [0, 20], 0.9)
    assert found["before"]["objects"] > found["after"]["objects"]
    assert found["merged"]
    fixed = read_image(tmp_path / name)
    assert fixed.scale == (0.5, 0.5)
    before, after = (
        average_precision(np.asarray(image.data[...]), TRUTH, 0.9)
        for image in (read_image(cut), fixed)
    )
    assert after > before
    assert after > 0.95


def test_a_folder(shift_unet, cut, tmp_path):
    out = shift_unet("repair", cut, "--output", tmp_path / "fixed", "--tile", 100, 90).out
    assert "pairs merged" in out
    results = read_results(tmp_path / "fixed")
    assert len(results.objects) == results.facts["objects"]
    assert results.facts["repair"]["tile"] == [100, 90]


def test_a_run_keeps_its_facts(shift_unet, model, tmp_path):
    tifffile.imwrite(tmp_path / "cells.tif", np.asarray(sample_image("nuclei-small")[0].data))
    options = ("--model", model, "--tile", 52, "--crop", 50, "--save-embedding")
    shift_unet("segment", tmp_path / "cells.tif", "--output", tmp_path / "run", *options)
    shift_unet("repair", tmp_path / "run", "--output", tmp_path / "fixed")
    before, after = read_results(tmp_path / "run"), read_results(tmp_path / "fixed")
    assert after.facts["model_hash"] == before.facts["model_hash"]
    assert after.embedding.data.shape == before.embedding.data.shape
    assert after.facts["repair"]["tile"] == [50, 50]


def test_nothing_to_repair(shift_unet, tmp_path):
    write_labels_tiff(tmp_path / "truth.tif", TRUTH)
    ran = shift_unet("repair", tmp_path / "truth.tif", "--output", tmp_path / "same.tif", "--json")
    assert json.loads(ran.out)["merged"] == []
    assert (tifffile.imread(tmp_path / "same.tif") == TRUTH).all()


def test_bad_options(shift_unet, cut, tmp_path):
    ran = shift_unet("repair", cut, "--output", tmp_path / "a.tif", "--threshold", 2)
    assert "--threshold is 2; give a score from 0 to 1" in ran.error
    missing = shift_unet("repair", cut, "--output", tmp_path / "none" / "a.tif")
    assert "there is no folder" in missing.error
    (tmp_path / "file").write_text("x")
    assert "is a file" in shift_unet("repair", cut, "--output", tmp_path / "file").error
