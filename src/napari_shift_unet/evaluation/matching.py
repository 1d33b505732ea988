"""Objects matched one to one by intersection over union."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int, Integer
from scipy.sparse.csgraph import maximum_bipartite_matching

from .overlaps import Overlaps, overlaps_of

THRESHOLDS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""Overlaps from 0.5 to 0.95."""


def match(overlaps: Overlaps, threshold: float = 0.5) -> Int[np.ndarray, " p"]:
    """Return for each predicted object the place of its true one, -1 without.

    The number of pairs with an overlap of at least `threshold` is the largest that is possible.
    From 0.5 on this leaves no choice, but for pairs of exactly 0.5, which all count the same.
    """
    matches = overlaps.iou >= threshold
    partners: Int[np.ndarray, " p"] = maximum_bipartite_matching(matches, perm_type="column")
    return partners


def average_precision(
    labels: Integer[np.ndarray, "*space"],
    truth: Integer[np.ndarray, "..."],
    threshold: float = 0.5,
) -> float:
    """TP / (TP + FP + FN) of one image, as the 2018 Data Science Bowl counts it.

    Objects are matched one to one so that the number of pairs with an overlap of at least
    `threshold` is largest. An image without objects scores 1 if none is found.

    Where the truth is negative nobody has annotated: only the rest of an object is compared, and
    one that matches nothing is no mistake if less than half of it lies where it could be known.
    """
    return float(average_precisions(labels, truth, (threshold,))[0])


def average_precisions(
    labels: Integer[np.ndarray, "*space"],
    truth: Integer[np.ndarray, "..."],
    thresholds: Sequence[float] = THRESHOLDS,
) -> Float[np.ndarray, "n"]:
    """Return `average_precision` for each threshold."""
    overlaps = overlaps_of(labels, truth)
    return np.array([_score(overlaps, threshold) for threshold in thresholds])


def _score(overlaps: Overlaps, threshold: float) -> float:
    """Count matches, predictions without one of which that is certain, and missed objects."""
    hit = match(overlaps, threshold) >= 0
    objects = overlaps.true.size + int((overlaps.certain & ~hit).sum())
    return int(hit.sum()) / objects if objects else 1.0
