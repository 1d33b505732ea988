"""Tiles on several cores: the same pixels, in order, and nothing left behind."""

import threading
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.geometry import TilePlan, UNetSpec, plan_tiles
from napari_shift_unet.prediction import TileDone, predict
from napari_shift_unet.prediction.runner import OutOfMemory, Runner
from napari_shift_unet.prediction.workers import (
    Job,
    bands,
    best_pieces,
    count_workers,
    run_all,
)
from prediction.runs import selected, stitched, unchanged
from random_networks import random_model
from strategies import plans

MODEL = random_model(UNetSpec(width=2, factors=(2, 2)))
PIXELS = np.random.default_rng(0).random((1, 61, 47), np.float32)


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize("tile", [20, 36, 76])
def test_two_workers_give_the_bytes_of_one(tile: int) -> None:
    plan = plan_tiles((61, 47), MODEL.footprint, tile)
    assert count_workers(Runner(MODEL, torch.device("cpu"), "float32"), plan) == 2
    together = stitched(MODEL, PIXELS, plan)
    torch.set_num_threads(1)
    np.testing.assert_allclose(together, stitched(MODEL, PIXELS, plan), rtol=0, atol=1e-6)


@pytest.mark.usefixtures("two_threads")
def test_a_tile_is_told_once_and_in_order_though_it_is_cut() -> None:
    plan = plan_tiles((61, 47), MODEL.footprint, 76)
    assert len(plan) == 1
    events = predict(selected(PIXELS), MODEL, plan, unchanged(1), device="cpu")
    assert [e.tile for e in events if isinstance(e, TileDone)] == list(plan)


@given(plans(), st.integers(1, 5))
def test_bands_make_up_the_tile_on_its_lattice(plan: TilePlan, pieces: int) -> None:
    for tile in islice(plan, 3):
        found = list(bands(plan, tile, pieces))
        assert len(found) <= pieces
        assert [band.last for band in found] == [False] * (len(found) - 1) + [True]
        edges = [band.write[0][0] for band in found]
        assert edges == [tile.write[0][0], *(band.write[0][1] for band in found[:-1])]
        assert found[-1].write[0][1] == tile.write[0][1]
        for band in found:
            assert (band.write[0][0] - tile.write[0][0]) % plan.period[0] == 0
            assert (band.write[1:], band.read[1:]) == (tile.write[1:], tile.read[1:])
            assert plan.footprint.is_window(band.window)
            assert band.window[0] <= plan.output_window[0]
            assert band.window[0] >= band.write[0][1] - band.write[0][0]
            assert band.read[0][1] - band.read[0][0] == plan.footprint.input_size(band.window)[0]
            assert band.read[0][0] == band.write[0][0] - plan.context[0]


def test_work_may_be_done_before_all_workers_know_that_it_began() -> None:
    block = np.zeros((1, 1, 1), np.float32)
    for _ in range(500):
        [(key, output)] = run_all(lambda block, _: block, [Job("a", block, (1, 1))], workers=2)
        assert key == "a"
        assert output is block


def test_tiles_are_cut_where_a_core_would_wait() -> None:
    plan = plan_tiles((2048, 2048), UNetSpec().footprint, 692)
    assert best_pieces(plan, 0, 2) == 1
    assert best_pieces(plan, 1, 2) == 2
    assert best_pieces(plan, 1, 4) == 4
    small = plan_tiles((2048, 2048), UNetSpec().footprint, 20)
    assert best_pieces(small, 1, 2) == 1, "a period is not cut"


class Recorded:
    """Stands in for a network: doubles a block, and says on which threads it was called."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.threads: set[tuple[str, int]] = set()
        self.fails_at = fails_at

    def __call__(self, block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        self.threads.add((threading.current_thread().name, torch.get_num_threads()))
        if block[0] == self.fails_at:
            raise OutOfMemory
        return 2 * block


def _jobs(count: int) -> Iterator[Job[int]]:
    return (Job(i, np.array([i], np.float32), (1,)) for i in range(count))


@pytest.mark.usefixtures("two_threads")
def test_results_come_in_the_order_of_the_jobs_from_threads_of_their_own() -> None:
    runner: Any = Recorded()
    found = [(key, int(output[0])) for key, output in run_all(runner, _jobs(20), 2)]
    assert found == [(i, 2 * i) for i in range(20)]
    assert all(name.startswith("tile") and threads == 1 for name, threads in runner.threads)
    assert torch.get_num_threads() == 2
    assert not [t for t in threading.enumerate() if t.name.startswith("tile")]


@pytest.mark.usefixtures("two_threads")
def test_an_error_comes_in_its_turn_and_closing_leaves_no_thread() -> None:
    runner: Any = Recorded(fails_at=3)
    found: list[int] = []
    with pytest.raises(OutOfMemory):
        found.extend(key for key, _ in run_all(runner, _jobs(20), 2))
    assert found == [0, 1, 2]
    runs = run_all(runner, _jobs(20), 2)
    next(runs)
    runs.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("tile")]


def test_one_worker_needs_no_thread() -> None:
    runner: Any = Recorded()
    assert len(list(run_all(runner, _jobs(3), 1))) == 3
    assert {name for name, _ in runner.threads} == {threading.current_thread().name}


def test_as_many_workers_as_the_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 64)
    model = random_model(UNetSpec())
    runner = Runner(model, torch.device("cpu"), "float32")
    plan = plan_tiles((4096, 4096), model.footprint)
    per_tile = runner.streamed_bytes(plan.input_size)
    assert per_tile is not None
    assert 2 <= count_workers(runner, plan) <= 2**28 // per_tile
    padded = random_model(UNetSpec(width=2, factors=(2,), padding="same"))
    assert count_workers(Runner(padded, torch.device("cpu"), "float32"), plan) == 1
