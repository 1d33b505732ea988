from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.errors import InputError
from napari_shift_unet.evaluation import (
    THRESHOLDS,
    average_precision,
    average_precisions,
    intersection_over_union,
)

label_images = arrays(np.int64, (3, 4), elements=st.integers(0, 3))


def _score_by_trying(labels, truth, threshold):
    """TP / (TP + FP + FN), over every way to pair the objects."""
    found, true = (np.unique(array[array > 0]) for array in (labels, truth))
    if len(found) > len(true):
        labels, truth, found, true = truth, labels, true, found

    def overlap(a, b):
        return ((labels == a) & (truth == b)).sum() / ((labels == a) | (truth == b)).sum()

    hits = max(
        sum(overlap(a, b) >= threshold for a, b in zip(found, chosen, strict=True))
        for chosen in permutations(true, len(found))
    )
    return hits / (len(found) + len(true) - hits) if len(true) else 1.0


@given(label_images, label_images, st.sampled_from([0.2, 0.5, 0.75]))
def test_scores_are_those_of_the_best_pairing(labels, truth, threshold):
    found = average_precision(labels, truth, threshold)
    assert found == pytest.approx(_score_by_trying(labels, truth, threshold))


@given(label_images, label_images)
def test_a_stricter_threshold_scores_no_better(labels, truth):
    scores = average_precisions(labels, truth)
    assert scores.shape == (10,)
    assert (np.diff(scores) <= 0).all()


@given(label_images, st.permutations([1, 2, 3]))
def test_numbers_do_not_matter_and_gaps_neither(truth, order):
    renumbered = np.array([0, *order])[truth] * 70_000
    np.testing.assert_array_equal(average_precisions(renumbered, truth), np.ones(10))


def test_overlap_by_hand():
    labels = np.array([[1, 1, 0, 5], [1, 1, 0, 5]])
    truth = np.array([[2, 2, 2, 0], [2, 2, 0, 0]])
    np.testing.assert_allclose(intersection_over_union(labels, truth), [[4 / 5], [0]])
    assert average_precision(labels, truth) == 1 / 2
    assert average_precision(labels, truth, 0.85) == 0


def test_images_without_objects():
    none, one = np.zeros((2, 2), int), np.array([[0, 1], [0, 0]])
    assert average_precision(none, none) == 1
    assert average_precision(none, one) == average_precision(one, none) == 0


def test_where_nobody_annotated_nothing_counts():
    truth = np.array([[1, 1, 0, 0, -1, -1, -1, -1]] * 2)
    found = np.array([[4, 4, 0, 0, 0, 6, 6, 6]] * 2)
    assert average_precision(found, truth) == 1
    assert average_precision(np.where(found == 6, 4, found), truth) == 1, "the rest is compared"
    reaching_in = np.array([[4, 4, 0, 6, 6, 6, 0, 0]] * 2)
    assert average_precision(reaching_in, truth) == 1
    half = np.array([[4, 4, 6, 6, 6, 6, 0, 0]] * 2)
    assert average_precision(half, truth) == 1 / 2
    assert average_precision(np.where(half == 4, 0, half), truth) == 0


@given(label_images, label_images, arrays(bool, (3, 4)))
def test_pixels_that_nobody_annotated_can_hold_anything(labels, truth, known):
    other = np.where(known, labels, 0)
    inside = np.isin(labels, labels[~known], invert=True)
    found = average_precision(np.where(inside, labels, 0), np.where(known, truth, -1))
    assert found == average_precision(np.where(inside, other, 0), np.where(known, truth, 0))


def test_thresholds():
    assert THRESHOLDS == (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def test_shapes_must_agree():
    with pytest.raises(InputError, match="must have the same shape"):
        average_precision(np.zeros((2, 2), int), np.zeros((2, 3), int))
