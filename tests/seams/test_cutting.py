import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blobs import blobs
from napari_shift_unet.seams import AxisTiling, Restoration, cut_labels, judge_repair

TILINGS = [AxisTiling(40, 13), AxisTiling(50, 0, moved=True)]


@given(st.integers(0, 500), st.integers(0, 10))
def test_no_object_crosses_a_seam_whatever_the_overlap(seed, overlap):
    truth = blobs((90, 120), seed, radius=7)
    cut = cut_labels(truth, TILINGS, overlap=overlap)
    assert ((cut > 0) == (truth > 0)).all()
    for axis, tiling in enumerate(TILINGS):
        along = np.moveaxis(cut, axis, 0)
        for x in tiling.seams(len(along)):
            assert not ((along[x] == along[x - 1]) & (along[x] > 0)).any()
    pieces = np.unique(np.stack([truth.ravel(), cut.ravel()]), axis=1)
    assert len(np.unique(cut)) == pieces.shape[1]  # no piece belongs to two objects


def test_gaps_and_lost_pieces():
    truth = np.ones((20, 40), int)
    cut = cut_labels(truth, [None, AxisTiling(15)], gap=(1, 2))
    assert np.flatnonzero(cut[0] == 0).tolist() == [14, 15, 16, 29, 30, 31]
    assert len(np.unique(cut_labels(truth, [None, AxisTiling(15)], smallest=250))) == 3


def test_a_repair_is_judged_by_objects():
    truth = np.array([[1, 1, 1, 0, 2, 2, 0, 3, 3, 0, 4]])
    cut = np.array([[1, 2, 3, 0, 4, 5, 0, 6, 6, 0, 7]])
    same = judge_repair(truth, cut, cut)
    assert same == Restoration(cut=2, restored=0, others=2, spoiled=0)
    repaired = np.array([[1, 1, 1, 0, 4, 5, 0, 4, 4, 0, 7]])
    assert judge_repair(truth, cut, repaired) == Restoration(2, 1, 2, 1)


def test_one_tiling_per_axis():
    with pytest.raises(ValueError, match="zip"):
        cut_labels(np.ones((4, 4), int), [None])
