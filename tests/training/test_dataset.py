import json

import numpy as np
import pytest
import tifffile

from napari_shift_unet.errors import InputError
from napari_shift_unet.training import read_folder


@pytest.fixture
def folder(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    return tmp_path


def _add(folder, count):
    ramp = np.arange(20, dtype=np.uint8).reshape(4, 5)
    for index in range(count):
        tifffile.imwrite(folder / "images" / f"{index:02}.tif", ramp + index)
        tifffile.imwrite(folder / "masks" / f"{index:02}.tif", (ramp > 9).astype(np.uint16))


def _names(folder, split):
    return [sample.name.removesuffix(".tif") for sample in read_folder(folder, split, (0, 100), 2)]


def test_images_are_normalised_as_a_whole(folder):
    _add(folder, 1)
    (sample,) = read_folder(folder, "train", (0, 100), 2)
    assert sample.image.shape == (1, 4, 5)
    assert (sample.image.min(), sample.image.max()) == (0, 1)
    np.testing.assert_array_equal(sample.labels, np.arange(20).reshape(4, 5) > 9)


@pytest.mark.parametrize(
    ("count", "val"), [(1, ["00"]), (2, ["01"]), (9, ["08"]), (10, ["09"]), (21, ["09", "19"])]
)
def test_without_a_listing_some_images_are_for_validation(folder, count, val):
    _add(folder, count)
    (folder / "images" / ".DS_Store").touch()
    assert _names(folder, "val") == val
    every = [f"{index:02}" for index in range(count)]
    assert _names(folder, "train") == ([name for name in every if name not in val] or val)
    with pytest.raises(InputError, match="no images of the split 'test'"):
        _names(folder, "test")


def test_a_listing_decides(folder):
    _add(folder, 3)
    split = {"train": ["02.tif", "00.tif"], "val": ["01.tif"], "test": ["02.tif"]}
    (folder / "split.json").write_text(json.dumps(split))
    assert [_names(folder, name) for name in split] == [["00", "02"], ["01"], ["02"]]


@pytest.mark.parametrize("text", ["{", "[]", '{"train": []}', '{"val": 3}'])
def test_listings_that_cannot_be_used(folder, text):
    _add(folder, 3)
    (folder / "split.json").write_text(text)
    with pytest.raises(InputError, match=r"split\.json"):
        _names(folder, "val")
