from importlib.resources import files

import numpy as np
import pytest
from scipy import ndimage

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import check_pixels, discs, sample_image, sample_names


@pytest.mark.parametrize(
    ("name", "shape", "count"), [("u2os-nuclei", (520, 696), 138), ("nuclei-small", (256, 256), 79)]
)
def test_real_samples(name, shape, count):
    image, truth = sample_image(name)
    assert image.axes == "yx"
    assert image.name == name
    assert image.data.dtype == np.uint8
    assert image.data.shape == shape
    check_pixels(image.data)
    assert truth.shape == shape
    assert truth.dtype == np.int32
    assert np.unique(truth).tolist() == list(range(count + 1))
    pixels = np.asarray(image.data)
    assert pixels[truth > 0].mean() > 3 * pixels[truth == 0].mean()


def test_samples_say_where_they_come_from():
    source = (files("napari_shift_unet.images") / "sample_data" / "SOURCE.md").read_text()
    assert "CC0" in source
    for name in sample_names():
        assert f"`{name}`" in source


def test_an_unknown_sample():
    with pytest.raises(InputError, match="no sample 'cat'; choose one of u2os-nuclei"):
        sample_image("cat")


@pytest.mark.parametrize(
    ("shape", "options", "count"),
    [
        ((284, 284), {}, 17 * 17),
        ((60, 40), {"radius": 3, "spacing": 10, "offset": (0, 4)}, 5 * 4),
        ((40, 48, 33), {"radius": 4}, 2 * 3 * 2),
        ((21, 21), {"radius": 0, "spacing": 1, "offset": 0}, 21 * 21),
        ((50, 50), {"radius": 6, "spacing": 17, "offset": 60}, 3 * 3),
    ],
)
def test_discs_are_identical_whole_and_in_raster_order(shape, options, count):
    image, labels = discs(shape, **options)
    pixels = np.asarray(image.data)
    assert pixels.shape == labels.shape == shape
    assert image.axes == "zyx"[-len(shape) :]
    assert labels.max() == count
    np.testing.assert_array_equal(pixels, np.where(labels > 0, 255, 0))
    boxes = ndimage.find_objects(labels)
    first = labels[boxes[0]] > 0
    for label, box in enumerate(boxes, start=1):
        np.testing.assert_array_equal(labels[box] == label, first)
        assert all(s.start >= 0 and s.stop <= n for s, n in zip(box, shape, strict=True))
    starts = [int(np.flatnonzero(labels == label)[0]) for label in range(1, count + 1)]
    assert starts == sorted(starts)


def test_a_disc_has_its_radius():
    _, labels = discs((33, 33), radius=5, spacing=33, offset=16)
    grid = np.hypot(*(np.indices((33, 33)) - 16))
    np.testing.assert_array_equal(labels, grid <= 5)


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((9,), {}, "2 or 3 dimensions"),
        ((99, 99), {"radius": 8, "spacing": 16}, "must not touch. Use a spacing of 17 px"),
        ((9, 9), {}, "No disc of radius 5.0 px fits"),
    ],
)
def test_discs_that_cannot_be_drawn(shape, options, message):
    with pytest.raises(InputError, match=message):
        discs(shape, **options)
