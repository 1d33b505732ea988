"""Tiles for some pixels of an image."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_shift_unet.geometry import TilePlan, UNetSpec, plan_tiles
from napari_shift_unet.geometry.partial import plan_parts, tiles_over
from strategies import plans

FOOTPRINT = UNetSpec(factors=(2, 2, 2, 2)).footprint


@given(plans(max_length=40), st.integers(0, 9), st.floats(0, 0.2))
def test_the_tiles_are_those_that_write_to_a_pixel(
    plan: TilePlan, seed: int, density: float
) -> None:
    wanted = np.random.default_rng(seed).random(plan.shape) < density
    assert tiles_over(plan, wanted) == [tile for tile in plan if wanted[tile.target].any()]


@settings(max_examples=4)
@given(st.integers(0, 99))
def test_parts_never_cost_more_than_the_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted = np.zeros((2, 700, 900), bool)
    for _ in range(rng.integers(0, 5)):
        plane, y, x = rng.integers(0, (2, 700, 900))
        wanted[plane, y : y + 50, x : x + 400] = True
    plan = plan_parts(FOOTPRINT, wanted)
    assert plan.legal
    tiles = sum(len(tiles_over(plan, plane)) for plane in wanted)
    whole = plan_tiles((700, 900), FOOTPRINT)
    every = sum(len(tiles_over(whole, plane)) for plane in wanted)
    assert tiles * FOOTPRINT.work(plan.output_window) <= every * FOOTPRINT.work(whole.output_window)


def test_a_thin_strip_gets_narrow_tiles() -> None:
    wanted = np.zeros((4000, 4000), bool)
    wanted[:, 1990:2010] = True
    plan = plan_parts(FOOTPRINT, wanted)
    assert plan.crop[1] < plan.crop[0]
    whole = plan_tiles((4000, 4000), FOOTPRINT)
    tiles = len(tiles_over(plan, wanted))
    work = tiles * FOOTPRINT.work(plan.output_window)
    assert work < 0.3 * len(whole) * FOOTPRINT.work(whole.output_window)
