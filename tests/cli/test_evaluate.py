import json

import numpy as np
import pytest

from napari_shift_unet.images import write_labels_tiff


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
    assert lines[:2] == ["mean over 1 images", "AP 0.5   0.500"]
    assert len(lines) == 11


def test_a_missing_file(shift_unet, files):
    assert "none.tif does not exist" in shift_unet("evaluate", "none.tif", files[1]).error
