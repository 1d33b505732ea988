"""Folders of images and masks: what belongs together, what counts, what is refused."""

import json

import numpy as np
import pytest
import tifffile
import zarr
from PIL import Image as Picture

from napari_shift_unet.errors import InputError
from napari_shift_unet.training import read_folder

RAMP = np.arange(20, dtype=np.uint8).reshape(4, 5)
OBJECT = (RAMP > 9).astype(np.uint16)


@pytest.fixture
def folder(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    return tmp_path


def _add(folder, count):
    for index in range(count):
        tifffile.imwrite(folder / "images" / f"{index:02}.tif", RAMP + index)
        tifffile.imwrite(folder / "masks" / f"{index:02}.tif", OBJECT)


def _write(folder, labels, name="00.tif", to="masks"):
    (folder / to).mkdir(exist_ok=True)
    tifffile.imwrite(folder / to / name, labels)


def _read(folder, split="train", ndim=2):
    return read_folder(folder, split, (0, 100), ndim)


def _names(folder, split):
    return [sample.name.removesuffix(".tif") for sample in _read(folder, split)]


def test_images_are_normalised_as_a_whole(folder):
    _add(folder, 1)
    (sample,) = _read(folder)
    assert sample.image.shape == (1, 4, 5)
    assert (sample.image.min(), sample.image.max()) == (0, 1)
    np.testing.assert_array_equal(sample.labels, OBJECT)


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


def test_a_listing_decides_and_may_leave_suffixes_out(folder):
    _add(folder, 4)
    split = {"train": ["02.tif", "00"], "val": ["01.png"], "test": ["02.tif", "02"]}
    (folder / "split.json").write_text(json.dumps(split))
    assert [_names(folder, name) for name in split] == [["00", "02"], ["01"], ["02"]]


@pytest.mark.parametrize("text", ["{", "[]", '{"train": []}', '{"val": 3}'])
def test_listings_that_cannot_be_used(folder, text):
    _add(folder, 3)
    (folder / "split.json").write_text(text)
    with pytest.raises(InputError, match=r"split\.json"):
        _names(folder, "val")


def test_a_listing_of_absent_files(folder):
    _add(folder, 3)
    (folder / "split.json").write_text('{"train": ["00.tif", "07.tif", "09.tif"]}')
    with pytest.raises(InputError, match=r"07\.tif and 1 more under 'train', .*Correct the list"):
        _names(folder, "train")


def test_masks_may_have_another_suffix(folder):
    _write(folder, RAMP, "a.b.tif", to="images")
    Picture.fromarray(OBJECT.astype(np.uint8)).save(folder / "masks" / "a.b.png")
    _write(folder, RAMP, "c.tif", to="images")
    zarr.save_array(folder / "masks" / "c.zarr", OBJECT)
    samples = _read(folder) + _read(folder, "val")
    assert [sample.name for sample in samples] == ["a.b.tif", "c.tif"]
    for sample in samples:
        np.testing.assert_array_equal(sample.labels, OBJECT)


def test_two_masks_for_one_image(folder):
    _add(folder, 1)
    _write(folder, OBJECT, "00.tiff")
    with pytest.raises(InputError, match=r"00\.tif and 00\.tiff, which differ in the suffix alone"):
        _read(folder)


@pytest.mark.parametrize(("extra", "lacks"), [("images", "masks"), ("masks", "images")])
def test_images_without_masks_and_masks_without_images(folder, extra, lacks):
    _add(folder, 2)
    for name in ("x.tif", "y.tif", "z.tif"):
        _write(folder, OBJECT, name, to=extra)
    said = rf"{extra} holds x\.tif and 2 more without a file of the same name in {lacks}"
    with pytest.raises(InputError, match=said):
        _read(folder)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (OBJECT.astype(np.float32), r"00\.tif hold float32 pixels; .* Convert them to uint16"),
        (-OBJECT.astype(np.int16), "negative numbers, down to -1; .* what is not annotated"),
        (OBJECT[:3], r"00\.tif are \(3, 5\) px and the image is \(4, 5\) px"),
        (np.stack([OBJECT] * 3, -1).astype(np.uint8), r"are \(4, 5, 3\) px"),
    ],
)
def test_masks_that_cannot_be_used(folder, labels, said):
    _add(folder, 1)
    _write(folder, labels)
    with pytest.raises(InputError, match=said) as caught:
        _read(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        (OBJECT.astype(np.uint32) * 70_000, OBJECT),
        (np.where(RAMP > 15, 9, OBJECT * 4).astype(np.int32), np.where(RAMP > 15, 2, OBJECT)),
        (np.full((4, 5), 2**64 - 3, np.uint64), np.ones((4, 5))),
        (OBJECT > 0, OBJECT),
    ],
    ids=["beyond 65,535", "gaps", "beyond 63 bits", "one object as bool"],
)
def test_any_numbers_are_labels(folder, labels, wanted):
    _add(folder, 1)
    _write(folder, labels)
    (sample,) = _read(folder)
    np.testing.assert_array_equal(sample.labels, wanted)
    assert sample.labels.dtype == np.int32
    assert len(sample.objects) == len(np.unique(wanted[wanted > 0]))


