"""The loop over all neighbouring pixels of an axis, compiled by numba."""

import math

import numpy as np

from ..embeddings.neighbours import compiled


@compiled
def add_jumps(labels: np.ndarray, embedding: np.ndarray, sums: np.ndarray) -> None:
    """Add up what lies between neighbours that both belong to objects.

    Parameters
    ----------
    labels : int32 array, (before, length, behind)
        The axis in the middle, all axes before and behind it flattened.
    embedding : float32 array, (c, before, length, behind)
    sums : float64 array, (4, length - 1)
        For each line: distances in the embedding, their number, and both for different labels.
    """
    channels = embedding.shape[0]
    for i in range(labels.shape[0]):
        for line in range(labels.shape[1] - 1):
            for j in range(labels.shape[2]):
                low, high = labels[i, line, j], labels[i, line + 1, j]
                if low == 0 or high == 0:
                    continue
                squared = 0.0
                for c in range(channels):
                    step = embedding[c, i, line + 1, j] - embedding[c, i, line, j]
                    squared += step * step
                distance = math.sqrt(squared)
                sums[0, line] += distance
                sums[1, line] += 1
                if low != high:
                    sums[2, line] += distance
                    sums[3, line] += 1
