import numpy as np
import pytest

from napari_shift_unet.embeddings import PixelEmbedding


@pytest.fixture
def pixels(rng):
    shape = (4, 5)
    return PixelEmbedding(rng.random((3, *shape)), rng.random(shape), rng.random((1, *shape)))


def test_a_mask_lists_pixels_in_raster_order(pixels):
    mask = pixels.confidence > 0.5
    listed = pixels[mask]
    assert listed.space == (mask.sum(),)
    for i, (y, x) in enumerate(np.argwhere(mask)):
        np.testing.assert_array_equal(listed.points[:, i], pixels.points[:, y, x])
        np.testing.assert_array_equal(listed.sigma[:, i], pixels.sigma[:, y, x])
        assert listed.confidence[i] == pixels.confidence[y, x]


def test_a_box_is_an_image(pixels):
    box = (slice(1, 3), slice(2, 5))
    part = pixels[box]
    assert part.space == (2, 3)
    np.testing.assert_array_equal(part.points, pixels.points[:, 1:3, 2:5])
    np.testing.assert_array_equal(part.confidence, pixels.confidence[1:3, 2:5])
    np.testing.assert_array_equal(part.sigma, pixels.sigma[:, 1:3, 2:5])


def test_only_points_are_needed(pixels):
    alone = PixelEmbedding(pixels.points)[np.eye(4, 5, dtype=bool)]
    assert alone.points.shape == (3, 4)
    assert alone.confidence is alone.sigma is None
