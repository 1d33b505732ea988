"""Synthetic objects to be cut: ellipses, or ellipsoids, at random places."""

from math import prod

import numpy as np


def blobs(
    shape: tuple[int, ...], seed: int = 0, radius: float = 9.0, density: float = 0.25
) -> np.ndarray:
    """Draw ellipses of about a radius (px) that may touch, until they cover about a density."""
    rng = np.random.default_rng(seed)
    labels = np.zeros(shape, np.int32)
    for number in range(1, int(density * prod(shape) / (2 * radius) ** len(shape) * 1.3) + 1):
        centre = [rng.uniform(0, n) for n in shape]
        radii = radius * rng.uniform(0.7, 1.3, len(shape))
        box = tuple(
            slice(max(0, int(c - r)), int(c + r) + 2) for c, r in zip(centre, radii, strict=True)
        )
        grid = np.ogrid[box]
        inside = sum(((g - c) / r) ** 2 for g, c, r in zip(grid, centre, radii, strict=True)) <= 1
        part = labels[box]
        part[inside[tuple(slice(n) for n in part.shape)] & (part == 0)] = number
    return labels
