"""The property that the project stands on: legal tiles leave no trace, others do."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_shift_unet.geometry import Crop, TilePlan, UNetSpec, plan_tiles
from prediction.runs import difference, in_one_pass, stitched
from random_networks import random_model
from strategies import small_specs

TOLERANCE = 1e-5
MAX_WORK = 1.5e8


@st.composite
def cases(draw: st.DrawFn) -> tuple[UNetSpec, TilePlan, int]:
    """A network, a legal plan for an image of any size, and a seed."""
    spec = draw(small_specs())
    footprint = spec.footprint
    longest = 70 if spec.ndim == 2 else 24
    primes = st.sampled_from([n for n in (2, 3, 5, 7, 11, 13, 17, 19, 23, 67) if n <= longest])
    shape = draw(st.tuples(*[st.integers(1, longest) | primes] * spec.ndim))
    tile = draw(st.tuples(*[st.integers(1, longest)] * spec.ndim))
    window = footprint.window_at_least(tuple(map(max, tile, footprint.period)))
    crop = draw(st.tuples(*map(st.sampled_from, footprint.legal_crops(window))))
    return spec, plan_tiles(shape, footprint, window, crop), draw(st.integers(0, 99))


def _is_quick(case: tuple[UNetSpec, TilePlan, int]) -> bool:
    _, plan, _ = case
    whole = plan.footprint.window_at_least(plan.shape)
    work = len(plan) * plan.footprint.work(plan.output_window) + plan.footprint.work(whole)
    return work < MAX_WORK and len(plan) < 80


@given(cases().filter(_is_quick))
@settings(max_examples=100)
def test_legal_tiles_stitch_to_the_whole_image_in_one_pass(
    case: tuple[UNetSpec, TilePlan, int],
) -> None:
    spec, plan, seed = case
    assert plan.legal
    model = random_model(spec, seed)
    pixels = np.random.default_rng(seed).random((spec.in_channels, *plan.shape), np.float32)
    found = stitched(model, pixels, plan)
    assert found.shape == (spec.out_channels, *plan.shape)
    assert difference(found, in_one_pass(model, pixels)) < TOLERANCE


NETWORKS: list[dict[str, Any]] = [
    {"factors": (2, 2)},
    {"factors": (2, 2), "upsampling": "fixed"},
    {"factors": (2, 2), "padding": "same"},
    {"factors": (3,), "padding": "same", "upsampling": "fixed"},
    {"factors": ((2, 3), (2, 1)), "batch_norm": False},
    {"ndim": 3, "factors": ((1, 2, 2),)},
]
networks = pytest.mark.parametrize("network", NETWORKS, ids=str)


@networks
def test_other_tiles_do_not(network: dict[str, Any]) -> None:
    spec = UNetSpec(width=4, **network)
    model = random_model(spec)
    footprint = spec.footprint
    window = footprint.window_at_least(tuple(2 * t for t in spec.period))
    shape = tuple(2 * w + 1 for w in window)
    pixels = np.random.default_rng(0).random((1, *shape), np.float32)
    whole = in_one_pass(model, pixels)
    for axis, period in enumerate(spec.period):
        legal = [w // t * t for w, t in zip(window, spec.period, strict=True)]
        for crop in range(1, window[axis] + 1):
            if crop < window[axis] - period:
                continue
            plan = plan_tiles(shape, footprint, window, (*legal[:axis], crop, *legal[axis + 1 :]))
            found = stitched(model, pixels, plan)
            assert plan.legal == (crop % period == 0)
            before = [slice(None)] * spec.ndim
            before[axis] = slice(0, crop)
            assert difference(found[:, *before], whole[:, *before]) < TOLERANCE
            if plan.legal:
                assert difference(found, whole) < TOLERANCE
            else:
                assert difference(found, whole) > 1e-3


@networks
def test_a_context_that_the_padding_reaches_across_shows(network: dict[str, Any]) -> None:
    spec = UNetSpec(width=4, **{**network, "padding": "same"})
    model = random_model(spec)
    shape = tuple(5 * t for t in spec.period)
    pixels = np.random.default_rng(0).random((1, *shape), np.float32)
    whole = in_one_pass(model, pixels)
    less = tuple(c - t for c, t in zip(spec.context, spec.period, strict=True))
    for context, exact in [(spec.context, True), (less, False), ((0,) * spec.ndim, False)]:
        plan = plan_tiles(shape, spec.footprint.with_context(context), spec.period)
        assert plan.legal == exact
        found = difference(stitched(model, pixels, plan), whole)
        assert found < TOLERANCE if exact else found > TOLERANCE


def test_the_window_does_not_matter_for_the_network_of_the_paper() -> None:
    spec = UNetSpec(width=2)
    model = random_model(spec)
    pixels = np.random.default_rng(0).random((1, 97, 61), np.float32)
    whole = in_one_pass(model, pixels)
    choices: list[tuple[int, Crop]] = [(20, "auto"), (52, 16), (100, "auto")]
    for tile, crop in choices:
        plan = plan_tiles((97, 61), spec.footprint, tile, crop)
        assert difference(stitched(model, pixels, plan), whole) < TOLERANCE
    naive = plan_tiles((97, 61), spec.footprint, 20, "none")
    assert difference(stitched(model, pixels, naive), whole) > 1e-3


def test_half_precision_keeps_two_digits() -> None:
    spec = UNetSpec(width=4, factors=(2, 2))
    model = random_model(spec)
    pixels = np.random.default_rng(0).random((1, 61, 47), np.float32)
    plan = plan_tiles((61, 47), spec.footprint, 20)
    found = stitched(model, pixels, plan, "bfloat16")
    assert 1e-4 < difference(found, in_one_pass(model, pixels)) < 3e-2
