"""Pyramids that are filled in box by box."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.images import Image, read_ome_zarr
from napari_shift_unet.images.pyramid import create_pyramid, fill_pyramid, halved

SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(shape=SHAPES, step=st.tuples(st.integers(1, 17), st.integers(1, 17)), data=st.data())
def test_boxes_in_any_order_make_the_whole(shape, step, data):
    whole = np.arange(1, shape[0] * shape[1] + 1).reshape(shape)
    levels = [np.zeros(tuple(-(-n // by) for n in shape), int) for by in (1, 2, 4, 8)]
    starts = [(y, x) for y in range(0, shape[0], step[0]) for x in range(0, shape[1], step[1])]
    for start in data.draw(st.permutations(starts)):
        ends = (min(a + s, n) for a, s, n in zip(start, step, shape, strict=True))
        place = [slice(a, b) for a, b in zip(start, ends, strict=True)]
        fill_pyramid(levels, "yx", place, whole[tuple(place)])
    for level, by in zip(levels, (1, 2, 4, 8), strict=True):
        assert np.array_equal(level, whole[::by, ::by])


def test_only_y_and_x_shrink():
    place = [slice(0, 2), 3, slice(1, 6), slice(3, 8)]
    coarser, kept = halved("ctyx", place, np.arange(50).reshape(2, 5, 5))
    assert coarser == [slice(0, 2), 3, slice(1, 3), slice(2, 4)]
    assert np.array_equal(kept, np.arange(50).reshape(2, 5, 5)[:, 1::2, 1::2])


@pytest.mark.parametrize("axes", ["yx", "zyx", "cyx"])
def test_what_is_filled_can_be_read(tmp_path, axes):
    shape = {"yx": (600, 700), "zyx": (2, 600, 700), "cyx": (4, 600, 700)}[axes]
    donor = Image(
        np.broadcast_to(np.uint8(0), shape), axes, scale=(0.5,) * axes.count("z") + (1, 2)
    )
    levels = create_pyramid(tmp_path / "a.zarr", donor, np.dtype(np.uint8))
    values = np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8)
    fill_pyramid(levels, axes, [slice(0, n) for n in shape], values)
    found = read_ome_zarr(tmp_path / "a.zarr")
    assert found.axes == axes
    assert found.scale == donor.scale
    assert np.array_equal(found.data[...], values)
    assert np.array_equal(found.levels[0][...], values[..., ::2, ::2])
