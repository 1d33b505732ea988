import numpy as np
import pytest
import tifffile
from PIL import Image as Picture
from skimage.io import imsave

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import file_stem, read_image, select, to_grey, write_array_zarr

PIXELS = (np.arange(600) // 3).astype(np.uint8).reshape(20, 30)


@pytest.mark.parametrize("name", ["a.tif", "a.TIFF", "a.ome.tif", "a.png", "A.PNG"])
def test_kinds_of_files(tmp_path, name):
    save = imsave if name.lower().endswith("png") else tifffile.imwrite
    save(tmp_path / name, PIXELS)
    image = read_image(tmp_path / name)
    assert image.axes == "yx"
    assert image.name == name[0]
    assert image.source == str(tmp_path / name)
    np.testing.assert_array_equal(image.data, PIXELS)


@pytest.mark.parametrize(
    ("path", "stem"), [("x/a.tif", "a"), ("a.b.png", "a.b"), ("a.ome.tif", "a"), ("a", "a")]
)
def test_the_name_without_suffix(path, stem):
    assert file_stem(path) == stem


@pytest.mark.parametrize("name", ["a.zarr", "no-suffix"])
def test_zarr_folders(tmp_path, name):
    write_array_zarr(tmp_path / name, PIXELS, "yx")
    np.testing.assert_array_equal(read_image(str(tmp_path / name)).data[...], PIXELS)


def test_the_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    tifffile.imwrite(tmp_path / "a.tif", PIXELS)
    assert read_image("~/a.tif").data.shape == (20, 30)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_colour_pictures(tmp_path, suffix):
    imsave(tmp_path / f"a{suffix}", np.repeat(PIXELS[..., None], 3, axis=2), check_contrast=False)
    image = read_image(tmp_path / f"a{suffix}")
    assert image.is_rgb
    with pytest.raises(InputError, match="RGB"):
        select(image, 2)
    assert abs(to_grey(image).data.astype(int) - PIXELS).max() <= (8 if suffix == ".jpg" else 0)


def test_palettes_become_colours(tmp_path):
    colours = np.zeros((4, 4, 3), np.uint8)
    colours[2:, :, 1] = 200
    Picture.fromarray(colours).quantize(4).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    assert image.axes == "yxs"
    np.testing.assert_array_equal(image.data, colours)


@pytest.mark.parametrize("dtype", [bool, np.uint16])
def test_depths_of_grey_pictures(tmp_path, dtype):
    pixels = (PIXELS > 50) if dtype is bool else PIXELS.astype(np.uint16) * 300
    Picture.fromarray(pixels).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    assert image.axes == "yx"
    np.testing.assert_array_equal(image.data, pixels)


def test_alpha_of_a_grey_picture_is_left_out(tmp_path):
    pixels = np.stack([PIXELS, np.full_like(PIXELS, 255)], axis=-1)
    imsave(tmp_path / "a.png", pixels, check_contrast=False)
    image = read_image(tmp_path / "a.png")
    assert image.axes == "yx"
    np.testing.assert_array_equal(image.data, PIXELS)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.tif", None, "does not exist"),
        ("a.tif", b"text", "cannot be read as TIFF"),
        ("a.png", b"text", "cannot be read"),
        ("a.jpg", b"", "cannot be read"),
        ("a.zarr", b"text", "is a file; a zarr store is a folder"),
        ("a.czi", b"text", r"has the suffix '\.czi'; \.tif, .* can be read"),
        ("readme", b"text", "has the suffix 'none'"),
        ("folder", "folder", "is a folder and no zarr store"),
        ("empty.zarr", "folder", "no zarr array or group"),
    ],
)
def test_what_is_no_image_is_refused(tmp_path, name, content, message):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_image(path)


def test_a_truncated_picture_is_refused(tmp_path, rng):
    imsave(tmp_path / "a.png", rng.integers(0, 255, (64, 64), np.uint8))
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="Check that it is a whole picture"):
        read_image(tmp_path / "a.png")
