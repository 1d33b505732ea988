import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blobs import blobs
from napari_shift_unet.images import discs
from napari_shift_unet.seams.pairs import contacts_across, count_uncut, pairs_of


def _pairs(labels: np.ndarray, line: int, axis: int = 0) -> dict[tuple[int, int], float]:
    along = np.moveaxis(labels, axis, 0)
    found = pairs_of(contacts_across(along, line), line, axis, ())
    return {(pair.label_a, pair.label_b): pair.score for pair in found}


def _disc(line: int, gap: int = 0, shift: int = 0) -> np.ndarray:
    """Two pieces, 1 and 2, of a disc of radius 10 at (14, 14)."""
    y, x = np.mgrid[:29, :29]
    labels = np.where((y - 14) ** 2 + (x - 14) ** 2 <= 100, 1, 0)
    labels[line:][labels[line:] > 0] = 2
    labels[line:] = np.roll(labels[line:], shift, axis=1)
    labels[line : line + gap] = 0
    return labels


@pytest.mark.parametrize("gap", [0, 1, 2])
@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("line", [7, 10, 14, 19])
def test_pieces_of_a_disc_look_like_one(line, shift, gap):
    assert _pairs(_disc(line, gap, shift), line)[1, 2] > 0.8


def test_pieces_too_far_apart_are_no_pair():
    assert _pairs(_disc(14, gap=3), 14) == {}


def test_neighbours_that_touch_do_not_look_like_one():
    y, x = np.mgrid[:40, :30]
    labels = np.where((y - 10) ** 2 + (x - 14) ** 2 <= 90, 1, 0)
    labels[(y - 29) ** 2 + (x - 14) ** 2 <= 90] = 2
    (line,) = {20} & set(np.flatnonzero((labels == 2).any(axis=1)).tolist())
    assert _pairs(labels, line)[1, 2] < 0.2


def test_an_object_that_goes_on_is_not_split_from_its_neighbour():
    labels = np.ones((20, 20), int)
    labels[10:, 15:] = 2
    assert _pairs(labels, 10)[1, 2] < 0.01
    assert count_uncut(labels, 10) == 1


def test_two_contacts_of_two_labels_are_one_pair():
    labels = np.zeros((20, 40), int)
    labels[2:10, 4:12] = labels[2:10, 24:32] = labels[2:4, 4:32] = 1
    labels[10:18, 4:12] = labels[10:18, 24:32] = labels[16:18, 4:32] = 2
    (pair,) = pairs_of(contacts_across(labels, 10), 10, 1, (3,))
    assert (pair.label_a, pair.label_b, pair.contact_px) == (1, 2, 16)
    assert (pair.axis, pair.position) == (1, 10)
    assert pair.centre[:2] == (3, 9.5)
    assert pair.centre[2] in (7.5, 27.5)


def test_balls_in_three_dimensions():
    _, whole = discs((60, 60, 60), radius=8, spacing=20)
    for axis in range(3):
        cut = whole.copy()
        np.moveaxis(cut, axis, 0)[30:][np.moveaxis(whole, axis, 0)[30:] > 0] += 100
        found = _pairs(cut, 30, axis)
        assert len(found) == 9
        assert all(b == a + 100 for a, b in found)
        assert min(found.values()) > 0.8


@given(st.integers(0, 500), st.integers(1, 59))
def test_pairs_are_what_faces_each_other(seed, line):
    labels = blobs((60, 70), seed, radius=7, density=0.6)
    contacts = contacts_across(labels, line)
    before, after = labels[line - 1], labels[line]
    touching = (before > 0) & (after > 0) & (before != after)
    expected = set(zip(before[touching].tolist(), after[touching].tolist(), strict=True))
    assert expected <= set(zip(contacts.label_a.tolist(), contacts.label_b.tolist(), strict=True))
    assert (contacts.member[touching] >= 0).all()
    assert np.bincount(contacts.member[contacts.member >= 0]).tolist() == contacts.contact.tolist()
    mirrored = contacts_across(labels[::-1], 60 - line)
    assert sorted(mirrored.logit.round(6)) == sorted(contacts.logit.round(6))


def test_no_objects_no_pairs():
    assert _pairs(np.zeros((10, 10), int), 5) == {}
    assert _pairs(np.eye(10, dtype=int) * np.arange(10), 1) == {}
