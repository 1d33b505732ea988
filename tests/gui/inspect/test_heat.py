import numpy as np
import pytest

from inspect_desk import cut_blobs
from napari_shift_unet.gui.inspect.heat import Contacts, Shown, contact_lines, seam_lines
from napari_shift_unet.seams import audit


@pytest.fixture(scope="module")
def volume():
    return audit(cut_blobs((30, 60, 70), 24)[1], tile=24)


def test_a_slice_shows_the_seams_that_cross_it(volume):
    shown = Shown((1, 2), np.array([7.0, 0, 0]))
    lines, scores = seam_lines(volume, shown)
    seams = [seam for seam in volume.seams if seam.axis > 0]
    assert len(lines) == len(scores) == len(seams) == 4
    np.testing.assert_array_equal(lines[:, 0, 0], 7)
    for line, seam in zip(lines, seams, strict=True):
        assert line[0, seam.axis] == seam.position - 0.5
        assert line[1, 3 - seam.axis] == volume.stack.shape[3 - seam.axis]


def test_a_slice_shows_the_contacts_that_reach_it(volume):
    contacts, every = Contacts.of(volume), np.ones(len(volume.pairs), bool)
    for z in (3, 23, 24):
        lines, owners = contact_lines(
            contacts, every, (0, 1, 2), Shown((1, 2), np.array([z, 0, 0]))
        )
        assert len(lines) == len(owners) == len(set(owners))
        for line, owner in zip(lines, owners, strict=True):
            pair = volume.pairs[owner]
            reach = 1 if pair.axis == 0 else contacts.length[owner] / 2
            assert abs(pair.centre[0] - z) <= reach
            assert line[0, 0] == z
            middle = (line[0] + line[1] / 2)[1:]
            np.testing.assert_allclose(middle, pair.centre[1:])
        across = [owner for owner in owners if volume.pairs[owner].axis == 0]
        assert bool(across) == (z in (23, 24))


def test_a_volume_shows_a_cross_per_contact_and_the_edges_of_the_tiles(volume):
    contacts, shown = Contacts.of(volume), Shown((0, 1, 2), np.zeros(3))
    some = np.arange(len(volume.pairs)) % 2 == 0
    lines, owners = contact_lines(contacts, some, (0, 1, 2), shown)
    assert sorted(owners) == sorted([*np.flatnonzero(some)] * 2)
    for line, owner in zip(lines, owners, strict=True):
        assert line[1, volume.pairs[owner].axis] == 0
    edges, _ = seam_lines(volume, shown)
    assert (edges[:, 1] > 0).sum(axis=1).tolist() == [1] * len(edges)
