"""When two clusterings are the same, and what must not change one."""

from collections.abc import Iterator

import numpy as np


def same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    """Say whether two arrays of labels group their pixels alike."""
    pairs = np.unique(np.stack([a.ravel(), b.ravel()]), axis=1)
    return pairs.shape[1] == len(np.unique(a)) == len(np.unique(b))


def permuted_and_moved(
    rng: np.random.Generator, points: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give points `(d, n)` in another order, then elsewhere too, each with that order.

    Translations are whole numbers: they are exact for points of few binary digits.
    """
    order = rng.permutation(points.shape[1])
    yield points[:, order], order
    away = rng.integers(-4000, 4000, (len(points), 1)).astype(points.dtype)
    yield (points + away)[:, order], order
