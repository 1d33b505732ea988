"""What a prediction tells, what it refuses, and how it ends."""

import threading
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import zarr
from torch import Tensor, nn

from napari_shift_unet.errors import DeviceError, InputError, ModelError
from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.images import Image, Normalisation, select
from napari_shift_unet.networks import Model
from napari_shift_unet.prediction import (
    Prediction,
    PredictionEvent,
    Started,
    TileDone,
    drain,
    predict,
)
from prediction.runs import difference, in_one_pass, selected, stitched, unchanged
from random_networks import random_model

MODULE = import_module(predict.__module__)  # the room's function has the name of its module
SPEC = UNetSpec(width=2, factors=(2, 2))
MODEL = random_model(SPEC)
PLAN = plan_tiles((30, 41), SPEC.footprint, 20)


@pytest.fixture
def pixels(rng: np.random.Generator) -> np.ndarray:
    return rng.random((1, 30, 41), np.float32)


def _listed(run: Any) -> tuple[list[PredictionEvent], Prediction]:
    events = []
    while True:
        try:
            events.append(next(run))
        except StopIteration as stop:
            return events, stop.value


def test_events_come_in_order_and_the_result_last(pixels: np.ndarray) -> None:
    run = predict(selected(pixels), MODEL, PLAN, unchanged(1), device="cpu")
    (first, *others), result = _listed(run)
    assert first == Started(PLAN, 1, "cpu", "float32")
    tiles = [event for event in others if isinstance(event, TileDone)]
    assert len(tiles) == len(others) == len(PLAN) == 6
    assert [event.tile for event in tiles] == list(PLAN)
    assert [event.done for event in tiles] == list(range(1, 7))
    assert {event.total for event in tiles} == {6}
    assert {event.plane for event in tiles} == {()}
    assert all(event.seconds_left > 0 for event in tiles[:-1])
    assert tiles[-1].seconds_left == 0
    assert (result.plan, result.device, result.precision) == (PLAN, "cpu", "float32")
    assert result.output.dtype == np.float32
    assert result.output.shape == (3, 30, 41)
    assert result.seconds > 0


def test_the_time_left_does_not_count_the_first_tile_which_warms_up(
    pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 0.0, 10.0, 11.0, 12.0, 15.0, 16.0, 17.0, 17.0])
    monkeypatch.setattr(MODULE, "perf_counter", lambda: next(clock))
    events, _ = _listed(predict(selected(pixels), MODEL, PLAN, unchanged(1), device="cpu"))
    left = [event.seconds_left for event in events if isinstance(event, TileDone)]
    assert left == pytest.approx([50, 4, 3, 5 / 3 * 2, 6 / 4, 0])


class Counted(nn.Module):
    """A network that counts its passes, also when it is copied."""

    passes = 0

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        type(self).passes += 1
        y: Tensor = self.network(image)
        return y


def _with_network(network: nn.Module, model: Model = MODEL) -> Model:
    return Model(model.config, network, model.footprint, "")


@pytest.mark.parametrize("after", range(7))
def test_closing_cancels_within_one_tile_and_leaves_no_thread(
    pixels: np.ndarray, after: int
) -> None:
    Counted.passes = 0
    before = set(threading.enumerate())
    model = _with_network(Counted(MODEL.network))
    run = predict(selected(pixels), model, PLAN, unchanged(1), device="cpu")
    for _ in range(after + 1):
        next(run)
    run.close()
    assert Counted.passes == after
    assert set(threading.enumerate()) == before


def test_nothing_runs_before_it_is_asked_for(pixels: np.ndarray) -> None:
    Counted.passes = 0
    run = predict(selected(pixels), _with_network(Counted(MODEL.network)), PLAN, unchanged(1))
    assert isinstance(next(run), Started)
    assert Counted.passes == 0
    run.close()


def test_the_model_is_not_changed(pixels: np.ndarray) -> None:
    before = {name: value.clone() for name, value in MODEL.network.state_dict().items()}
    stitched(MODEL, pixels, PLAN)
    after = MODEL.network.state_dict()
    assert list(after) == list(before)
    assert all(np.array_equal(after[name], value) for name, value in before.items())


@pytest.mark.parametrize("axes", ["tyx", "tzyx", "czyx", "tczyx"])
def test_a_2d_network_goes_through_planes(rng: np.random.Generator, axes: str) -> None:
    sizes = {"t": 3, "c": 1, "z": 2, "y": 17, "x": 23}
    pixels = rng.random([sizes[letter] for letter in axes], np.float32)
    plan = plan_tiles((17, 23), SPEC.footprint, 20)
    selection = select(Image(pixels, axes), 2)
    events, result = _listed(predict(selection, MODEL, plan, unchanged(1), device="cpu"))
    stack = np.squeeze(pixels, axes.index("c")) if "c" in axes else pixels
    planes = list(np.ndindex(stack.shape[:-2]))
    assert result.output.shape == (3, *stack.shape)
    done = [event for event in events if isinstance(event, TileDone)]
    assert events[0] == Started(plan, len(planes), "cpu", "float32")
    assert [event.plane for event in done] == [plane for plane in planes for _ in plan]
    assert [event.done for event in done] == list(range(1, done[0].total + 1))
    for plane in planes:
        whole = in_one_pass(MODEL, stack[plane][None])
        assert difference(result.output[:, *plane], whole) < 1e-5


