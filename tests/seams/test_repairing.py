import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blobs import blobs
from napari_shift_unet.seams import AxisTiling, audit, census, cut_labels, judge_repair, repair

TRUTH = blobs((160, 180), radius=8, density=0.3)


def _square(side: int = 20) -> np.ndarray:
    labels = np.zeros((60, 60), int)
    labels[20 : 20 + side, 20 : 20 + side] = 7
    labels[2:6, 2:6] = 9
    return labels


@pytest.mark.parametrize("gap", [(0, 0), (0, 1), (1, 1)])
def test_cut_objects_are_restored_and_others_left_alone(gap):
    total = np.zeros(4)
    for seed in range(8):
        truth = blobs((160, 180), seed, radius=8)
        tile = 40 + 5 * seed
        cut = cut_labels(truth, [AxisTiling(tile, seed)] * 2, gap=gap)
        repaired = repair(audit(cut, tile=tile, offset=seed)).labels
        total += list(vars(judge_repair(truth, cut, repaired)).values())
    objects, restored, others, spoiled = total
    assert restored >= 0.9 * objects
    assert spoiled <= 0.01 * others


@given(st.integers(20, 90), st.integers(0, 19), st.integers(0, 200), st.sampled_from([0, 1, 2]))
@settings(max_examples=10)
def test_a_repair_changes_what_it_merges_and_nothing_else(tile, offset, seed, gap):
    truth = blobs((90, 110), seed, radius=8)
    cut = cut_labels(truth, [AxisTiling(tile, offset)] * 2, gap=(gap // 2, gap - gap // 2))
    repaired = repair(audit(cut, tile=tile, offset=offset))
    named = [name for pair in repaired.merged for name in (pair.label_a, pair.label_b)]
    changed = (repaired.labels != cut) & (cut > 0)
    assert set(np.unique(cut[changed]).tolist()) <= set(named)
    assert set(np.unique(repaired.labels).tolist()) <= set(np.unique(cut).tolist())
    if gap == 0:
        assert ((repaired.labels > 0) == (cut > 0)).all()


def test_four_pieces_at_a_crossing_become_one():
    cut = cut_labels(_square(), [AxisTiling(30)] * 2)
    pieces = np.unique(cut[20:40, 20:40])
    assert len(pieces) == 4
    repaired = repair(audit(cut, tile=30))
    assert np.unique(repaired.labels[20:40, 20:40]).tolist() == [pieces.min()]
    assert len(repaired.merged) == 4
    assert (repaired.before.objects, repaired.after.objects) == (5, 2)
    assert repaired.labels[3, 3] == cut[3, 3]


@pytest.mark.parametrize("gap", [(1, 1), (0, 1), (2, 0)])
def test_the_gap_between_two_pieces_is_filled(gap):
    truth = _square()
    cut = cut_labels(truth, [AxisTiling(30), None], gap=gap)
    repaired = repair(audit(cut, tile=(30, 60)))
    assert ((repaired.labels > 0) == (truth > 0)).all()
    assert repaired.after.area_px == repaired.before.area_px + 20 * sum(gap)


def test_a_clean_cut_is_repaired_without_new_pixels():
    cut = cut_labels(TRUTH, [AxisTiling(50)] * 2)
    repaired = repair(audit(cut))
    assert ((repaired.labels > 0) == (cut > 0)).all()
    assert repaired.labels.dtype == cut.dtype


def test_the_threshold_decides():
    audited = audit(cut_labels(TRUTH, [AxisTiling(50)] * 2))
    every, some, none = (repair(audited, threshold) for threshold in (0, 0.9, 1.0))
    assert len(every.merged) == len(audited.pairs) >= len(some.merged) > len(none.merged) == 0
    assert none.before == none.after
    assert min(pair.score for pair in some.merged) >= 0.9


def test_labels_of_one_frame_say_nothing_of_another():
    cut = cut_labels(_square(), [AxisTiling(30), None])
    apart = np.zeros_like(cut)
    apart[5:10, 5:10], apart[45:50, 45:50] = np.unique(cut[20:40, 20:40])
    repaired = repair(audit(np.stack([cut, apart]), axes="tyx", tile=(30, 60)))
    assert len(np.unique(repaired.labels[0])) == 3
    assert (repaired.labels[1] == apart).all()


def test_a_repaired_image_has_nothing_left_to_repair():
    repaired = repair(audit(cut_labels(TRUTH, [AxisTiling(50)] * 2)))
    again = audit(repaired.labels, tile=50)
    assert sum(seam.split_pairs for seam in again.seams) <= 1
    assert audit(repaired.labels).tilings == (None, None)


def test_a_census_counts_and_measures():
    labels = np.array([[0, 1, 1, 5]])
    assert vars(census(labels, np.array([[9, 2, 4, 7]]))) == {
        "objects": 2,
        "area_px": 3,
        "mean_area_px": 1.5,
        "mean_intensity": 5.0,
    }
    assert census(labels * 0).objects == 0


def test_the_report_is_json():
    repaired = repair(audit(cut_labels(TRUTH, [AxisTiling(50)] * 2)))
    facts = json.loads(json.dumps(repaired.facts))
    assert list(facts) == ["merged", "before", "after"]
    assert facts["before"]["objects"] > facts["after"]["objects"]
    assert set(facts["merged"][0]) == {
        "label_a",
        "label_b",
        "axis",
        "position",
        "contact_px",
        "score",
    }
