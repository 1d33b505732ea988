"""Which pixels come first: those of the highest score, sorted by a loop that numba compiles."""

import numpy as np
from jaxtyping import Float, Int

from .neighbours import compiled

DIGIT_BITS = 12
"""Bits by which scores are sorted at a time: a table of that many places stays in the cache."""


def best_first(scores: Float[np.ndarray, " n"], least: float) -> Int[np.ndarray, " k"]:
    """Return the positions of scores from a least one on, in descending order of the scores.

    Equal scores keep their order. The least one is not below 0.
    """
    chosen = np.flatnonzero(scores >= least)
    kept = scores[chosen]
    if kept.dtype != np.float32:
        order: np.ndarray = chosen[np.argsort(-kept, kind="stable")]
        return order
    if len(chosen) == 0:
        return chosen
    # Bits of a number in single precision that is not below 0 are in the order of the numbers;
    # adding 0 takes the sign from a zero.
    bits = (kept + np.float32(0)).view(np.int32)
    return _sort(chosen, bits.max() - bits)


@compiled
def _sort(chosen: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Sort by keys that are not below 0, digit by digit; equal ones keep their order."""
    n, size, highest = len(keys), 2**DIGIT_BITS, keys.max()
    other, other_keys = np.empty_like(chosen), np.empty_like(keys)
    shift = 0
    while highest >> shift > 0:
        following = np.zeros(size + 1, np.int64)
        for i in range(n):
            following[(keys[i] >> shift & size - 1) + 1] += 1
        for digit in range(1, size):
            following[digit] += following[digit - 1]
        for i in range(n):
            digit = keys[i] >> shift & size - 1
            other[following[digit]], other_keys[following[digit]] = chosen[i], keys[i]
            following[digit] += 1
        chosen, other, keys, other_keys = other, chosen, other_keys, keys
        shift += DIGIT_BITS
    return chosen
