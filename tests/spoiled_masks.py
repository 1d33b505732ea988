"""Real masks, and what a bad program might make of them: with numpy alone, the same everywhere."""

from collections.abc import Iterator

import numpy as np


def spoiled(truth: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield names and predictions for a truth: moved, cut, merged, shrunk, partly missing."""
    yield "itself", truth
    yield "moved", np.roll(truth, (2, -3), (0, 1))
    yield "moved far", np.roll(truth, (5, 6), (0, 1))
    yield "cut", _cut(truth)
    yield "merged", np.where(truth > 0, (truth + 1) // 2, 0)
    yield "shrunk", np.where(_inner(_inner(truth)), truth, 0)
    yield "every third missing", np.where(truth % 3 > 0, truth, 0)
    yield "all of it", np.where(_inner(_cut(np.roll(truth, 1, 0))), (_cut(truth) + 1) // 2, 0)
    yield "nothing", np.zeros_like(truth)


def _cut(labels: np.ndarray) -> np.ndarray:
    """Cut along tiles of 52 x 148 px."""
    y, x = np.indices(labels.shape)
    tile = y // 52 * 100 + x // 148
    return np.where(labels > 0, labels + (labels.max() + 1) * tile, 0)


def _inner(labels: np.ndarray) -> np.ndarray:
    """Return where a pixel and its four neighbours have the same label."""
    rolls = ((1, 0), (-1, 0), (1, 1), (-1, 1))
    same = [np.roll(labels, step, axis) == labels for step, axis in rolls]
    return np.logical_and.reduce(same)