def test_each_channel_is_scaled_by_its_own_statistics(rng: np.random.Generator) -> None:
    model = random_model(UNetSpec(width=2, factors=(2,), in_channels=2))
    plan = plan_tiles((20, 31), model.footprint, 16)
    raw = rng.integers(0, 4000, (2, 20, 31)).astype(np.uint16)
    statistics = [Normalisation(100, 300), Normalisation(1000, 4000)]
    run = predict(selected(raw), model, plan, statistics, device="cpu")
    scaled = np.stack([(raw[0] - 100.0) / 200, (raw[1] - 1000.0) / 3000]).astype(np.float32)
    whole = in_one_pass(model, scaled)
    assert difference(drain(run).output, whole) < 1e-5
    assert difference(in_one_pass(model, scaled[::-1].copy()), whole) > 1e-2


def test_lazy_pixels_are_read_tile_by_tile(pixels: np.ndarray) -> None:
    lazy = zarr.array(pixels, chunks=(1, 8, 8))
    run = predict(selected(lazy), MODEL, PLAN, unchanged(1), device="cpu")
    assert difference(drain(run).output, stitched(MODEL, pixels, PLAN)) == 0


def test_an_anisotropic_volume(rng: np.random.Generator) -> None:
    model = random_model(UNetSpec(ndim=3, width=2, factors=((1, 2, 2), 2), kernel=(1, 3, 3)))
    pixels = rng.random((1, 7, 31, 29), np.float32)
    plan = plan_tiles((7, 31, 29), model.footprint, (4, 12, 20))
    assert plan.crop == (4, 12, 20)
    assert difference(stitched(model, pixels, plan), in_one_pass(model, pixels)) < 1e-5


def test_a_plan_for_another_image_is_refused(pixels: np.ndarray) -> None:
    plan = plan_tiles((30, 40), SPEC.footprint)
    with pytest.raises(InputError, match=r"plan is for \[30, 40\] px and the image is \[30, 41\]"):
        drain(predict(selected(pixels), MODEL, plan, unchanged(1)))


@pytest.mark.parametrize(("channels", "statistics"), [(2, 1), (1, 2), (2, 2)])
def test_channels_and_statistics_must_be_those_of_the_model(channels: int, statistics: int) -> None:
    pixels = np.zeros((channels, 30, 41), np.float32)
    with pytest.raises(InputError, match=f"{channels} channel.* {statistics} norm.* reads 1"):
        drain(predict(selected(pixels), MODEL, PLAN, unchanged(statistics)))


@pytest.mark.parametrize("device", ["gpu", "", "cuda:99", "cpu:x", "meta"])
def test_an_unknown_device(pixels: np.ndarray, device: str) -> None:
    with pytest.raises(DeviceError, match="Use auto"):
        next(predict(selected(pixels), MODEL, PLAN, unchanged(1), device=device))


class Broken(nn.Module):
    """A network that fails."""

    def forward(self, image: Tensor) -> Tensor:
        raise RuntimeError("mat1 and mat2 do not match\n  at some line of C++")


def test_a_network_that_fails_is_named_in_one_sentence(pixels: np.ndarray) -> None:
    run = predict(selected(pixels), _with_network(Broken()), PLAN, unchanged(1), device="cpu")
    with pytest.raises(
        ModelError, match=r"network failed on an input of \[1, 60, 60\] \(mat1"
    ) as e:
        drain(run)
    assert "C++" not in str(e.value)


def test_a_result_beyond_all_memory(monkeypatch: pytest.MonkeyPatch, pixels: np.ndarray) -> None:
    def full(*_: Any, **__: Any) -> np.ndarray:
        raise MemoryError

    monkeypatch.setattr(np, "zeros", full)
    with pytest.raises(DeviceError, match=r"the result needs 0\.0 GiB of memory"):
        next(predict(selected(pixels), MODEL, PLAN, unchanged(1), device="cpu"))


def test_only_the_tiles_that_are_needed_are_predicted(pixels: np.ndarray) -> None:
    stack = np.stack([pixels[0], pixels[0] / 2, pixels[0] / 3])
    movie = select(Image(stack, "tyx"), 2)
    needed = {(0,): [(slice(21, 25), slice(3, 9))], (2,): [(slice(0, 1), slice(0, 41))]}
    run = predict(movie, MODEL, PLAN, unchanged(1), device="cpu", needed=needed)
    (_, *events), part = _listed(run)
    assert [event.total for event in events if isinstance(event, TileDone)] == [4, 4, 4, 4]
    assert part.tiles == 4
    whole = drain(predict(movie, MODEL, PLAN, unchanged(1), device="cpu"))
    assert whole.tiles == 18
    for index, boxes in needed.items():
        for box in boxes:
            place = (slice(None), *index, *box)
            np.testing.assert_array_equal(part.output[place], whole.output[place])
    assert not part.output[:, 1].any()
    assert not part.output[:, 0, :20].any()
