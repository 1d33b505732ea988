import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_shift_unet.errors import InputError
from napari_shift_unet.evaluation import Counts, count_objects
from napari_shift_unet.evaluation.counts import ids_at_seams

label_images = arrays(np.int64, (4, 5), elements=st.integers(0, 4))
seam_lists = st.tuples(st.lists(st.integers(1, 3)), st.lists(st.integers(1, 4)))


def _split_and_merged(labels, truth):
    """Count true objects with several predicted ones, and the other way round, pair by pair."""

    def iou(a, b):
        return ((labels == a) & (truth == b)).sum() / ((labels == a) | (truth == b)).sum()

    found, true = (np.unique(array[array > 0]) for array in (labels, truth))
    partners_of = [sum(iou(a, b) > 0.1 for a in found) for b in true]
    partners_in = [sum(iou(a, b) > 0.1 for b in true) for a in found]
    return sum(n > 1 for n in partners_of), sum(n > 1 for n in partners_in)


@given(label_images, label_images)
def test_splits_and_merges_are_those_of_every_pair(labels, truth):
    found = count_objects(labels, truth)[0]
    assert (found.false_splits, found.false_merges) == _split_and_merged(labels, truth)


@given(label_images, label_images)
def test_with_truth_and_labels_exchanged_splits_are_merges(labels, truth):
    one, other = count_objects(labels, truth)[0], count_objects(truth, labels)[0]
    assert (one.false_splits, one.false_merges) == (other.false_merges, other.false_splits)
    assert one.ap == other.ap
    assert one.f1 == other.f1
    assert one.panoptic_quality == pytest.approx(other.panoptic_quality)


@given(label_images, label_images, st.permutations([1, 2, 3, 4]), seam_lists)
def test_numbers_do_not_matter(labels, truth, order, seams):
    renumbered = np.array([0, *order])[labels] * 70_000
    found = count_objects(renumbered, truth, seams)
    assert found == count_objects(labels, truth, seams)
    assert count_objects(labels.astype(np.uint16), truth.astype(np.int8), seams) == found


@given(label_images, seam_lists)
def test_a_perfect_result(truth, seams):
    for found in count_objects(truth, truth, seams):
        assert set(found.ap.values()) == set(found.f1.values()) == {1.0}
        assert found.panoptic_quality == pytest.approx(1)
        assert found.false_splits == found.false_merges == found.distant_false_merges == 0
        assert found.objects == found.found


@given(label_images, st.data())
def test_an_object_cut_in_two_is_one_false_split_more(truth, data):
    ids, sizes = np.unique(truth[truth > 0], return_counts=True)
    assume((sizes > 1).any())
    chosen = data.draw(st.sampled_from(list(ids[sizes > 1])))
    places = np.flatnonzero(truth == chosen)
    labels = truth.copy()
    labels.flat[places[: len(places) // 2]] = 9
    found = count_objects(labels, truth)[0]
    assert (found.false_splits, found.false_merges) == (1, 0)
    assert found.found == found.objects + 1


@given(label_images, label_images, seam_lists)
def test_what_is_counted_at_seams_is_a_part(labels, truth, seams):
    everywhere, there = count_objects(labels, truth, seams)
    for name in ("objects", "found", "false_splits", "false_merges", "distant_false_merges"):
        assert 0 <= getattr(there, name) <= getattr(everywhere, name)
    for name in ("true_positives", "false_positives", "false_negatives"):
        assert (np.array(getattr(there, name)) <= getattr(everywhere, name)).all()
    assert everywhere == count_objects(labels, truth)[0]


def test_seams_by_hand():
    truth = np.array([[1, 1, 1, 1, 0, 2, 2, 0], [1, 1, 1, 1, 0, 2, 2, 0]])
    labels = np.array([[5, 5, 6, 6, 0, 7, 7, 0], [5, 5, 6, 6, 0, 7, 7, 0]])
    everywhere, there = count_objects(labels, truth, [(), (2,)])
    assert (everywhere.objects, there.objects, there.found) == (2, 1, 2)
    assert (everywhere.false_splits, there.false_splits) == (1, 1)
    assert everywhere.ap["0.5"] == 2 / 3
    assert there.ap["0.5"] == 1 / 2
    elsewhere = count_objects(labels, truth, [(1,), (6,)])[1]
    assert elsewhere.objects == 2, "an object on either side of a seam touches it"
    assert list(ids_at_seams(truth, [(), (5,)])) == [2]
    assert count_objects(labels, truth)[1] is None
    assert count_objects(labels, truth, [(), ()])[1].objects == 0


@given(label_images, label_images, label_images)
def test_counts_of_images_add_up(a, b, c):
    one, other = count_objects(a, b)[0], count_objects(b, c)[0]
    both = one + other
    assert both.objects == one.objects + other.objects
    assert both.true_positives[3] == one.true_positives[3] + other.true_positives[3]
    assert isinstance(both, Counts)
    apart = np.where(c > 0, c + 10, 0), np.where(b > 0, b + 10, 0)
    joined = count_objects(np.hstack([a, apart[1]]), np.hstack([b, apart[0]]))[0]
    assert joined.ap == both.ap


def test_where_nobody_annotated_nothing_is_wrong():
    truth = np.array([[1, 1, 0, -1, -1, -1]] * 2)
    labels = np.array([[3, 3, 0, 0, 4, 5]] * 2)
    found = count_objects(labels, truth)[0]
    assert (found.objects, found.found) == (1, 1)
    assert found.ap["0.95"] == 1


def test_three_dimensions_and_large_numbers():
    truth = np.zeros((4, 6, 6), np.int64)
    truth[:, :3], truth[:, 3:, 3:] = 2**40, 7
    labels = truth.astype(np.uint64)
    labels[2:, :3] = 2**62
    everywhere, there = count_objects(labels.astype(np.int64), truth, [(2,), (), ()])
    assert (everywhere.false_splits, there.false_splits) == (1, 1)
    assert everywhere.ap["0.5"] == 2 / 3


def test_shapes_must_agree():
    with pytest.raises(InputError, match="must have the same shape"):
        count_objects(np.zeros((2, 2), int), np.zeros((2, 3), int))
