import threading

import numpy as np
import pytest
import torch

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.training import Sample, TrainConfig
from napari_shift_unet.training.batches import Batch, batches, draw_batch

CONFIG = TrainConfig(spec=UNetSpec(width=2, factors=(2, 2)), window=12, batch=3, steps=9, seed=5)


@pytest.fixture
def samples(rng: np.random.Generator) -> list[Sample]:
    return [
        Sample(str(n), rng.random((1, 30, 40), np.float32), rng.integers(0, 3, (30, 40)))
        for n in range(4)
    ]


def _equal(one: Batch, other: Batch) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_shapes(samples: list[Sample]) -> None:
    image, labels = draw_batch(samples, CONFIG, 0)
    assert image.shape == (3, 1, 52, 52)
    assert labels.shape == (3, 12, 12)


def test_a_batch_depends_on_seed_and_step_alone(samples: list[Sample]) -> None:
    drawn = [draw_batch(samples, CONFIG, step) for step in range(4)]
    torch.manual_seed(17)
    assert _equal(draw_batch(samples, CONFIG, 2), drawn[2])
    assert not any(_equal(drawn[a], drawn[b]) for a in range(4) for b in range(a))
    other = CONFIG.model_copy(update={"seed": 6})
    assert not _equal(draw_batch(samples, other, 2), drawn[2])


@pytest.mark.parametrize("first", [0, 3, 7, 8, 9])
def test_batches_are_drawn_ahead_but_come_in_order(samples: list[Sample], first: int) -> None:
    found = list(batches(samples, CONFIG, first))
    wanted = [draw_batch(samples, CONFIG, step) for step in range(first, 9)]
    assert len(found) == len(wanted)
    assert all(_equal(a, b) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("after", [0, 1, 5])
def test_closing_leaves_no_thread(samples: list[Sample], after: int) -> None:
    before = set(threading.enumerate())
    coming = batches(samples, CONFIG, 0)
    for _ in range(after):
        next(coming)
    coming.close()
    assert set(threading.enumerate()) == before
