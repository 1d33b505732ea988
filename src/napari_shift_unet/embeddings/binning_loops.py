"""Loops over points that numba compiles: in which bin each lies, and what lies in each bin.

Points are given as columns `(d, n)`, and in steps per bin edge they are whole numbers.
"""

import numpy as np

from .neighbours import compiled

STEPS = 2**16
"""Fixed-point steps per bin edge."""
FREE = np.int32(-1)
MIX = np.array([0x9E3779B97F4A7C15 ** (2 * axis + 1) % 2**64 for axis in range(64)], np.uint64)


@compiled
def count_bins(
    columns: np.ndarray,
    scale: float,
    low: np.ndarray,
    size: np.ndarray,
    counts: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Add points to a table of all bins: `size` of them along each axis, from the lowest one on."""
    dims = columns.shape[0]
    within = np.empty(dims, np.int64)
    for i in range(columns.shape[1]):
        at = np.int64(0)
        for axis in range(dims):
            step = np.int64(np.rint(columns[axis, i] * scale))
            at = at * size[axis] + (step >> 16) - low[axis]
            within[axis] = step & (STEPS - 1)
        counts[at] += 1
        for axis in range(dims):
            sums[at, axis] += within[axis]


@compiled
def find_bins(columns: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gather points in the bins that there are, which a hash table finds.

    Returns
    -------
    keys (bins, d), counts (bins,) and sums (bins, d) as in `BinnedPoints`, in no particular order
    """
    dims, n = columns.shape
    keys, sums = np.empty((n, dims), np.int32), np.empty((n, dims), np.int64)
    counts, hashes, bins = np.empty(n, np.int64), np.empty(n, np.uint64), 0
    table, step, key = np.full(1024, FREE), np.empty(dims, np.int64), np.empty(dims, np.int32)
    for i in range(n):
        mixed = np.uint64(0)
        for axis in range(dims):
            step[axis] = np.int64(np.rint(columns[axis, i] * scale))
            key[axis] = step[axis] >> 16
            mixed += np.uint64(key[axis]) * MIX[axis % 64]
        mixed ^= mixed >> np.uint64(32)
        at = np.int64(mixed & np.uint64(table.shape[0] - 1))
        while table[at] != FREE:
            found = table[at]
            if hashes[found] == mixed:
                same = True
                for axis in range(dims):
                    same = same and keys[found, axis] == key[axis]
                if same:
                    break
            at = (at + 1) & (table.shape[0] - 1)
        found = table[at]
        if found == FREE:
            found, bins = bins, bins + 1
            table[at], hashes[found], counts[found] = found, mixed, 0
            for axis in range(dims):
                keys[found, axis], sums[found, axis] = key[axis], 0
            if 2 * bins > table.shape[0]:
                table = _larger(table, hashes[:bins])
        counts[found] += 1
        for axis in range(dims):
            sums[found, axis] += step[axis] & (STEPS - 1)
    return keys[:bins], counts[:bins], sums[:bins]


@compiled
def _larger(table: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    """Return a table of bins with more room."""
    table = np.full(4 * table.shape[0], FREE)
    for found in range(hashes.shape[0]):
        at = np.int64(hashes[found] & np.uint64(table.shape[0] - 1))
        while table[at] != FREE:
            at = (at + 1) & (table.shape[0] - 1)
        table[at] = found
    return table
