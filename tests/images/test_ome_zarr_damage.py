import shutil

import numpy as np
import pytest
import zarr

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import check_pixels, read_ome_zarr

YX = [{"name": a, "type": "space", "unit": "micrometer"} for a in "yx"]
FLAT = np.ones((9, 9))


def _steps(scale, translation=None):
    steps = [{"type": "scale", "scale": list(scale)}]
    if translation is not None:
        steps.append({"type": "translation", "translation": list(translation)})
    return steps


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({}, "no multiscales metadata, so it is no OME-Zarr image"),
        ({"plate": {}}, "a plate or a well"),
        ({"ome": {"version": "0.5", "well": {}}}, "a plate or a well"),
        ({"bioformats2raw.layout": 3}, "a collection of images; give the path"),
        ({"labels": ["a"]}, "a list of labels"),
        ({"multiscales": []}, "multiscales metadata are damaged"),
        ({"multiscales": [{"version": "0.4"}]}, "multiscales metadata are damaged"),
        ({"multiscales": [{"version": "0.1", "datasets": []}]}, r"OME-Zarr 0\.1; 0\.4 and 0\.5"),
        ({"ome": "nonsense"}, "no OME-Zarr image"),
        ({"ome": {"multiscales": {"a": 1}}}, "multiscales metadata are damaged"),
    ],
)
def test_groups_that_are_no_image(tmp_path, attributes, message):
    zarr.create_group(tmp_path / "a.zarr", attributes=attributes)
    with pytest.raises(InputError, match=rf"a\.zarr cannot be opened: .*{message}"):
        read_ome_zarr(tmp_path / "a.zarr")


@pytest.mark.parametrize(
    ("axes", "steps", "message"),
    [
        ([{"name": "angle"}, *YX], _steps((1, 1, 1)), "axes are"),
        (YX[::-1], _steps((1, 1)), "in this order"),
        (YX, _steps((1, 1, 1)), "damaged"),
        (YX, [{"type": "affine", "affine": [1]}], "placed by 'affine'"),
        (YX, [{"type": "scale", "path": "elsewhere"}], "damaged"),
        (YX, _steps((0, 1)), "must be positive"),
        ([{"type": "space"}] * 2, _steps((1, 1)), "damaged"),
    ],
)
def test_metadata_that_cannot_be_read(write_image, tmp_path, axes, steps, message):
    datasets = [{"path": "0", "coordinateTransformations": steps}]
    path = write_image(tmp_path / "a.zarr", [np.ones((9,) * len(axes))], axes, datasets)
    with pytest.raises(InputError, match=message):
        read_ome_zarr(path)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_missing_array_is_named(write_image, tmp_path, version):
    path = write_image(tmp_path / "a.zarr", [FLAT, FLAT], YX, version=version)
    shutil.rmtree(path / "1")
    with pytest.raises(InputError, match="its array '1' is missing"):
        read_ome_zarr(path)


def test_a_group_in_place_of_an_array(write_image, tmp_path):
    path = write_image(
        tmp_path / "a.zarr", [], YX, [{"path": "g", "coordinateTransformations": []}]
    )
    zarr.open_group(path).create_group("g")
    with pytest.raises(InputError, match="'g' is no array"):
        read_ome_zarr(path)


@pytest.mark.parametrize(
    "text", ["{garbage", "", "[]", "null", '"text"', "{}", '{"zarr_format": 9}']
)
@pytest.mark.parametrize("member", ["", "0"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_metadata_that_are_no_json(write_image, tmp_path, version, member, text):
    path = write_image(tmp_path / "a.zarr", [FLAT], YX, version=version)
    names = ("zarr.json",) if version == "0.5" else (".zarray", ".zattrs")
    for name in names:
        if (path / member / name).exists():
            (path / member / name).write_text(text)
    with pytest.raises(InputError, match=r"a\.zarr cannot be opened"):
        read_ome_zarr(path)


def test_bytes_that_are_no_text(write_image, tmp_path):
    path = write_image(tmp_path / "a.zarr", [FLAT], YX, version="0.5")
    (path / "zarr.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="damaged"):
        read_ome_zarr(path)


def test_an_empty_folder_is_no_zarr(tmp_path):
    with pytest.raises(InputError, match="no zarr array or group"):
        read_ome_zarr(tmp_path)


def test_a_damaged_chunk_is_found_when_pixels_are_checked(write_image, tmp_path, rng):
    path = write_image(tmp_path / "a.zarr", [rng.normal(size=(40, 40))], YX, version="0.5")
    (path / "0" / "c" / "1" / "0").write_bytes(b"junk")
    image = read_ome_zarr(path)
    with pytest.raises(InputError, match="cannot be read"):
        check_pixels(image.data)
