"""Plans without seams: the nearest one, and the tiles that need no mending."""

from dataclasses import replace

import pytest
from hypothesis import given

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import (
    TilePlan,
    UNetSpec,
    mended_plan,
    plan_tiles,
    tiles_on_lattice,
)
from strategies import plans

FOOTPRINT = UNetSpec(factors=(2, 2, 2, 2)).footprint


@given(plans(max_length=60))
def test_a_mended_plan_is_legal_and_leaves_legal_axes_alone(plan: TilePlan) -> None:
    mended = mended_plan(plan)
    assert mended.legal
    assert mended.shape == plan.shape
    if plan.legal:
        assert mended is plan
    for axis, exact in enumerate(plan.exact_axes):
        if exact:
            assert mended.crop[axis] == plan.crop[axis]
        else:
            assert abs(mended.crop[axis] - plan.crop[axis]) < plan.period[axis]


@given(plans(max_length=40))
def test_all_tiles_of_a_legal_plan_are_on_the_lattice_and_the_first_of_any(plan: TilePlan) -> None:
    found = tiles_on_lattice(plan)
    assert found[0] == plan[0].target
    every = [tile.target for tile in mended_plan(plan)]
    assert tiles_on_lattice(mended_plan(plan)) == every or not plan.legal
    for box in found:
        assert all(side.start % t == 0 for side, t in zip(box, plan.period, strict=True))


def test_the_crop_of_the_readme() -> None:
    mended = mended_plan(plan_tiles((520, 696), FOOTPRINT, 148, 148))
    assert (mended.crop, mended.output_window) == ((144, 144), (148, 148))
    roomy = mended_plan(plan_tiles((520, 696), FOOTPRINT, 180, 148))
    assert roomy.crop == (160, 160)


def test_a_crop_below_the_period_gets_a_larger_window() -> None:
    mended = mended_plan(plan_tiles((50, 50), FOOTPRINT, 4, 4))
    assert mended.crop == (16, 16)
    assert mended.output_window[0] >= 16


def test_a_context_that_is_too_small_is_widened() -> None:
    padded = UNetSpec(factors=(2, 2), padding="same").footprint
    plan = plan_tiles((50, 50), padded.with_context((0, 0)), 20, 20)
    assert not plan.legal
    assert tiles_on_lattice(plan) == []
    assert mended_plan(plan).context >= padded.required_context


def test_a_network_that_no_tiling_suits() -> None:
    flawed = replace(FOOTPRINT, flaws=("it normalises each tile",))
    with pytest.raises(InputError, match=r"no tiling .* it normalises each tile\. Use another"):
        mended_plan(plan_tiles((520, 696), flawed, 148, 144))
