"""From what a user chooses to a plan."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import Footprint, UNetSpec, auto_window, plan_tiles
from strategies import specs

PAPER = UNetSpec().footprint


@pytest.mark.parametrize(
    ("tile", "crop", "window", "kept"),
    [
        (148, "auto", 148, 144),
        (148, "none", 148, 148),
        (148, 100, 148, 100),
        (144, "auto", 148, 144),
        (144, "none", 148, 144),
        (16, "auto", 20, 16),
        (4, "auto", 20, 16),  # a tile smaller than a period cannot be legal
        (1, "auto", 20, 16),
        (4, "none", 4, 4),
        (1, "none", 4, 1),
        (10, 7, 20, 7),
        (None, 16, 20, 16),
        (None, 100, 100, 100),
    ],
)
def test_tile_and_crop(tile: int | None, crop: Any, window: int, kept: int) -> None:
    plan = plan_tiles((500, 300), PAPER, tile, crop)
    assert (plan.output_window, plan.crop) == ((window, window), (kept, kept))
    assert plan.legal == (kept % 16 == 0)


def test_sizes_per_axis_and_of_numpy() -> None:
    plan = plan_tiles(np.zeros((500, 300)).shape, PAPER, np.int64(148), (np.int32(16), 144))
    assert plan == plan_tiles((np.int64(500), 300), PAPER, (148, np.int64(148)), (16, 144))
    assert plan.crop == (16, 144)
    assert all(type(n) is int for n in (*plan.shape, *plan.output_window, *plan.crop))


@pytest.mark.parametrize("tile", [None, 20, 148, 1000])
@pytest.mark.parametrize("shape", [(1, 1), (1, 997), (3, 2), (997, 991)])
def test_images_smaller_than_a_tile_of_prime_size_and_of_one_pixel(
    shape: tuple[int, int], tile: int | None
) -> None:
    plan = plan_tiles(shape, PAPER, tile)
    assert plan.legal
    assert {stop for _, stop in plan[-1].write} == set(shape)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"shape": (300,)}, r"image is \[300\] px; this network needs 2 axes"),
        ({"shape": (300, 0)}, r"image is \[300, 0\] px"),
        ({"shape": (3, 300, 300)}, "Choose a plane or a channel"),
        ({"crop": 0}, "crop is 0 px; it must be at least 1 px"),
        ({"crop": -16}, "crop is -16 px"),
        ({"crop": "all"}, "crop is 'all'; use auto, none or a number of px"),
        ({"crop": 14.5}, r"crop is 14\.5; it must be whole px"),
        ({"crop": (16, 16, 16)}, "crop has 3 axes; this network has 2"),
        ({"tile": 0}, "tile is 0 px"),
        ({"tile": 148.0}, r"tile is 148\.0; it must be whole px"),
        ({"tile": (148,)}, "tile has 1 axes; this network has 2"),
        (
            {"tile": 148, "crop": 160},
            "crop is 160 px along y, beyond the output window of 148 px. "
            "Use a crop of 144 px or a tile of 164 px.",
        ),
        ({"tile": 4, "crop": 16}, "along y, beyond .* of 4 px. Use a tile of 20 px."),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_bad_choices_get_one_sentence(settings: dict[str, Any], message: str) -> None:
    choice = {"shape": (300, 300), "footprint": PAPER, **settings}
    with pytest.raises(InputError, match=message) as caught:
        plan_tiles(**choice)
    assert "\n" not in str(caught.value)


def test_a_crop_that_is_too_large_is_named_with_its_own_axis_and_period() -> None:
    footprint = UNetSpec(ndim=3, factors=((1, 2, 2), (2, 3, 5))).footprint
    assert footprint.period == (2, 6, 10)
    window = footprint.window_at_least((1, 1, 30))
    with pytest.raises(InputError, match=f"along x, beyond .* of {window[2]} px. Use a crop of 30"):
        plan_tiles((9, 9, 99), footprint, window, (1, 1, 39))


@given(specs(max_period=36), st.data())
def test_an_automatic_plan_is_legal_and_fits_the_memory(
    spec: UNetSpec, data: st.DataObject
) -> None:
    footprint = spec.footprint
    shape = data.draw(st.tuples(*[st.integers(1, 3000)] * spec.ndim))
    limit = data.draw(st.integers(0, 2**28))
    window = auto_window(shape, footprint, limit)
    smallest = footprint.window_at_least(footprint.period)
    assert footprint.is_window(window)
    assert window == smallest or footprint.activation_bytes(window) <= limit
    assert plan_tiles(shape, footprint, activation_bytes=limit).legal
    enough = footprint.window_at_least(tuple(map(max, shape, footprint.period)))
    assert all(n <= most for n, most in zip(window, enough, strict=True))


@given(specs(max_period=36), st.data())
def test_more_memory_never_costs_more_computing(spec: UNetSpec, data: st.DataObject) -> None:
    shape = data.draw(st.tuples(*[st.integers(1, 2000)] * spec.ndim))
    limits = sorted(data.draw(st.lists(st.integers(0, 2**30), min_size=2, max_size=5)))
    plans = [plan_tiles(shape, spec.footprint, activation_bytes=limit) for limit in limits]
    assert [p.redundancy for p in plans] == sorted((p.redundancy for p in plans), reverse=True)


@given(st.tuples(st.integers(1, 700), st.integers(1, 700)), st.integers(2**22, 2**26))
def test_an_automatic_window_is_as_good_as_every_square_one(
    shape: tuple[int, int], limit: int
) -> None:
    best = plan_tiles(shape, PAPER, activation_bytes=limit)
    for edge in range(20, 708, 16):
        if PAPER.activation_bytes((edge, edge)) <= limit:
            assert best.redundancy <= plan_tiles(shape, PAPER, edge).redundancy * 1.000001


def test_an_image_that_fits_is_read_at_once() -> None:
    plan = plan_tiles((512, 700), PAPER)
    assert (plan.output_window, len(plan)) == ((516, 708), 1)


def test_thin_volumes_get_wide_windows() -> None:
    footprint = UNetSpec(ndim=3, width=8, factors=((1, 2, 2), 2)).footprint
    window = auto_window((20, 2000, 2000), footprint)
    assert window[0] < 30 < 100 < window[1] == window[2]


UNKNOWN = Footprint((16, 16), (92, 92), (4, 4), (16, 16), (92, 92))


@pytest.mark.parametrize("footprint", [PAPER, UNKNOWN], ids=["known", "unknown layers"])
def test_huge_images_are_planned_by_looking_at_few_windows(
    footprint: Footprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []
    work = Footprint.work

    def watched(self: Footprint, window: tuple[int, ...]) -> int:
        looked_at.append(window)
        return work(self, window)

    monkeypatch.setattr(Footprint, "work", watched)
    plan = plan_tiles((100_000, 99_991), footprint)
    assert plan.redundancy < 2
    assert len(looked_at) < 300
