"""Stored arrays with the axes that a layer wants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.gui.large.arrays import Arranged

STORED = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
WHOLE = np.moveaxis(STORED, 0, -1)[:, None]  # stored as styx, wanted as tcyxs


def parts(length):
    return st.integers(-length, length - 1) | st.slices(length)


@given(key=st.tuples(*(parts(n) for n in WHOLE.shape)), axes=st.integers(0, WHOLE.ndim))
def test_any_box_is_that_of_the_whole(key, axes):
    arranged = Arranged(STORED, "styx", "tcyxs")
    assert np.array_equal(arranged[key[:axes]], WHOLE[key[:axes]])


def test_it_looks_like_an_array():
    arranged = Arranged(STORED, "styx", "tcyxs")
    assert arranged.shape == WHOLE.shape
    assert (arranged.ndim, arranged.size, arranged.dtype) == (5, WHOLE.size, WHOLE.dtype)
    assert np.array_equal(np.asarray(arranged), WHOLE)
    with pytest.raises(IndexError, match="6 indices"):
        arranged[(0,) * 6]
