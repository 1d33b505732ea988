"""Strips predicted again: all else stays, and what lies in them is as without seams."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.images import Image
from napari_shift_unet.prediction import drain
from napari_shift_unet.seams import audit
from napari_shift_unet.segmentation import EarlierRun, predict_strips
from random_networks import random_model
from segmentation.earlier_runs import CLUSTERING, cells, run_of

PIXELS = cells((64, 83))


def near_seams(run: EarlierRun, half: int = 4) -> np.ndarray:
    """Mark the strips of a run, in one plane."""
    assert run.plan is not None
    strips = np.zeros(run.plan.shape, bool)
    for axis, seams in enumerate(run.plan.seams):
        for seam in seams:
            np.moveaxis(strips, axis, 0)[max(0, seam - half) : seam + half] = True
    return strips


def whole_objects(labels: np.ndarray, inside: np.ndarray) -> list[np.ndarray]:
    """Return the masks of the objects that lie wholly inside."""
    ids = np.setdiff1d(np.unique(labels[inside]), labels[~inside])
    return [labels == label for label in ids if label]


@settings(max_examples=4)
@given(crop=st.tuples(*[st.sampled_from([27, 30, 37])] * 2), seed=st.integers(0, 9))
def test_other_objects_stay_and_those_in_strips_are_as_without_seams(
    crop: tuple[int, ...], seed: int
) -> None:
    pixels = cells((64, 83), seed)
    run = run_of(pixels, crop, crop)
    renewed = drain(predict_strips(run))
    strips, labels = near_seams(run), renewed.repair.labels
    aside = ~np.isin(run.labels, np.unique(run.labels[strips])) & (run.labels > 0)
    np.testing.assert_array_equal(labels[aside], run.labels[aside])
    assert not (labels != run.labels)[~renewed.where].any()
    legal = run_of(pixels, 84, 84)
    for mask in whole_objects(legal.labels, strips):
        (label,) = np.unique(labels[mask])
        assert label
        np.testing.assert_array_equal(labels == label, mask)
    assert renewed.embedded is not None
    assert legal.embedded is not None
    new, fresh = (r.embedded.prediction.output[:, renewed.where] for r in (renewed, legal))
    np.testing.assert_allclose(new, fresh, atol=1e-5 * np.ptp(fresh))


def test_it_is_deterministic_and_needs_no_prediction_of_the_run() -> None:
    run = run_of(PIXELS, 30, 30)
    first, again = (drain(predict_strips(run)).repair.labels for _ in range(2))
    np.testing.assert_array_equal(first, again)
    alone = drain(predict_strips(replace(run, embedded=None)))
    np.testing.assert_array_equal(alone.repair.labels, first)
    assert alone.embedded is not None
    assert alone.computing >= drain(predict_strips(run)).computing > 0


def test_a_run_without_seams_comes_back_even_if_it_was_edited() -> None:
    run = run_of(PIXELS, 30, 28)
    edited = np.where(run.labels == 5, 900, run.labels)
    renewed = drain(predict_strips(replace(run, labels=edited)))
    assert renewed.repair.labels is edited
    assert (renewed.tiles_predicted, renewed.where.any()) == (0, False)


def test_seams_that_an_audit_knows_and_that_did_nothing_change_nothing() -> None:
    run = run_of(PIXELS, 30, 28)
    audited = audit(run.labels, tile=28)
    renewed = drain(predict_strips(replace(run, plan=None, embedded=None), audited))
    assert renewed.tiles_predicted > 0
    np.testing.assert_array_equal(renewed.repair.labels, run.labels)


def test_planes_with_ids_of_their_own() -> None:
    movie = Image(np.stack([PIXELS, PIXELS[::-1]]), "tyx")
    run = run_of(movie, 30, 30)
    labels = drain(predict_strips(run)).repair.labels
    ids = [set(np.unique(plane)) - {0} for plane in labels]
    assert not ids[0] & ids[1]
    same = drain(predict_strips(run_of(PIXELS, 30, 30))).repair.labels
    np.testing.assert_array_equal(labels[0] > 0, same > 0)


def test_a_volume_of_which_one_axis_has_seams() -> None:
    spec = UNetSpec(ndim=3, width=2, factors=((1, 2, 2), (2, 2, 2)), kernel=(1, 3, 3), convs=1)
    model, volume = random_model(spec), cells((6, 24, 40))
    run = run_of(volume, (4, 24, 22), (4, 24, 22), model)
    renewed = drain(predict_strips(run))
    legal = run_of(volume, (4, 24, 20), (4, 24, 20), model)
    strips = np.zeros(volume.shape, bool)
    strips[:, :, 18:26] = True
    for mask in whole_objects(legal.labels, strips):
        assert len(np.unique(renewed.repair.labels[mask])) == 1
    assert renewed.repair.labels.shape == volume.shape


def test_new_ids_fit_the_type_of_the_labels() -> None:
    run = run_of(PIXELS, 30, 30)
    small = np.where(run.labels > 0, 255, 0).astype(np.uint8)
    assert drain(predict_strips(replace(run, labels=small))).repair.labels.dtype == np.int32
    wide = run.labels.astype(np.uint16)
    assert drain(predict_strips(replace(run, labels=wide))).repair.labels.dtype == np.uint16


def test_the_report() -> None:
    run = run_of(PIXELS, 30, 30)
    facts = json.loads(json.dumps(drain(predict_strips(run, audit(run.labels, tile=30))).facts))
    assert facts["way"] == "strips"
    assert facts["pixels_renewed"] > 0
    assert facts["before"]["objects"] > 0
    assert isinstance(facts["merged"], list)


def test_seams_that_nobody_knows() -> None:
    run = replace(run_of(PIXELS, 30, 30, clustering=CLUSTERING), plan=None)
    with pytest.raises(InputError, match="tiles of the labels are not known"):
        drain(predict_strips(run))
