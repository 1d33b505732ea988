import numpy as np
import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import Image, check_pixels, guess_axes


def test_an_image_fills_in_what_is_left_out():
    image = Image(np.zeros((2, 3, 4, 5)), "czyx")
    assert image.scale == (1.0, 1.0, 1.0)
    assert image.units == ("pixel", "pixel", "pixel")
    assert image.translate == (0.0, 0.0, 0.0)
    assert image.spatial_axes == "zyx"
    assert image.spatial_shape == (3, 4, 5)
    assert image.n_channels == 2
    assert image.size("t") == 1
    assert not image.is_rgb
    assert len(image.pyramid) == 1


def test_pixel_size_along_other_axes():
    image = Image(
        np.zeros((2, 3, 4, 5)),
        "tzyx",
        scale=(2.0, 0.5, 0.4),
        units=("micrometer",) * 3,
        translate=(1.0, 2.0, 3.0),
    )
    assert image.scale_along("tzyx") == (1.0, 2.0, 0.5, 0.4)
    assert image.scale_along("yx") == (0.5, 0.4)
    assert image.translate_along("ctx") == (0.0, 0.0, 3.0)
    assert image.units_along("ty") == ("pixel", "micrometer")


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((4, 5), {"axes": "zyx"}, "name 3 axes; the image has 2"),
        ((4, 5), {"axes": "yy"}, "each of the letters"),
        ((4, 5), {"axes": "ya"}, "each of the letters"),
        ((4, 5), {"axes": "xy"}, "in this order"),
        ((4, 5), {"axes": "cx"}, "y and x are needed"),
        ((3, 4, 5), {"axes": "yzx"}, "in this order"),
        ((2, 4, 5, 3), {"axes": "cyxs"}, "cannot have channels too"),
        ((4, 5), {"axes": "yx", "scale": (1.0,)}, "scale has 1 values; the image has 2"),
        ((4, 5), {"axes": "yx", "units": ("pixel",) * 3}, "units has 3 values"),
        ((4, 5), {"axes": "yx", "scale": (1.0, 0.0)}, "must be positive"),
        ((4, 5), {"axes": "yx", "scale": (1.0, float("nan"))}, "must be positive"),
    ],
)
def test_an_image_that_contradicts_itself_is_refused(shape, options, message):
    with pytest.raises(InputError, match=message):
        Image(np.zeros(shape), **options)


@pytest.mark.parametrize(
    ("shape", "ndim", "dtype", "axes"),
    [
        ((9, 9), None, None, "yx"),
        ((30, 9, 9), None, None, "zyx"),
        ((3, 9, 9), None, None, "cyx"),
        ((3, 9, 9), 2, None, "cyx"),
        ((3, 9, 9), 3, None, "zyx"),
        ((99, 99, 3), None, np.uint8, "yxs"),
        ((99, 99, 4), None, np.uint8, "yxs"),
        ((99, 99, 3), None, np.float32, "zyx"),
        ((7, 8, 9, 9), None, None, "tzyx"),
        ((2, 8, 9, 9), 3, None, "czyx"),
        ((8, 2, 9, 9), None, None, "zcyx"),
        ((5, 2, 8, 9, 9), None, None, "tczyx"),
        ((5, 8, 2, 9, 9), None, None, "tzcyx"),
        ((5, 8, 7, 9, 9), None, None, "tczyx"),
    ],
)
def test_guessed_axes(shape, ndim, dtype, axes):
    assert guess_axes(shape, ndim, dtype) == axes


@pytest.mark.parametrize("shape", [(), (9,), (1,) * 6])
def test_axes_of_odd_shapes_are_not_guessed(shape):
    with pytest.raises(InputError, match="2 to 5 can be used"):
        guess_axes(shape)


NAN = np.array([[1.0, 2.0, np.nan], [np.inf, 3.0, -np.inf]], np.float32)


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (NAN, r"image holds 3 NaN or infinite pixels, the first at \(0, 2\)"),
        (np.full((4, 4), 7), "image is constant: every pixel is 7"),
        (np.zeros((0, 4)), r"image is empty, shape \(0, 4\)"),
        (np.ones((2, 2), complex), "complex pixels"),
        (np.array([["a", "b"]]), "numbers are needed"),
        (np.array([[1, None]]), "numbers are needed"),
        (np.zeros((1, 1)), "constant"),
    ],
)
def test_unusable_pixels_are_refused(pixels, message):
    with pytest.raises(InputError, match=message):
        check_pixels(pixels)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.float16, np.float64, ">u2"])
def test_usable_pixels_pass(dtype):
    check_pixels(np.array([[0, 1], [1, 1]], dtype))


def test_pixels_are_checked_block_by_block(lazy, monkeypatch):
    monkeypatch.setattr("napari_shift_unet.images.arrays.BLOCK_PIXELS", 1000)
    pixels = np.zeros((90, 110), np.float32)
    pixels[70, 3] = pixels[80, 1] = np.nan
    source = lazy(pixels, limit=1000, chunks=(8, 8))
    with pytest.raises(InputError, match=r"2 NaN or infinite pixels, the first at \(70, 3\)"):
        check_pixels(source)
    assert len(source.reads) > 9


def test_the_first_bad_pixel_is_the_first_in_raster_order(lazy, monkeypatch):
    monkeypatch.setattr("napari_shift_unet.images.arrays.BLOCK_PIXELS", 16)
    pixels = np.zeros((8, 8))
    pixels[3, 0] = pixels[1, 7] = np.inf
    with pytest.raises(InputError, match=r"the first at \(1, 7\)"):
        check_pixels(lazy(pixels, limit=16, chunks=(4, 4)))
