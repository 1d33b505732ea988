import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.gui.canvas.outlines import box_edges, outline


@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_an_outline_lies_between_pixels_of_the_object_and_others(mask):
    lines = outline(mask, (10, 20))
    padded = np.pad(mask, 1)
    borders = sum(int((np.diff(padded.astype(int), axis=axis) != 0).sum()) for axis in (0, 1))
    assert len(lines) == borders
    for start, along in lines:
        axis = int(along[0] == 0)
        middle = start + along / 2 - (10, 20)
        one, other = middle.copy(), middle.copy()
        one[1 - axis] -= 0.5
        other[1 - axis] += 0.5
        inside = [padded[tuple(np.round(at).astype(int) + 1)] for at in (one, other)]
        assert along[axis] == 1
        assert inside[0] != inside[1]


def test_a_box_has_twelve_edges():
    edges = box_edges(np.array([1, 2, 3]), np.array([4, 4, 4]))
    assert len(edges) == 12
    ends = np.concatenate([edges[:, 0], edges.sum(axis=1)])
    assert len(np.unique(ends, axis=0)) == 8
    np.testing.assert_array_equal(ends.min(axis=0), [0.5, 1.5, 2.5])
    np.testing.assert_array_equal(ends.max(axis=0), [3.5, 3.5, 3.5])
