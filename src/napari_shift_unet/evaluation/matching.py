"""Objects matched by intersection over union."""

import numpy as np
from jaxtyping import Float, Integer
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array

from ..errors import InputError


def intersection_over_union(
    labels: Integer[np.ndarray, "*space"], truth: Integer[np.ndarray, "*space"]
) -> Float[np.ndarray, "p t"]:
    """Return the overlap of every object with every true one, in increasing order of ids.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    if labels.shape != truth.shape:
        raise InputError(
            f"labels are {labels.shape} px and the truth is {truth.shape} px; "
            "they must have the same shape."
        )
    found, row = np.unique(labels, return_inverse=True)
    true, column = np.unique(truth, return_inverse=True)
    ones = np.ones(labels.size, dtype=np.int64)
    table = coo_array((ones, (row.ravel(), column.ravel())), (found.size, true.size)).toarray()
    union = table.sum(1)[:, None] + table.sum(0)[None] - table
    overlap = table / union
    return overlap[found != 0][:, true != 0]


def average_precision(
    labels: Integer[np.ndarray, "*space"],
    truth: Integer[np.ndarray, "*space"],
    threshold: float = 0.5,
) -> float:
    """TP / (TP + FP + FN) of one image, as the 2018 Data Science Bowl counts it.

    Objects are matched one to one so that the number of pairs with an overlap of at least
    `threshold` is largest. An image without objects scores 1 if none is found.
    """
    overlap = intersection_over_union(labels, truth)
    matches = overlap >= threshold
    rows, columns = linear_sum_assignment(matches, maximize=True)
    hits = int(matches[rows, columns].sum())
    objects = sum(overlap.shape) - hits
    return hits / objects if objects else 1.0
