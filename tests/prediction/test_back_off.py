"""What happens when memory runs out: smaller windows, the same result."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from napari_shift_unet.errors import DeviceError
from napari_shift_unet.geometry import TilePlan, UNetSpec, plan_tiles
from napari_shift_unet.networks import Model
from napari_shift_unet.prediction import BackedOff, Prediction, Started, TileDone, predict
from napari_shift_unet.prediction.runner import Runner
from prediction.runs import difference, in_one_pass, selected, unchanged
from random_networks import random_model

COMPLAINTS: list[Callable[[], Exception]] = [
    lambda: torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB."),
    lambda: RuntimeError("MPS backend out of memory (MPS allocated: 5.64 GB)"),
    lambda: RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
    lambda: RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    MemoryError,
]


class Small(nn.Module):
    """A network on a device that holds no input of more than some pixels."""

    def __init__(self, network: nn.Module, limit: int, complaint: Callable[[], Exception]) -> None:
        super().__init__()
        self.network, self.limit, self.complaint = network, limit, complaint

    def forward(self, image: Tensor) -> Tensor:
        if image[0, 0].numel() > self.limit:
            raise self.complaint()
        y: Tensor = self.network(image)
        return y


def _run(
    plan: TilePlan, model: Model, pixels: np.ndarray, limit: int, complaint: Any = COMPLAINTS[0]
) -> tuple[list[Any], Prediction]:
    small = Model(model.config, Small(model.network, limit, complaint), model.footprint, "")
    run = predict(selected(pixels), small, plan, unchanged(len(pixels)), device="cpu")
    events: list[Any] = []
    while True:
        try:
            events.append(next(run))
        except StopIteration as stop:
            return events, stop.value


MODEL = random_model(UNetSpec(width=2, factors=(2, 2)))
SHAPE = (61, 47)
PIXELS = np.random.default_rng(0).random((1, *SHAPE), np.float32)
WHOLE = in_one_pass(MODEL, PIXELS)


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_the_next_smaller_legal_window_gives_the_same_result(
    complaint: Callable[[], Exception],
) -> None:
    plan = plan_tiles(SHAPE, MODEL.footprint, 44)
    assert plan.input_size == (84, 84)
    events, result = _run(plan, MODEL, PIXELS, 64 * 64, complaint)
    backs = [event for event in events if isinstance(event, BackedOff)]
    assert [(back.before, back.after) for back in backs] == [
        ((44, 44), (24, 44)),
        ((24, 44), (24, 24)),
    ]
    assert [back.plan for back in backs][-1] == result.plan
    assert result.plan.legal
    assert result.plan.crop == (24, 24)
    assert difference(result.output, WHOLE) < 1e-5
    assert isinstance(events[0], Started)
    done = [event for event in events if isinstance(event, TileDone)]
    assert [event.tile for event in done] == list(result.plan)
    assert done[-1].done == done[-1].total == len(result.plan)


def test_what_the_device_keeps_is_given_back_before_the_next_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_back = []
    monkeypatch.setattr(Runner, "free_memory", lambda runner: given_back.append(runner.device))
    _run(plan_tiles(SHAPE, MODEL.footprint, 44), MODEL, PIXELS, 64 * 64)
    assert given_back == [torch.device("cpu")] * 2


@pytest.mark.parametrize(
    ("crop", "end"), [(4, " The result will be the same."), (5, "24 x 44 px.")]
)
def test_the_user_is_told(crop: int, end: str) -> None:
    plan = plan_tiles(SHAPE, MODEL.footprint, 44, crop)
    events, _ = _run(plan, MODEL, PIXELS, 70 * 84)
    (told,) = [str(event) for event in events if isinstance(event, BackedOff)]
    assert told.startswith("Out of memory at an output window of 44 x 44 px; ")
    assert "beginning anew with 24 x 44 px." in told
    assert told.endswith(end)


def test_memory_that_runs_out_later_begins_anew_and_is_finished() -> None:
    plan = plan_tiles(SHAPE, MODEL.footprint, 20)
    calls = iter([False, False, True])

    class Fickle(Small):
        def forward(self, image: Tensor) -> Tensor:
            self.limit = 0 if next(calls, False) else 10**9
            return super().forward(image)

    network = Fickle(MODEL.network, 0, COMPLAINTS[0])
    run = predict(selected(PIXELS), Model(MODEL.config, network, MODEL.footprint, ""), plan,
                  unchanged(1), device="cpu")  # fmt: skip
    kinds = []
    while True:
        try:
            kinds.append(type(next(run)))
        except StopIteration as stop:
            result: Prediction = stop.value
            break
    assert kinds[:4] == [Started, TileDone, TileDone, BackedOff]
    assert kinds[4:] == [TileDone] * len(result.plan)
    assert difference(result.output, WHOLE) < 1e-5


def test_the_smallest_legal_window_is_the_end() -> None:
    plan = plan_tiles(SHAPE, MODEL.footprint, 44)
    smallest = MODEL.footprint.window_at_least(MODEL.footprint.period)
    with pytest.raises(
        DeviceError, match=rf"out of memory even at .* \[{smallest[0]}, {smallest[1]}\]"
    ):
        _run(plan, MODEL, PIXELS, 100)


@pytest.mark.parametrize(
    ("tile", "crop", "after"),
    [
        (44, (13, 40), (13, 24)),  # off the lattice but it still fits; legal, and it shrinks
        (44, (30, 12), (24, 12)),  # off the lattice: all that the window has
        (44, (44, 44), (24, 24)),
        (76, (61, 64), (40, 40)),  # no seam along y, and then none because of the crop
    ],
)
def test_a_crop_stays_of_its_kind(tile: int, crop: tuple[int, int], after: tuple[int, int]) -> None:
    plan = plan_tiles(SHAPE, MODEL.footprint, tile, crop)
    _, result = _run(plan, MODEL, PIXELS, (after[1] + 40) ** 2 if tile == 76 else 64**2)
    assert result.plan.crop == after
    assert result.plan.legal == (after[0] != 13)
    assert (difference(result.output, WHOLE) < 1e-5) == result.plan.legal


def test_a_legal_crop_that_no_longer_fits_becomes_the_next_legal_one() -> None:
    model = random_model(UNetSpec(width=2, factors=(3,)))
    assert model.footprint.window_at_least((41, 41)) == (41, 41)
    plan = plan_tiles(SHAPE, model.footprint, 41, (39, 40))
    assert plan.exact_axes == (True, False)
    _, result = _run(plan, model, PIXELS, (23 + 20) ** 2)
    assert (result.plan.output_window, result.plan.crop) == ((20, 20), (18, 20))
    assert result.plan.exact_axes == (True, False)


def test_no_memory_for_the_network_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: nn.Module, *_: Any, **__: Any) -> nn.Module:
        raise COMPLAINTS[0]()

    monkeypatch.setattr(nn.Module, "to", full)
    plan = plan_tiles(SHAPE, MODEL.footprint, 44)
    with pytest.raises(DeviceError, match=r"cpu cannot hold the network \(CUDA out of memory"):
        next(predict(selected(PIXELS), MODEL, plan, unchanged(1), device="cpu"))
