"""Batches that depend on seed and step alone, drawn ahead of the training by a thread."""

from collections.abc import Generator, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..prediction import single_threads
from .augment import draw_window
from .config import TrainConfig
from .dataset import Sample

Batch = tuple[Float[Tensor, "b c *read"], Int[Tensor, "b *window"]]
AHEAD = 4


def draw_batch(samples: Sequence[Sample], config: TrainConfig, step: int) -> Batch:
    """Draw the batch of one step; the same for the same seed, whatever ran before."""
    generator = torch.Generator().manual_seed(config.seed * 1_000_003 + step)
    chosen = torch.randint(len(samples), (config.batch,), generator=generator).tolist()
    window, context = config.window_px, config.footprint.context
    drawn = [
        draw_window(samples[i], window, context, config.augmentation, generator) for i in chosen
    ]
    return torch.stack([image for image, _ in drawn]), torch.stack([labels for _, labels in drawn])


def batches(
    samples: Sequence[Sample], config: TrainConfig, first: int
) -> Generator[Batch, None, None]:
    """Yield the batches of the steps from `first` on, a few of them drawn ahead."""
    with single_threads(1, "batch") as pool:
        steps = range(first, config.steps)
        coming = [pool.submit(draw_batch, samples, config, step) for step in steps[:AHEAD]]
        for step in steps:
            batch = coming.pop(0).result()
            if step + AHEAD < config.steps:
                coming.append(pool.submit(draw_batch, samples, config, step + AHEAD))
            yield batch
