"""Loops over points that numba compiles: in which bin each lies, and what lies in each bin."""

import numpy as np

from .neighbours import compiled

STEPS = 2**16
"""Fixed-point steps per bin edge."""


@compiled
def to_steps(points: np.ndarray, scale: float, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Write positions in steps; return the lowest and the highest bin along each axis."""
    low = np.full(points.shape[1], 2**62)
    high = np.full(points.shape[1], -(2**62))
    for i in range(points.shape[0]):
        for axis in range(points.shape[1]):
            step = np.int64(np.rint(points[i, axis] * scale))
            steps[i, axis] = step
            low[axis] = min(low[axis], step >> 16)
            high[axis] = max(high[axis], step >> 16)
    return low, high


@compiled
def count_bins(
    steps: np.ndarray, low: np.ndarray, size: np.ndarray, counts: np.ndarray, sums: np.ndarray
) -> None:
    """Add points to a table of all bins: `size` of them along each axis, from the lowest one on."""
    for i in range(steps.shape[0]):
        at = np.int64(0)
        for axis in range(steps.shape[1]):
            at = at * size[axis] + (steps[i, axis] >> 16) - low[axis]
        counts[at] += 1
        for axis in range(steps.shape[1]):
            sums[at, axis] += steps[i, axis] & (STEPS - 1)
