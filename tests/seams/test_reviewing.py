import numpy as np
import pytest

from blobs import blobs
from napari_shift_unet.seams import AxisTiling, audit, cut_labels, repair
from napari_shift_unet.seams.frames import as_stack
from napari_shift_unet.seams.reviewing import (
    Verdict,
    find_witnesses,
    flag_objects,
    ids_at,
    judge,
    merge_now,
    without,
)


@pytest.mark.parametrize("shape", [(160, 180), (24, 60, 66)])
@pytest.mark.parametrize("gap", [(0, 0), (1, 1)])
def test_a_witness_lies_in_its_object_beside_the_seam(shape, gap):
    truth = blobs(shape, radius=8)
    tilings = [AxisTiling(30) if n > 30 else None for n in shape]
    _check_witnesses(cut_labels(truth, tilings, gap=gap))


def test_witnesses_lie_in_the_frame_of_their_pair():
    cut = cut_labels(blobs((160, 180), radius=8), [AxisTiling(30)] * 2)
    _check_witnesses(np.stack([cut, cut[::-1]]), "tyx")


def _check_witnesses(cut, axes=None):
    audited = audit(cut, tile=(30, 30), axes=axes)
    places = find_witnesses(audited)
    assert len(audited.pairs) > 3
    for pair, (a, b) in zip(audited.pairs, places, strict=True):
        assert cut[tuple(a)] == pair.label_a
        assert cut[tuple(b)] == pair.label_b
        assert a[pair.axis] < pair.position <= b[pair.axis]


def test_verdicts_follow_the_labels():
    truth = blobs((160, 180), radius=8)
    cut = cut_labels(truth, [AxisTiling(48)] * 2)
    audited = audit(cut, tile=48)
    places, none = find_witnesses(audited), np.zeros(len(audited.pairs), bool)
    assert set(judge(ids_at(cut, places), none, none)) == {Verdict.OPEN}
    ids = ids_at(cut, places)
    first = merge_now(as_stack(cut), audited.pairs[:1], ids[:1])
    verdicts = judge(ids_at(first, places), ~none, none)
    assert verdicts[0] is Verdict.MERGED
    assert Verdict.KEPT in verdicts
    rest = merge_now(as_stack(first), audited.pairs, ids_at(first, places))
    np.testing.assert_array_equal(rest, repair(audited, 0).labels)
    assert set(judge(ids_at(rest, places), none, none)) == {Verdict.MERGED}
    emptied = without(cut, ids[0])
    assert judge(ids_at(emptied, places), ~none, none)[0] is Verdict.GONE


def test_objects_are_flagged_by_the_seams_that_they_touch():
    labels = np.zeros((40, 60), int)
    labels[5:15, 20:30], labels[5:15, 30:40], labels[25:35, 2:9] = 4, 9, 3
    audited = audit(labels, tile=(30,))
    flags = flag_objects(audited.stack, audited, np.array([9]))
    assert flags.to_dict("list") == {
        "index": [3, 4, 9],
        "touches_seam": [False, True, True],
        "suspected": [False, False, True],
    }
