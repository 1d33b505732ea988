from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings import embed
from napari_shift_unet.embeddings.offsets import RING, direction_colours, sample_offsets


def test_a_vector_leads_from_its_pixel_to_its_embedding(rng):
    output = rng.normal(size=(3, 4, 6, 7)).astype(np.float32)
    found = sample_offsets(output)
    points = embed(output, "semi-convolutional", False).points
    np.testing.assert_allclose(found.pixels + found.vectors, points.reshape(3, -1).T, atol=1e-5)


def test_only_the_foreground_has_vectors(rng):
    confidence = rng.random((9, 11)).astype(np.float32)
    found = sample_offsets(np.zeros((2, 9, 11), np.float32), confidence, 0.7)
    np.testing.assert_array_equal(found.pixels, np.argwhere(confidence >= np.float32(0.7)))


@given(
    shape=st.lists(st.integers(1, 40), min_size=2, max_size=3),
    spacing=st.integers(1, 5),
    most=st.integers(1, 60),
    data=st.data(),
)
def test_every_part_of_an_image_shows_the_same_grid(shape, spacing, most, data):
    starts = [data.draw(st.integers(0, n - 1)) for n in shape]
    box = [slice(a, data.draw(st.integers(a + 1, n))) for a, n in zip(starts, shape, strict=True)]
    channels = np.indices(shape).astype(np.float32)
    found = sample_offsets(channels, box=box, spacing=spacing, most=most)
    np.testing.assert_array_equal(found.vectors, found.pixels)
    np.testing.assert_array_equal(found.pixels, on_grid(box, found.spacing))
    assert len(found.pixels) <= most
    if found.spacing > spacing:
        assert len(on_grid(box, found.spacing // 2)) > most


def on_grid(box, spacing):
    """Pixels of a box whose coordinates are multiples; a side of one pixel is taken as it is."""
    sides = [range(side.start, side.stop) for side in box]
    kept = [[i for i in side if len(side) == 1 or i % spacing == 0] for side in sides]
    return np.array(list(product(*kept)), int).reshape(-1, len(box))


def test_a_box_of_one_plane_is_off_the_grid():
    channels = np.indices((9, 20, 20)).astype(np.float32)[1:]
    found = sample_offsets(channels, box=[slice(5, 6), slice(0, 20), slice(0, 20)], spacing=4)
    assert set(found.pixels[:, 0]) == {5}
    assert sorted(set(found.pixels[:, 1])) == [0, 4, 8, 12, 16]
    np.testing.assert_array_equal(found.vectors, found.pixels[:, 1:])


def test_directions_turn_through_the_ring_of_colours():
    quarters = np.array([[0, 1], [1, 0], [0, -3], [-2, 0]], np.float32)
    np.testing.assert_allclose(direction_colours(quarters), RING, atol=1e-6)
    beyond, before = np.array([[1e-6, 1], [-1e-6, 1]], np.float32)
    np.testing.assert_allclose(
        direction_colours(beyond[None]), direction_colours(before[None]), atol=1e-4
    )
    between = direction_colours(np.array([[1, 1]], np.float32))
    assert between[0] == pytest.approx(np.mean(RING[:2], axis=0), abs=1e-6)
