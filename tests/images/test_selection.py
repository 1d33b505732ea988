import dask.array
import numpy as np
import pytest
import zarr

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import Image, planes, select, to_grey

SIZES = {"t": 2, "c": 3, "z": 4, "y": 5, "x": 6}
KINDS = {
    "numpy": lambda pixels: pixels,
    "zarr": lambda pixels: zarr.create_array({}, data=pixels),
    "dask": dask.array.from_array,
}


def _image(axes, kind="numpy"):
    pixels = np.arange(np.prod([SIZES[a] for a in axes]), dtype=np.uint16)
    return Image(KINDS[kind](pixels.reshape([SIZES[a] for a in axes])), axes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channel", [None, 1, -1, [2, 0]])
@pytest.mark.parametrize("ndim", [2, 3])
@pytest.mark.parametrize("axes", ["tczyx", "zctyx", "czyx", "zyxc"])
def test_planes_hold_the_pixels_of_their_index(axes, ndim, channel, kind):
    image = _image(axes, kind)
    selection = select(image, ndim, channel)
    order = "c" + selection.axes
    whole = np.asarray(image.data).transpose([image.axes.index(a) for a in order])
    channels = [0, 1, 2] if channel is None else np.atleast_1d(channel) % 3
    found = list(selection)
    assert len(found) == len(selection)
    assert selection.shape == whole.shape[1:]
    for index, plane in found:
        expected = whole[channels][(slice(None), *index)]
        assert tuple(plane.shape) == expected.shape
        np.testing.assert_array_equal(np.asarray(plane), expected)
        np.testing.assert_array_equal(plane[:, 1:3, ..., ::2], expected[:, 1:3, ..., ::2])


def test_axes_of_a_selection():
    assert select(_image("tczyx"), 2, 0).axes == "tzyx"
    assert select(_image("tczyx"), 2, 0).loop_axes == "tz"
    assert select(_image("tczyx"), 3, 0).loop_axes == "t"
    assert select(_image("yx"), 2).loop_axes == ""


def test_a_plain_image_is_one_plane_with_one_channel():
    image = _image("yx")
    ((index, plane),) = planes(image, 2)
    assert index == ()
    np.testing.assert_array_equal(plane, np.asarray(image.data)[None])


def test_planes_in_memory_are_views():
    image = _image("tzyx")
    ((_, plane), *_) = planes(image, 2)
    assert np.shares_memory(plane, image.data)


def test_lazy_planes_are_read_when_indexed(lazy):
    source = lazy(np.zeros((3, 40, 50)), limit=12)
    (_, plane), *_ = planes(Image(source, "zyx"), 2)
    assert source.reads == []
    assert plane[:, 2:5, 3:7].shape == (1, 3, 4)
    assert source.reads == [12]


@pytest.mark.parametrize("kind", KINDS)
def test_a_channel_has_the_pixels_of_all_planes(kind):
    image = _image("tczyx", kind)
    channel = select(image, 2, [2, 1]).channel(1)
    np.testing.assert_array_equal(np.asarray(channel), np.asarray(image.data)[:, 1])


@pytest.mark.parametrize(
    ("axes", "ndim", "channel", "message"),
    [
        ("tyx", 3, None, "a 3D model needs z"),
        ("yx", 4, None, "2 or 3 can be used"),
        ("cyx", 2, 3, "Channel 3 was asked for; the image 'image' has 3. Choose from 0 to 2"),
        ("cyx", 2, [0, -4], "Channel -4"),
        ("cyx", 2, [], "Channel none"),
        ("yx", 2, 1, "has 1. Choose from 0 to 0"),
    ],
)
def test_what_is_not_there_cannot_be_selected(axes, ndim, channel, message):
    with pytest.raises(InputError, match=message):
        select(_image(axes), ndim, channel)


def test_rgb_is_refused_and_can_be_converted(rng):
    pixels = rng.integers(0, 256, (20, 30, 4), np.uint8)
    image = Image(pixels, "yxs", scale=(2.0, 3.0), name="photo")
    with pytest.raises(InputError, match=r"'photo' is RGB\(A\).*to_grey"):
        select(image, 2)
    grey = to_grey(image)
    expected = np.rint(pixels[..., :3].astype(float) @ [0.299, 0.587, 0.114])
    assert (grey.axes, grey.scale, grey.name) == ("yx", (2.0, 3.0), "photo")
    assert grey.data.dtype == np.uint8
    np.testing.assert_array_equal(grey.data, expected)
    assert select(grey, 2).shape == (20, 30)
    assert to_grey(grey) is grey


def test_grey_colours_keep_their_value():
    pixels = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    np.testing.assert_array_equal(to_grey(Image(pixels, "yxs")).data, pixels[..., 0])
    floats = to_grey(Image(pixels / np.float32(255), "yxs"))
    np.testing.assert_allclose(floats.data, pixels[..., 0] / 255, atol=1e-6)
