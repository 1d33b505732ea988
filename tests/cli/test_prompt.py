import csv
import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.images import read_tiff
from napari_shift_unet.prediction import drain
from napari_shift_unet.segmentation import prompt_events

from .conftest import blobs

BOXES = "y0,x0,y1,x1,label\n2,3,20,25,5\n30,10,48,40,9\n"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "results"


@pytest.fixture
def boxes(tmp_path):
    path = tmp_path / "boxes.csv"
    path.write_text(BOXES)
    return path


def test_each_box_is_one_object(shift_unet, image, model, boxes, out):
    ran = shift_unet("prompt", image, "--boxes", boxes, "--output", out, "--model", model)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("2 objects in ")
    assert sorted(path.name for path in out.iterdir()) == ["labels.tif", "objects.csv", "run.json"]
    labels = read_tiff(out / "labels.tif")
    assert (labels.axes, labels.data.shape) == ("yx", (50, 61))
    np.testing.assert_allclose(labels.scale, (0.5, 0.25))
    with (out / "objects.csv").open() as file:
        rows = {int(row["index"]): row for row in csv.DictReader(file)}
    assert set(rows) == {5, 9}
    assert int(rows[5]["bbox_y_min_px"]) >= 2
    assert int(rows[5]["bbox_x_max_px"]) <= 25
    expected = drain(prompt_events(image, boxes, model=model)).labels
    np.testing.assert_array_equal(labels.data, expected)
    facts = json.loads((out / "run.json").read_text())
    assert facts["prompts"] == {"count": 2, "sigma": 2.0}
    assert "clustering" not in facts


def test_settings_and_json(shift_unet, image, model, boxes, out):
    arguments = ("--output", out, "--model", model, "--sigma", 7, "--tile", 12, "--crop", 11)
    ran = shift_unet("prompt", image, "--boxes", boxes, *arguments, "--json")
    assert "seams expected" in ran.err
    facts = json.loads(ran.out)
    assert facts["prompts"]["sigma"] == 7
    assert facts["crop"] == [11, 11]
    assert 0 < facts["tiles"] < 5 * 6


def test_a_box_inside_of_another_has_an_object_or_is_counted(shift_unet, model, out, tmp_path):
    tifffile.imwrite(tmp_path / "flat.tif", blobs((20, 20)))
    path = tmp_path / "twice.csv"
    path.write_text("y0,x0,y1,x1\n2,3,18,17\n2,3,18,17\n")
    ran = shift_unet(
        *("prompt", tmp_path / "flat.tif", "--boxes", path, "--output", out, "--model", model)
    )
    assert ran.code == 0
    assert "1 of 2" in ran.err
    assert set(np.unique(tifffile.imread(out / "labels.tif"))) == {0, 1}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("y0,x0,y1,x1\n2,3,20,70\n90,3,99,20\n", "boxes.csv, row 3: the box lies outside"),
        ("y0,x0,y1,x1\n2,3,2,7\n", "row 2: the box holds no pixel along y"),
        ("y0,x0,y1,x1\n2,3,b,7\n", "row 2: y1 is 'b'; it must be a number"),
        ("y0,x0,y1\n2,3,7\n", "has no column x1"),
        ("y0,x0,y1,x1\n", "has no rows"),
    ],
)
def test_boxes_that_cannot_be_used(shift_unet, image, model, out, tmp_path, text, complaint):
    path = tmp_path / "boxes.csv"
    path.write_text(text)
    ran = shift_unet("prompt", image, "--boxes", path, "--output", out, "--model", model)
    assert complaint in ran.error
    assert not out.exists()


def test_a_sigma_and_a_file_that_cannot_be_used(shift_unet, image, model, boxes, out, tmp_path):
    arguments = ("prompt", image, "--output", out, "--model", model)
    assert "sigma is -1.0" in shift_unet(*arguments, "--boxes", boxes, "--sigma", -1).error
    missing = shift_unet(*arguments, "--boxes", tmp_path / "no.csv").error
    assert "no.csv cannot be read: No such file or directory" in missing
