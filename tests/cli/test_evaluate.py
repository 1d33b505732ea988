import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.images import Image, sample_image, write_labels_tiff
from napari_shift_unet.results import Results, write_parts
from napari_shift_unet.seams import AxisTiling, cut_labels


@pytest.fixture
def files(tmp_path):
    truth = np.array([[1, 1, 0, 2], [1, 1, 0, 2]])
    write_labels_tiff(tmp_path / "truth.tif", truth)
    write_labels_tiff(tmp_path / "pred.tif", np.where(truth == 1, 7, 0))
    return tmp_path / "pred.tif", tmp_path / "truth.tif"


def test_scores_as_json(shift_unet, files):
    ran = shift_unet("evaluate", *files, "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert found["images"] == 1
    assert len(found["ap"]) == 10
    assert found["ap"]["0.5"] == found["ap"]["0.95"] == 0.5


def test_scores_as_a_table(shift_unet, files):
    lines = shift_unet("evaluate", *files).out.splitlines()
    assert lines[0] == "1 image"
    assert lines[1].split("  ")[-2:] == ["mean over images", "all together"]
    assert lines[2].split() == ["AP", "0.5", "0.500", "0.500"]
    assert "false splits" in lines[14]
    assert len(lines) == 19


def test_all_keys_and_their_meaning(shift_unet, files):
    found = json.loads(shift_unet("evaluate", *files, "--json").out)
    assert found["ap"].keys() == found["f1"].keys()
    assert found["f1"]["0.5"] == found["panoptic_quality"] == pytest.approx(2 / 3)
    assert (found["objects"], found["found"]) == (2, 1)
    assert found["false_splits"] == found["false_merges"] == found["distant_false_merges"] == 0
    assert found["pooled"]["ap"] == found["ap"]
    assert found["at_seams"] is found["distant"] is None
    assert [image["name"] for image in found["per_image"]] == ["truth"]


@pytest.fixture
def cut_nuclei(tmp_path):
    """A real truth, and it again as a run whose tiles of 148 px cut it, in a folder of results."""
    _, truth = sample_image()
    assert truth is not None
    cut = cut_labels(truth, [AxisTiling(148), AxisTiling(148)])
    folder = tmp_path / "run"
    write_parts(folder, Results(Image(cut, "yx"), None, {"crop": [148, 148], "objects": 1}))
    write_labels_tiff(tmp_path / "truth.tif", truth)
    return folder, tmp_path / "truth.tif"


def test_objects_that_a_seam_cut_are_counted_at_the_seams_of_the_run(shift_unet, cut_nuclei):
    folder, truth = cut_nuclei
    found = json.loads(shift_unet("evaluate", folder, truth, "--json").out)
    there = found["at_seams"]
    assert found["false_splits"] == there["false_splits"] > 20
    assert found["ap"]["0.5"] > there["ap"]["0.5"]
    tiles = ("--tile", 148, 148)
    given = json.loads(shift_unet("evaluate", folder / "labels.tif", truth, *tiles, "--json").out)
    assert given == found
    elsewhere = shift_unet("evaluate", folder, truth, "--tile", 148, "--offset", 74, "--json").out
    assert json.loads(elsewhere)["at_seams"]["false_splits"] < there["false_splits"]
    assert "at seams, mean" in shift_unet("evaluate", folder, truth).out


def test_objects_that_were_merged_over_a_distance(shift_unet, tmp_path):
    image, truth = sample_image("nuclei-small")
    assert truth is not None
    write_labels_tiff(tmp_path / "truth.tif", truth)
    write_labels_tiff(tmp_path / "pred.tif", np.where(truth > 0, 1 + truth % 40, 0))
    tifffile.imwrite(tmp_path / "image.tif", np.asarray(image.data))
    arguments = ("evaluate", tmp_path / "pred.tif", tmp_path / "truth.tif")
    found = json.loads(shift_unet(*arguments, "--image", tmp_path / "image.tif", "--json").out)
    distant = found["distant"]
    assert distant["merges"] == found["distant_false_merges"] > 10
    assert 0 < distant["p_value"] <= 1
    assert "correlate by" in shift_unet(*arguments, "--image", tmp_path / "image.tif").out
    assert "is (50, 40) px" in _with_image_of(shift_unet, arguments, tmp_path, (50, 40))


def _with_image_of(shift_unet, arguments, folder, shape):
    tifffile.imwrite(folder / "other.tif", np.zeros(shape, np.uint8))
    return shift_unet(*arguments, "--image", folder / "other.tif").error


def test_an_offset_without_tiles(shift_unet, files):
    assert "--offset needs --tile" in shift_unet("evaluate", *files, "--offset", 4).error
    assert "give one number" in shift_unet("evaluate", *files, "--tile", "4,4,4").error


def test_a_missing_file(shift_unet, files):
    assert "none.tif does not exist" in shift_unet("evaluate", "none.tif", files[1]).error
