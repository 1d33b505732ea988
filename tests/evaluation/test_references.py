"""The numbers are those of a published implementation, on real masks; see make_references.py."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from napari_shift_unet.evaluation import Counts, count_objects
from napari_shift_unet.images import sample_image
from spoiled_masks import spoiled

CASES = json.loads(Path(__file__).with_name("references.json").read_text(encoding="utf-8"))["cases"]
EXACT = {"rel": 0, "abs": 1e-9}


@cache
def _counts(sample: str) -> dict[str, Counts]:
    truth = sample_image(sample)[1]
    assert truth is not None
    return {how: count_objects(labels, truth)[0] for how, labels in spoiled(truth)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['sample']}, {case['labels']}")
def test_numbers_are_those_of_stardist(case):
    found = _counts(case["sample"])[case["labels"]]
    assert list(found.true_positives) == case["tp"]
    assert list(found.false_positives) == case["fp"]
    assert list(found.false_negatives) == case["fn"]
    np.testing.assert_allclose(list(found.ap.values()), case["accuracy"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(list(found.f1.values()), case["f1"], rtol=0, atol=1e-9)
    assert found.panoptic_quality == pytest.approx(case["panoptic_quality"], **EXACT)
    assert (found.false_splits, found.false_merges) == (case["splits"], case["merges"])
