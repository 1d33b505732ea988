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
    if scores.dtype != np.float32:
        chosen = np.flatnonzero(scores >= least)
        order: np.ndarray = chosen[np.argsort(-scores[chosen], kind="stable")].astype(np.int32)
        return order
    scores = np.ascontiguousarray(scores)
    return _sort(scores, scores.view(np.int32), np.float32(least))


@compiled
def _sort(scores: np.ndarray, bits: np.ndarray, least: np.float32) -> np.ndarray:
    """Sort by the bits, digit by digit; those of numbers from 0 on are in the numbers' order."""
    n, size, highest = 0, 2**DIGIT_BITS, np.int32(0)
    chosen, keys = np.empty(len(scores), np.int32), np.empty(len(scores), np.int32)
    for i in range(len(scores)):
        if scores[i] >= least:
            chosen[n], keys[n] = i, max(bits[i], np.int32(0))  # -0.0 is below
            highest = max(highest, keys[n])
            n += 1
    for k in range(n):
        keys[k] = highest - keys[k]
    chosen, keys = chosen[:n], keys[:n]
    other, other_keys, shift = np.empty_like(chosen), np.empty_like(keys), 0
    widest = np.int32(0)
    for k in range(n):
        widest = max(widest, keys[k])
    while widest >> shift > 0:
        following = np.zeros(size + 1, np.int64)
        for k in range(n):
            following[(keys[k] >> shift & size - 1) + 1] += 1
        for digit in range(1, size):
            following[digit] += following[digit - 1]
        for k in range(n):
            digit = keys[k] >> shift & size - 1
            other[following[digit]], other_keys[following[digit]] = chosen[k], keys[k]
            following[digit] += 1
        chosen, other, keys, other_keys = other, chosen, other_keys, keys
        shift += DIGIT_BITS
    return chosen
