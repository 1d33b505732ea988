import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.embeddings.editing import (
    add_region,
    connected_region,
    cut_region,
    make_object,
    swallowed_by,
)

SHAPE = (6, 7)
some_labels = arrays(np.int32, SHAPE, elements=st.integers(0, 4))
some_region = arrays(bool, SHAPE).filter(np.any)


def applied(labels, changes):
    labels = labels.copy()
    for change in changes:
        labels[change.where] = change.label
    return labels


@pytest.fixture
def halves() -> np.ndarray:
    """An object that a seam has cut in two, 1 and 2, and another one, 3."""
    labels = np.zeros((8, 12), np.int32)
    labels[2:6, 1:4] = 1
    labels[2:6, 4:6] = 2
    labels[2:6, 8:11] = 3
    return labels


def test_region_hangs_together_with_the_pixel():
    similarity = np.array([[0.9, 0.9, 0.1, 0.9], [0.1, 0.6, 0.1, 0.9]], np.float32)
    region = connected_region(similarity, (0, 0), 0.6)
    np.testing.assert_array_equal(region, [[1, 1, 0, 0], [0, 1, 0, 0]])
    assert connected_region(similarity, (1, 1), 0.95).sum() == 1


def test_region_has_no_holes():
    similarity = np.ones((5, 6), np.float32)
    similarity[2, 2:4] = 0
    assert connected_region(similarity, (0, 0), 0.5).all()
    similarity[2, 2:] = 0
    np.testing.assert_array_equal(connected_region(similarity, (0, 0), 0.5), similarity > 0)


def test_region_of_an_object_leaves_the_background_out():
    similarity = np.full((3, 5), 0.9, np.float32)
    foreground = np.zeros((3, 5), bool)
    foreground[1, 1:3] = True
    np.testing.assert_array_equal(connected_region(similarity, (1, 1), 0.5, foreground), foreground)
    assert connected_region(similarity, (0, 0), 0.5, foreground).all()


@given(some_labels, some_region)
def test_an_object_is_exactly_the_region(labels, region):
    label, changes = make_object(labels, region, unused=9)
    np.testing.assert_array_equal(applied(labels, changes) == label, region)


@given(some_labels, some_region)
def test_making_an_object_again_changes_nothing(labels, region):
    label, changes = make_object(labels, region, unused=9)
    assert make_object(applied(labels, changes), region, unused=10) == (label, [])


@given(some_labels, some_region)
def test_adding_takes_all_of_the_region_and_nothing_of_the_object(labels, region):
    after = applied(labels, add_region(labels, region, 1))
    assert (after[region | (labels == 1)] == 1).all()
    untouched = ~region & ~np.isin(labels, swallowed_by(labels, region))
    np.testing.assert_array_equal(after[untouched], labels[untouched])


@given(some_labels, some_region)
def test_cutting_touches_one_object_only(labels, region):
    after = applied(labels, cut_region(labels, region, 2))
    np.testing.assert_array_equal(after[labels != 2], labels[labels != 2])
    assert not (after[region] == 2).any()


def test_a_region_over_both_halves_joins_them(halves):
    region = np.zeros(halves.shape, bool)
    region[2:6, 1:6] = True
    label, changes = make_object(halves, region, unused=4)
    assert label == 1
    assert set(np.unique(applied(halves, changes))) == {0, 1, 3}


def test_a_region_over_one_part_of_a_merged_object_splits_it(halves):
    merged = np.where(halves == 2, 1, halves)
    label, changes = make_object(merged, halves == 2, unused=4)
    assert label == 4
    np.testing.assert_array_equal(applied(merged, changes), np.where(halves == 2, 4, halves))


def test_what_sticks_out_of_a_swallowed_object_goes(halves):
    region = halves == 1
    region[2, 1] = False
    label, changes = make_object(halves, region, unused=4)
    assert label == 1
    assert applied(halves, changes)[2, 1] == 0


def test_cutting_the_most_of_an_object_removes_it(halves):
    region = halves == 3
    region[2, 8] = False
    assert 3 not in applied(halves, cut_region(halves, region, 3))
    region[2:4] = False
    assert (applied(halves, cut_region(halves, region, 3)) == 3).sum() == 6
