import numpy as np

from blobs import blobs
from napari_shift_unet.seams import AxisTiling, audit, cut_labels, repair, report_repair

TRUTH = blobs((160, 180), radius=8, density=0.3)
CUT = cut_labels(TRUTH, [AxisTiling(50)] * 2)
AUDITED = audit(CUT, tile=50)


def test_a_merge_is_told_as_it_tells_itself():
    merged = repair(AUDITED)
    told = report_repair(CUT, merged.labels, AUDITED)
    assert set(merged.merged) <= set(told.merged)
    assert (told.before, told.after) == (merged.before, merged.after)
    assert told.labels is merged.labels


def test_new_ids_do_not_matter_and_what_is_gone_is_not_one_object():
    told = report_repair(CUT, TRUTH + 1000 * (TRUTH > 0), AUDITED, CUT)
    split = [pair for pair in AUDITED.pairs if pair.score >= 0.5]
    assert set(split) <= set(told.merged)
    assert told.after.objects < told.before.objects
    assert told.before.mean_intensity
    assert report_repair(CUT, CUT, AUDITED).merged == ()
    assert report_repair(CUT, np.zeros_like(CUT), AUDITED).merged == ()
    assert report_repair(CUT, TRUTH).merged == ()
