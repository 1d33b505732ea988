"""What holds for every plan, legal or not."""

from dataclasses import replace
from itertools import islice, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import TilePlan, UNetSpec, plan_tiles
from strategies import plans


@given(plans(max_length=60))
def test_writes_cover_the_image_and_never_overlap(plan: TilePlan) -> None:
    counts = np.zeros(plan.shape, np.uint8)
    for tile in plan:
        assert all(0 <= a < b <= n for (a, b), n in zip(tile.write, plan.shape, strict=True))
        counts[tile.target] += 1
    assert (counts == 1).all()


@given(plans())
def test_each_axis_is_covered_once_and_every_tile_reads_a_legal_input(plan: TilePlan) -> None:
    footprint = plan.footprint
    assert footprint.is_window(plan.output_window)
    assert len(plan) == np.prod(plan.grid)
    for axis in range(footprint.ndim):
        places = [tuple(i if a == axis else 0 for a in range(footprint.ndim))
                  for i in range(plan.grid[axis])]  # fmt: skip
        tiles = [plan.tile(place) for place in places]
        ends = [tile.write[axis] for tile in tiles]
        assert [start for start, _ in ends] == [0, *plan.seams[axis]]
        assert [stop for _, stop in ends] == [*plan.seams[axis], plan.shape[axis]]
        for tile in tiles:
            start, stop = tile.read[axis]
            assert stop - start == plan.input_size[axis]
            assert start == tile.write[axis][0] - plan.context[axis]
            keep = tile.keep[axis]
            assert 0 == keep.start < keep.stop <= plan.crop[axis] <= plan.output_window[axis]
            assert tile.target[axis] == slice(*tile.write[axis])


@given(plans())
def test_tiles_of_a_legal_plan_share_one_phase_and_those_of_others_do_not(plan: TilePlan) -> None:
    phases = {
        tuple(start % t for (start, _), t in zip(tile.read, plan.period, strict=True))
        for tile in (plan.tile(place) for place in product(*(range(min(n, 3)) for n in plan.grid)))
    }
    assert plan.legal == (len(phases) == 1) == (not plan.reasons)


@given(plans(), st.data())
def test_a_plan_is_a_sequence_in_raster_order(plan: TilePlan, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(plan) - 1))
    index = tuple(int(i) for i in np.unravel_index(place, plan.grid))
    assert plan[place] == plan[place - len(plan)] == plan[np.int64(place)] == plan.tile(index)
    assert plan[place].index == index
    assert plan[place : place + 2] == [plan[i] for i in (place, place + 1) if i < len(plan)]
    with pytest.raises(IndexError):
        plan[len(plan)]


def test_a_plan_of_billions_of_tiles_begins_at_once() -> None:
    plan = plan_tiles((2**31, 2**31), UNetSpec(factors=(2,)).footprint, 2)
    assert [tile.index for tile in islice(plan, 3)] == [(0, 0), (0, 1), (0, 2)]
    assert plan.grid == (2**30, 2**30)
    assert len(plan) == 2**60
    with pytest.raises(InputError, match="px in all can be planned"):
        plan_tiles((2**31,) * 3, UNetSpec(ndim=3, factors=(2,)).footprint)


def test_iteration_and_indexing_agree() -> None:
    plan = plan_tiles((100, 70, 40), UNetSpec(ndim=3, factors=(2, 2)).footprint, 12)
    assert list(plan) == [plan[i] for i in range(len(plan))]
    assert plan.grid == (9, 6, 4)


@given(plans())
def test_an_illegal_crop_is_marked_with_the_nearest_legal_ones(plan: TilePlan) -> None:
    for axis, name in enumerate("zyx"[-plan.footprint.ndim :]):
        crop, period = plan.crop[axis], plan.period[axis]
        every = range(period, crop + period + 1, period)
        least = min(abs(n - crop) for n in every)
        nearest = plan.nearest_legal_crops[axis]
        assert set(nearest) <= set(every)
        assert min(abs(n - crop) for n in nearest) == least
        assert nearest == (crop,) if crop % period == 0 else len(nearest) == 1 + (crop > period)
        wrong = crop % period != 0 and plan.grid[axis] > 1
        assert plan.exact_axes[axis] == (not wrong)
        said = [reason for reason in plan.reasons if name in _axes_of(reason, crop)]
        assert len(said) == wrong
        for reason in said:
            assert f"off the {period}-px lattice" in reason
            assert all(str(n) in reason.split("use")[1] for n in nearest)


def _axes_of(reason: str, crop: int) -> list[str]:
    """Return the axes that a reason names for a crop."""
    start, _, rest = reason.partition(f"the crop of {crop} px along ")
    return rest.split(" is ")[0].split(" and ") if not start else []


def test_axes_with_the_same_fault_share_a_reason() -> None:
    plan = plan_tiles((600, 600), UNetSpec().footprint, 164, (148, 148))
    assert plan.reasons == (
        "the crop of 148 px along y and x is off the 16-px lattice; use 144 or 160 px",
    )
    assert len(plan_tiles((600, 600), UNetSpec().footprint, 164, (148, 100)).reasons) == 2


def test_advice_names_the_tile_that_a_larger_crop_needs() -> None:
    footprint = UNetSpec().footprint

    def reason(tile: int, crop: int) -> str:
        return plan_tiles((600, 100), footprint, tile, crop).reasons[0]

    start = "the crop of 148 px along y is off the 16-px lattice; use "
    assert reason(148, 148) == start + "144 px, or 160 px with a tile of 164 px"
    assert reason(164, 148) == start + "144 or 160 px"
    assert reason(4, 4).endswith("use 16 px with a tile of 20 px")


def test_too_little_context_of_a_padded_network_is_marked() -> None:
    spec = UNetSpec(padding="same")
    enough = plan_tiles((600, 100), spec.footprint, 160)
    little = plan_tiles((600, 100), spec.footprint.with_context((80, 80)), 160)
    assert enough.legal
    assert little.reasons == (
        "the context of 80 px along y is smaller than the 94 px that the network's padding reaches",
    )


def test_flaws_of_the_network_spoil_every_plan_of_several_tiles() -> None:
    footprint = replace(UNetSpec().footprint, flaws=("everything depends on the whole tile",))
    plan = plan_tiles((600, 100), footprint, 160, 148)
    assert plan.reasons[1:] == footprint.flaws
    assert plan.exact_axes == (False, True)
    assert plan_tiles((600, 600), footprint, 160, 144).exact_axes == (False, False)
    assert plan_tiles((100, 100), footprint, 160).legal


@given(plans())
def test_the_forecast_counts_every_tile(plan: TilePlan) -> None:
    footprint = plan.footprint
    total = len(plan) * footprint.work(plan.output_window)
    ideal = footprint.ideal_work_per_pixel * np.prod(plan.shape)
    assert plan.redundancy == pytest.approx(total / ideal)
    assert plan.redundancy >= 0.999
    image, result = 3 * 4 * np.prod(plan.shape), 5 * 4 * np.prod(plan.shape)
    tile = footprint.activation_bytes(plan.output_window)
    assert plan.peak_memory_bytes(out_channels=5, in_channels=3) == image + result + tile
