import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.errors import InputError
from napari_shift_unet.evaluation import count_objects
from napari_shift_unet.evaluation.outcomes import OUTCOMES, Outcome, outcomes_of

label_images = arrays(np.int64, (4, 5), elements=st.integers(0, 4))
truths = arrays(np.int64, (4, 5), elements=st.integers(-1, 4))


def of_kind(found, kind):
    return [one for one in found.findings if one.kind == kind]


@given(label_images, truths)
def test_splits_and_merges_are_as_many_as_are_counted(labels, truth):
    found, counts = outcomes_of(labels, truth), count_objects(labels, truth)[0]
    assert found.counts[Outcome.SPLIT] == counts.false_splits
    assert found.counts[Outcome.MERGED] == counts.false_merges
    assert found.counts[Outcome.EXTRA] <= counts.false_positives[0]
    assert found.counts[Outcome.MISSED] <= counts.false_negatives[0]
    assert found.counts[Outcome.TRUE] <= counts.true_positives[0]


@given(label_images, truths)
def test_every_object_is_listed_and_coloured(labels, truth):
    found = outcomes_of(labels, truth)
    listed_b = {i for one in found.findings for i in one.ids_b}
    assert listed_b == {*np.unique(truth[truth > 0]).tolist()}
    judged = {*found.ids[found.kinds > 0].tolist()}
    assert judged == {i for one in found.findings for i in one.ids_a}
    expected = np.isin(labels, [*judged]) & (truth >= 0) | (truth > 0)
    np.testing.assert_array_equal(found.picture > 0, expected)


@given(label_images, label_images)
def test_the_other_way_round_splits_are_merges_and_missed_ones_extra(labels, truth):
    there, back = outcomes_of(labels, truth).counts, outcomes_of(truth, labels).counts
    for one, other in ((Outcome.SPLIT, Outcome.MERGED), (Outcome.MISSED, Outcome.EXTRA)):
        assert there[one] == back[other]
    assert there[Outcome.TRUE] == back[Outcome.TRUE]


@given(label_images)
def test_all_of_a_perfect_result_is_true(truth):
    found = outcomes_of(truth * 70_000, truth)
    assert {one.kind for one in found.findings} <= {Outcome.TRUE}
    assert (found.iou == 1).all()
    for one in found.findings:
        places = np.argwhere(truth == one.ids_b[0])
        assert (one.low, one.high) == ((*places.min(0),), (*(places.max(0) + 1),))


def test_one_of_each():
    truth = np.zeros((20, 60), int)
    truth[2:8, 2:12] = 1
    truth[2:8, 20:30], truth[2:8, 30:40] = 2, 3
    truth[10:18, 2:12] = 4
    truth[10:18, 20:30] = 5
    labels = np.zeros_like(truth)
    labels[2:8, 2:7], labels[2:8, 7:12] = 11, 12
    labels[2:8, 20:40] = 13
    labels[10:18, 2:11] = 14
    labels[10:18, 50:55] = 15
    found = outcomes_of(labels, truth)
    assert [(one.kind, one.ids_a, one.ids_b, round(one.iou, 2)) for one in found.findings] == [
        ("merged", (13,), (2, 3), 0.5),
        ("split", (11, 12), (1,), 0.5),
        ("missed", (), (5,), 0),
        ("extra", (15,), (), 0),
        ("true", (14,), (4,), 0.9),
    ]
    assert of_kind(found, Outcome.MERGED)[0].low == (2, 20)
    assert [OUTCOMES[n - 1] for n in found.kinds] == ["split", "split", "merged", "true", "extra"]
    assert found.picture[12, 11] == Outcome.TRUE.number


def test_what_nobody_annotated_is_not_judged():
    truth = np.full((4, 8), -1)
    truth[:, 6:] = 0
    labels = np.zeros((4, 8), int)
    labels[:, 1:7] = 1
    found = outcomes_of(labels, truth)
    assert found.findings == ()
    assert found.kinds.tolist() == [0]


def test_labels_of_other_shapes_are_refused():
    with pytest.raises(InputError, match="same shape"):
        outcomes_of(np.zeros((2, 3), int), np.zeros((3, 2), int))
