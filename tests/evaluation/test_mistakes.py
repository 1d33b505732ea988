import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.evaluation import (
    count_objects,
    distant_merges,
    false_merges,
    false_splits,
    overlaps_of,
)
from napari_shift_unet.evaluation.mistakes import touching_pairs

small_labels = arrays(
    np.int64, st.sampled_from([(5,), (3, 4), (2, 3, 3)]), elements=st.integers(0, 3)
)


def _touching_by_looking(labels):
    places = list(np.argwhere(labels > 0))
    return {
        tuple(sorted((int(labels[tuple(a)]), int(labels[tuple(b)]))))
        for a in places
        for b in places
        if np.abs(a - b).max() <= 1 and labels[tuple(a)] != labels[tuple(b)]
    }


@given(small_labels)
def test_touching_is_seen_over_faces_edges_and_corners(labels):
    pairs = [tuple(pair) for pair in touching_pairs(labels).tolist()]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == _touching_by_looking(labels)


def test_which_objects_are_split_and_merged():
    truth = np.array([[1, 1, 1, 1, 0, 4, 4, 6, 6]])
    labels = np.array([[9, 9, 3, 3, 0, 8, 8, 8, 8]])
    overlaps = overlaps_of(labels, truth)
    assert list(overlaps.true[false_splits(overlaps)]) == [1]
    assert list(overlaps.found[false_merges(overlaps)]) == [8]
    assert distant_merges(overlaps, truth) == {}, "these two touch"


def test_an_overlap_of_a_tenth_is_not_enough():
    truth = np.ones((1, 10), int)
    assert not false_splits(overlaps_of(np.array([[1] * 9 + [2]]), truth)).any()
    assert false_splits(overlaps_of(np.array([[1] * 8 + [2] * 2]), truth)).all()


def test_merges_over_a_distance():
    truth = np.array([[1, 1, 2, 2, 0, 3, 3, 0, 4]])
    labels = np.array([[7, 7, 7, 7, 0, 7, 7, 0, 5]])
    found = distant_merges(overlaps_of(labels, truth), truth)
    assert {key: [part.tolist() for part in parts] for key, parts in found.items()} == {
        7: [[1, 2], [3]]
    }
    assert count_objects(labels, truth)[0].distant_false_merges == 1
    chained = np.where(truth == 0, 8, truth)  # now 8 lies between them, but is in no merge
    assert len(distant_merges(overlaps_of(labels, chained), chained)[7]) == 2
