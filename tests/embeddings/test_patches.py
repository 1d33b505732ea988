import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.embeddings.patches import Patches
from napari_shift_unet.embeddings.prompts import Region

SHAPE = (9, 12)


def region(rows, columns, score=1.0):
    box = (slice(*rows), slice(*columns))
    sizes = tuple(side.stop - side.start for side in box)
    return Region(box, np.full(sizes, score, np.float32))


@st.composite
def some_region(draw):
    rows, columns = (
        sorted(draw(st.lists(st.integers(0, n), min_size=2, max_size=2, unique=True)))
        for n in SHAPE
    )
    scores = st.sampled_from([0, 0.5, 1, 2])
    sizes = (rows[1] - rows[0], columns[1] - columns[0])
    box = (slice(*rows), slice(*columns))
    return Region(box, draw(arrays(np.float32, sizes, elements=scores)))


some_labels = arrays(np.int32, SHAPE, elements=st.integers(0, 4))
some_updates = st.lists(
    st.dictionaries(st.integers(10, 14), st.none() | some_region(), max_size=3), max_size=5
)


class Plane:
    """Labels that patches are laid over, one update after the other."""

    def __init__(self, labels):
        self.labels, self.patches, self.there = labels.copy(), Patches(), {}

    def update(self, regions, *, keep=False):
        before = self.labels.copy()
        where, values = self.patches.update(self.labels, regions, keep=keep)
        np.testing.assert_array_equal(self.labels, before)
        assert (self.labels[where] != values).all()
        self.labels[where] = values
        self.there |= regions


@given(some_labels, some_updates, st.booleans())
def test_what_lies_below_comes_back(labels, updates, keep):
    plane = Plane(labels)
    for regions in updates:
        plane.update(regions, keep=keep)
    plane.update(dict.fromkeys(plane.there))
    np.testing.assert_array_equal(plane.labels, labels)


@given(some_labels, some_updates)
def test_every_pixel_belongs_to_the_one_that_scores_highest(labels, updates):
    plane = Plane(labels)
    for regions in updates:
        plane.update(regions)
    best = np.zeros(SHAPE)
    score_of = {}
    for label, laid in plane.there.items():
        if laid is not None:
            score_of[label] = np.zeros(SHAPE)
            score_of[label][laid.box] = laid.scores
            best = np.maximum(best, score_of[label])
    for label, scores in score_of.items():
        mine = plane.labels == label
        np.testing.assert_array_equal(scores[mine], best[mine])
        assert (best[mine] > 0).all()
    claimed = np.isin(plane.labels, list(score_of))
    np.testing.assert_array_equal(claimed, best > 0)


@given(some_labels, some_updates)
def test_around_others_no_pixel_of_them_is_taken(labels, updates):
    plane = Plane(labels)
    for regions in updates:
        plane.update(regions, keep=True)
    np.testing.assert_array_equal(plane.labels[labels > 0], labels[labels > 0])


def test_the_parts_of_a_split_object_give_way_as_a_whole():
    labels = np.zeros(SHAPE, np.int32)
    labels[1:5, 1:5], labels[1:5, 5:9], labels[6:8, 1:9] = 1, 2, 3
    plane = Plane(labels)
    plane.update({10: region((1, 5), (2, 9))})
    assert set(np.unique(plane.labels)) == {0, 3, 10}
    plane.update({10: region((1, 5), (2, 3))})
    assert set(np.unique(plane.labels)) == {0, 1, 2, 3, 10}


def test_a_change_by_hand_stays():
    plane = Plane(np.ones(SHAPE, np.int32))
    plane.update({10: region((2, 6), (2, 6))})
    plane.labels[3, 3] = 7
    plane.update({10: None})
    assert plane.labels[3, 3] == 7
    assert (plane.labels == 1).sum() == plane.labels.size - 1


def test_the_same_again_changes_nothing():
    plane = Plane(np.ones(SHAPE, np.int32))
    plane.update({10: region((2, 6), (2, 6))})
    where, values = plane.patches.update(plane.labels, {10: region((2, 6), (2, 6))})
    assert values.size == where[0].size == 0


@pytest.mark.parametrize("regions", [{}, {10: None}])
def test_nothing_to_lay(regions):
    where, values = Patches().update(np.ones(SHAPE, np.int32), regions)
    assert len(where) == 2
    assert values.size == 0
