import json

import numpy as np
import pytest

from napari_shift_unet.images import Image, sample_image, write_labels_tiff
from napari_shift_unet.results import Results, write_parts
from napari_shift_unet.seams import AxisTiling, cut_labels


@pytest.fixture
def runs(tmp_path):
    """A folder of a run whose seams cut objects, and a file with the truth."""
    _, truth = sample_image("nuclei-small")
    cut = cut_labels(truth, [AxisTiling(100), AxisTiling(90)])
    facts = {"crop": [100, 90], "legal": False}
    labels = Image(cut, "yx", (1.0, 1.0), ("pixel", "pixel"), (0.0, 0.0), name="cut")
    write_parts(tmp_path / "run", Results(labels, None, facts))
    write_labels_tiff(tmp_path / "truth.tif", truth)
    return tmp_path / "run", tmp_path / "truth.tif"


def test_json(shift_unet, runs):
    ran = shift_unet("compare", *runs, "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert (found["objects_b"], found["counts"]["split"]) == (79, 0)
    assert found["counts"]["merged"] == len(found["differences"]) > 5
    assert found["numbers"]["crop"] == ["100 x 90 px", "–"]
    one = found["differences"][0]
    assert (one["kind"], len(one["ids_b"]), one["area_a_px"]) == ("merged", 1, one["area_b_px"])


def test_a_short_text(shift_unet, runs):
    out = shift_unet("compare", *runs).out
    assert "objects are the same; " in out
    assert " merged" in out
    assert "more; --json has all" in out
    same = shift_unet("compare", runs[1], runs[1]).out
    assert "79 objects are the same; none differs" in same


def test_other_shapes_are_one_sentence(shift_unet, runs, tmp_path):
    write_labels_tiff(tmp_path / "small.tif", np.ones((4, 5), np.int32))
    ran = shift_unet("compare", runs[0], tmp_path / "small.tif")
    assert (ran.code, ran.out) == (2, "")
    assert "256 x 256 and 4 x 5 px; they must have the same shape" in ran.err