def test_some_masks_may_be_empty_but_not_all(folder):
    _add(folder, 4)
    _write(folder, OBJECT * 0, "01.tif")
    assert [len(sample.objects) for sample in _read(folder)] == [1, 0, 1]
    for name in ("00.tif", "02.tif"):
        _write(folder, OBJECT * 0, name)
    with pytest.raises(InputError, match=r"none of the 3 masks of the split 'train'.*holds an obj"):
        _read(folder)
    assert len(_read(folder, "val")) == 1


def test_a_mask_says_what_is_annotated(folder):
    _add(folder, 3)
    _write(folder, (RAMP % 5 > 2).astype(np.uint8) * 255, "01.tif", to="annotated")
    whole, partly = _read(folder)
    assert whole.labels.min() == 0
    np.testing.assert_array_equal(partly.labels, np.where(RAMP % 5 > 2, OBJECT.astype(int), -1))
    _write(folder, (RAMP < 5).astype(np.uint8), "00.tif", to="annotated")
    _write(folder, RAMP * 0, "01.tif", to="annotated")
    with pytest.raises(InputError, match="holds an object"):
        _read(folder)
    _write(folder, RAMP, "07.tif", to="annotated")
    with pytest.raises(InputError, match=r"07\.tif has no image of its name"):
        _read(folder)


def test_a_stack_is_planes_for_a_2d_network_and_a_volume_for_a_3d_one(folder):
    stack = np.stack([RAMP] * 6)
    _write(folder, stack, to="images")
    _write(folder, np.stack([OBJECT] * 6))
    assert [sample.name for sample in _read(folder)] == [f"00.tif, z {z}" for z in range(6)]
    (volume,) = _read(folder, ndim=3)
    assert volume.labels.shape == (6, 4, 5)


def test_images_that_cannot_be_used(folder):
    _add(folder, 1)
    with pytest.raises(InputError, match=r"'00\.tif' has the axes 'yx'; a 3D model needs z"):
        _read(folder, ndim=3)
    _write(folder, np.full((4, 5), 7, np.uint8), to="images")
    with pytest.raises(InputError, match=r"00\.tif is constant"):
        _read(folder)
    _write(folder, np.where(RAMP > 3, RAMP, np.nan).astype(np.float32), to="images")
    with pytest.raises(InputError, match=r"00\.tif holds 4 NaN"):
        _read(folder)
    tifffile.imwrite(folder / "images" / "00.tif", np.stack([RAMP] * 3, -1), photometric="rgb")
    with pytest.raises(InputError, match=r"00\.tif' is RGB.* Convert it to grey"):
        _read(folder)


def test_what_is_not_there(tmp_path):
    with pytest.raises(InputError, match="must hold the folders images and masks"):
        _read(tmp_path / "none")
