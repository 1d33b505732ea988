"""Objects replaced in strips: ids stay where they can, and are never shared."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from blobs import blobs
from napari_shift_unet.segmentation.relabelling import (
    boxes_of,
    draw_objects,
    ids_in,
    insert_objects,
)

STRIPS = np.zeros((40, 50), bool)
STRIPS[18:24] = True


def replaced(old: np.ndarray, new: np.ndarray, min_size: int = 0) -> np.ndarray:
    return insert_objects(old, draw_objects(old, STRIPS, new, min_size), 1000)


@given(st.integers(0, 99), st.integers(0, 99))
def test_what_touches_no_strip_stays_and_no_id_is_shared(one: int, other: int) -> None:
    old, new = (blobs(STRIPS.shape, seed, 5) for seed in (one, other))
    after = replaced(old, new)
    kept = (old > 0) & ~np.isin(old, old[STRIPS])
    np.testing.assert_array_equal(after[kept], old[kept])
    for label in np.unique(after[(after > 0) & ~kept]):
        assert len(np.unique(new[after == label])) == 1
        assert not kept[after == label].any()


@given(st.integers(0, 99))
def test_the_same_objects_keep_their_ids(seed: int) -> None:
    old = blobs(STRIPS.shape, seed, 5) * 3
    renumbered = np.random.default_rng(seed).permutation(int(old.max()) + 1)
    new = renumbered[old] + 1
    new[old == 0] = 0
    np.testing.assert_array_equal(replaced(old, new), old)


def test_two_halves_become_one_with_the_id_of_the_larger() -> None:
    old, new = np.zeros(STRIPS.shape, int), np.zeros(STRIPS.shape, int)
    old[15:21, 10:20], old[21:30, 10:20], old[0:5, 0:5] = 4, 9, 2
    new[15:30, 10:20] = 1
    expected = np.where(new > 0, 9, old)
    np.testing.assert_array_equal(replaced(old, new), expected)


def test_an_object_in_two_gets_one_new_id() -> None:
    old, new = np.zeros(STRIPS.shape, int), np.zeros(STRIPS.shape, int)
    old[15:30, 10:20] = 4
    new[15:21, 10:20], new[21:30, 10:20] = 1, 2
    after = replaced(old, new)
    assert (after[16, 12], after[25, 12]) == (1000, 4)


def test_an_object_that_lies_mostly_in_another_that_stays_is_not_drawn() -> None:
    old, new = np.zeros(STRIPS.shape, int), np.zeros(STRIPS.shape, int)
    old[5:18, 10:20] = 4
    new[5:20, 10:20] = 1
    np.testing.assert_array_equal(replaced(old, new), old)
    new[5:36, 10:20] = 1
    after = replaced(old, new)
    np.testing.assert_array_equal(after[5:18], old[5:18])
    assert set(np.unique(after[18:36, 10:20])) == {1000}
    np.testing.assert_array_equal(replaced(old, new, min_size=200), old)


def test_boxes() -> None:
    labels = np.zeros((9, 9), int)
    labels[1:3, 2:5], labels[6:8, 6:9] = 2**30, 7
    ids = ids_in(labels, np.ones_like(labels, bool))
    assert ids.tolist() == [7, 2**30]
    assert boxes_of(labels, ids) == [
        (slice(6, 8), slice(6, 9)),
        (slice(1, 3), slice(2, 5)),
    ]
    assert boxes_of(labels, ids[:0]) == []
