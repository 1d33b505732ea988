"""A run predicted again equals one that never had seams, and costs no more than needed."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec, mended_plan
from napari_shift_unet.images import Image, sample_image
from napari_shift_unet.networks import load_model
from napari_shift_unet.prediction import TileDone, drain
from napari_shift_unet.seams import audit
from napari_shift_unet.segmentation import (
    Certificate,
    EarlierRun,
    Renewed,
    SegmentConfig,
    embed_image,
    predict_again,
    predict_strips,
    run_at_hand,
)
from random_networks import random_model
from segmentation.earlier_runs import CLUSTERING, MODEL, cells, run_of

PIXELS = cells((50, 61))


def equals(renewed: Renewed, fresh: EarlierRun) -> None:
    assert renewed.embedded is not None
    assert fresh.embedded is not None
    one, other = renewed.embedded.prediction.output, fresh.embedded.prediction.output
    np.testing.assert_allclose(one, other, atol=1e-5 * np.ptp(other))
    np.testing.assert_array_equal(renewed.repair.labels, fresh.labels)


@settings(max_examples=5)
@given(tile=st.tuples(*[st.integers(14, 30)] * 2), cut=st.tuples(*[st.integers(0, 3)] * 2))
def test_it_equals_a_fresh_run_without_seams(tile: tuple[int, ...], cut: tuple[int, ...]) -> None:
    crop = tuple(n - less for n, less in zip(tile, cut, strict=True))
    run = run_of(PIXELS, tile, crop)
    assert run.plan is not None
    plan = mended_plan(run.plan)
    renewed = drain(predict_again(run))
    equals(renewed, run_of(PIXELS, plan.output_window, plan.crop))
    if run.plan.legal:
        assert renewed.repair.labels is run.labels
        assert (renewed.tiles_predicted, renewed.where.any()) == (0, False)
    else:
        assert renewed.tiles_predicted + renewed.tiles_kept == len(plan)
        assert renewed.computing == renewed.tiles_predicted / len(plan)


def test_tiles_on_the_lattice_are_not_predicted_again() -> None:
    run = run_of(PIXELS, 14, 14)  # every second tile of an axis begins at a multiple of 4
    events = list(predict_again(run))
    tiles = [event.tile for event in events if isinstance(event, TileDone)]
    assert run.plan is not None
    renewed = drain(predict_again(run))
    assert renewed.tiles_predicted == len(tiles) < len(mended_plan(run.plan))
    assert renewed.tiles_kept >= 1
    for tile in tiles:
        assert renewed.where[tile.target].all()
    assert not renewed.where[:12, :12].any()


def test_without_the_old_prediction_everything_is_predicted() -> None:
    run = run_of(PIXELS, 14, 14)
    renewed = drain(predict_again(replace(run, embedded=None)))
    assert (renewed.tiles_kept, renewed.computing) == (0, 1)
    equals(renewed, run_of(PIXELS, 14, 12))


def test_of_unknown_tiles_everything_is_predicted() -> None:
    run = replace(run_of(PIXELS, 14, 14), plan=None, embedded=None)
    renewed = drain(predict_again(run))
    assert renewed.repair.before.objects == len(np.unique(run.labels)) - 1
    equals(renewed, run_of(PIXELS, 60, 60))


def test_planes_and_volumes() -> None:
    movie = Image(np.stack([PIXELS, PIXELS[::-1]]), "tyx")
    renewed = drain(predict_again(run_of(movie, 14, 14)))
    equals(renewed, run_of(movie, 14, 12))
    assert renewed.tiles_kept == 4  # two of each plane
    spec = UNetSpec(ndim=3, width=2, factors=((1, 2, 2), (2, 2, 2)), kernel=(1, 3, 3), convs=1)
    model, volume = random_model(spec), cells((6, 21, 30))
    equals(
        drain(predict_again(run_of(volume, (3, 8, 10), (3, 8, 10), model))),
        run_of(volume, (3, 8, 10), (2, 8, 8), model),
    )


def test_a_context_that_was_too_small() -> None:
    padded = random_model(UNetSpec(width=2, factors=(2, 2), convs=1, padding="same"))
    careless = replace(padded, footprint=padded.footprint.with_context((0, 0)))
    run = run_of(PIXELS, 16, 16, careless)
    renewed = drain(predict_again(run))
    assert renewed.tiles_kept == 0
    equals(renewed, run_of(PIXELS, 16, 16, padded))


def test_a_network_that_no_tiling_suits() -> None:
    run = run_of(PIXELS, 14, 14)
    assert run.plan is not None
    flawed = replace(run.plan, footprint=replace(run.plan.footprint, flaws=("it looks around",)))
    with pytest.raises(InputError, match="no tiling of this network"):
        drain(predict_again(replace(run, plan=flawed)))


def test_the_report() -> None:
    run = run_of(PIXELS, 14, 14)
    audited = audit(run.labels, tile=14)
    renewed = drain(predict_again(run, audited))
    facts = json.loads(json.dumps(renewed.facts))
    assert facts["way"] == "predict-again"
    assert facts["before"]["objects"] == run.labels.max()
    assert facts["after"]["objects"] == renewed.repair.labels.max()
    assert facts["after"]["mean_intensity"] > 0
    assert {pair["label_a"] for pair in facts["merged"]} <= {p.label_a for p in audited.pairs}
    assert renewed.embedded is not None
    assert renewed.embedded.prediction.plan.legal
    assert isinstance(renewed.embedded.certificate, Certificate)


def test_labels_of_another_image() -> None:
    run = run_of(PIXELS, 14, 12, MODEL, CLUSTERING)
    with pytest.raises(InputError, match=r"the labels are \(49, 61\) px .* Give the image that"):
        replace(run, labels=run.labels[1:])
    with pytest.raises(InputError, match="the labels are float64; whole numbers"):
        replace(run, labels=run.labels.astype(float))


@pytest.mark.parametrize("repaired_by", [predict_again, predict_strips])
def test_the_seam_of_a_bundled_model_is_gone(repaired_by: Callable[..., Any]) -> None:
    pixels = np.asarray(sample_image()[0].data)[:260, :260]
    model = load_model("nuclei-2d-discriminative")
    embedded = drain(embed_image(Image(pixels, "yx"), model, SegmentConfig(tile=148, crop=148)))
    run = run_at_hand(embedded, embedded.label())
    renewed = drain(repaired_by(run))
    before, after = (
        audit(labels, tile=148, embedding=prediction.embedding)
        for labels, prediction in (
            (run.labels, embedded),
            (renewed.repair.labels, renewed.embedded),
        )
    )
    for one, other in zip(before.jumps or (), after.jumps or (), strict=True):
        assert one.ratio > 1.8
        assert other.ratio < 1.3
