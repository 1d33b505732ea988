"""Stored arrays with the axes that a layer wants."""

import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.gui.large.arrays import Arranged, renew
from napari_shift_unet.gui.large.decoded import Memory

STORED = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
WHOLE = np.moveaxis(STORED, 0, -1)[:, None]  # stored as styx, wanted as tcyxs
MANY_BYTES = 10**6


def parts(length):
    return st.integers(-length, length - 1) | st.slices(length)


def forward(length):
    """Parts that zarr can read too."""
    return parts(length).filter(lambda part: not isinstance(part, slice) or (part.step or 1) > 0)


def on_disk(values=STORED, chunks=(2, 2, 3, 2)):
    array = zarr.create_array({}, shape=values.shape, chunks=chunks, dtype=values.dtype)
    array[:] = values
    return array


class Counted:
    """An array that counts how often it is read."""

    def __init__(self, array):
        self.array, self.times = array, 0
        self.shape, self.dtype = array.shape, array.dtype
        self.chunks, self.ndim = array.chunks, array.ndim

    def __getitem__(self, key):
        self.times += 1
        return self.array[key]


@given(key=st.tuples(*(parts(n) for n in WHOLE.shape)), axes=st.integers(0, WHOLE.ndim))
def test_any_box_is_that_of_the_whole(key, axes):
    arranged = Arranged(STORED, "styx", "tcyxs")
    assert np.array_equal(arranged[key[:axes]], WHOLE[key[:axes]])


@given(
    keys=st.lists(st.tuples(*(forward(n) for n in WHOLE.shape)), max_size=4),
    most=st.sampled_from([0, 100, 400, MANY_BYTES]),
)
def test_any_box_of_chunks_whatever_was_read_before_and_however_little_is_kept(keys, most):
    arranged = Arranged(on_disk(), "styx", "tcyxs", Memory(most))
    for key in keys:
        assert np.array_equal(arranged[key], WHOLE[key])


def test_it_looks_like_an_array():
    arranged = Arranged(STORED, "styx", "tcyxs")
    assert arranged.shape == WHOLE.shape
    assert (arranged.ndim, arranged.size, arranged.dtype) == (5, WHOLE.size, WHOLE.dtype)
    assert np.array_equal(np.asarray(arranged), WHOLE)
    with pytest.raises(IndexError, match="6 indices"):
        arranged[(0,) * 6]


def test_samples_lie_side_by_side_as_the_screen_wants_them():
    assert Arranged(on_disk(), "styx", "tcyxs")[0].flags.c_contiguous


def test_a_layer_shows_tiles_that_are_smaller_than_stored_chunks():
    stored = zarr.create_array({}, shape=(4, 900, 2000), chunks=(4, 900, 1000), dtype="uint8")
    assert Arranged(stored, "syx", "yxs").chunks == (225, 250, 4)


def test_a_view_that_moves_a_little_reads_nothing():
    stored = Counted(on_disk())
    arranged = Arranged(stored, "styx", "tcyxs")
    first = arranged[0, :, 0:2, 0:3]
    assert stored.times == 1
    assert np.array_equal(arranged[0, :, 1:3, 1:4], WHOLE[0, :, 1:3, 1:4])
    assert np.array_equal(first, WHOLE[0, :, 0:2, 0:3])
    assert stored.times == 1
    arranged[0, :, 0:4, 0:5]
    assert stored.times == 2


def test_what_has_changed_is_read_anew_in_all_levels():
    values = np.arange(64).reshape(8, 8)
    fine, coarse = on_disk(values, (4, 4)), on_disk(values[::2, ::2], (2, 2))
    memory = Memory()
    levels = [Arranged(fine, "yx", "yx", memory, 0), Arranged(coarse, "yx", "yx", memory, 1)]
    before = [level[:] for level in levels]
    fine[:], coarse[:] = -1, -1
    assert all(np.array_equal(level[:], was) for level, was in zip(levels, before, strict=True))
    factors = np.array([[1.0, 1.0], [2.0, 2.0]])
    renew(levels, factors, [(slice(4, 8), slice(0, 4))])
    for level, was, half in zip(levels, before, (4, 2), strict=True):
        expected = was.copy()
        expected[half:, :half] = -1
        assert np.array_equal(level[:], expected)


def test_the_level_that_napari_asks_for_once_changes_where_it_is():
    stored = on_disk(np.zeros((8, 8), int), (4, 4))
    level = Arranged(stored, "yx", "yx", held=True)
    taken = np.asarray(level)
    stored[:4] = 7
    level.renew([(slice(0, 4),)])
    assert np.array_equal(taken, np.asarray(stored))
    copied = np.array(level)
    assert copied is not taken
    assert np.array_equal(copied, taken)
