"""Objects matched by intersection over union."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from ..errors import InputError

THRESHOLDS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""Overlaps from 0.5 to 0.95."""


def intersection_over_union(
    labels: Integer[np.ndarray, "*space"], truth: Integer[np.ndarray, "..."]
) -> Float[np.ndarray, "p t"]:
    """Return the overlap of every object with every true one, in increasing order of ids.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    _check_shapes(labels, truth)
    found, row = np.unique(labels, return_inverse=True)
    true, column = np.unique(truth, return_inverse=True)
    ones = np.ones(labels.size, dtype=np.int64)
    table = coo_array((ones, (row.ravel(), column.ravel())), (found.size, true.size)).toarray()
    union = table.sum(1)[:, None] + table.sum(0)[None] - table
    overlap: Float[np.ndarray, "p t"] = (table / union)[found != 0][:, true != 0]
    return overlap


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
    _check_shapes(labels, truth)
    known = truth >= 0
    kept = np.where(known, labels, 0)
    overlap = intersection_over_union(kept, np.where(known, truth, 0))
    certain = np.ones(len(overlap), bool) if known.all() else _mostly_kept(kept, labels)
    return np.array([_score(overlap >= threshold, certain) for threshold in thresholds])


def _mostly_kept(
    kept: Integer[np.ndarray, "*space"], labels: Integer[np.ndarray, "*space"]
) -> Bool[np.ndarray, " p"]:
    """Return whether at least half of each object that is kept is kept."""
    every, sizes = np.unique(labels, return_counts=True)
    ids, left = np.unique(kept, return_counts=True)
    mostly: np.ndarray = (2 * left >= sizes[np.searchsorted(every, ids)])[ids != 0]
    return mostly


def _score(matches: Bool[np.ndarray, "p t"], certain: Bool[np.ndarray, " p"]) -> float:
    """Count matches, predictions without one of which that is certain, and missed objects."""
    partners = maximum_bipartite_matching(csr_array(matches), perm_type="column")
    hit = partners >= 0
    objects = matches.shape[1] + int((certain & ~hit).sum())
    return int(hit.sum()) / objects if objects else 1.0


def _check_shapes(labels: Integer[np.ndarray, "*space"], truth: Integer[np.ndarray, "..."]) -> None:
    if labels.shape != truth.shape:
        raise InputError(
            f"labels are {labels.shape} px and the truth is {truth.shape} px; "
            "they must have the same shape."
        )
