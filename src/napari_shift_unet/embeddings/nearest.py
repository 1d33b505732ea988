"""The nearest of some places for very many points.

A search tree answers for one point after the other. Here it answers for cells of space first: few
places can be nearest to any point of a cell, often only one, and a loop, compiled by numba, looks
at those.
"""

import math
import os

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial import cKDTree

from .neighbours import compiled

CANDIDATES = 16
"""Places that are compared for the points of a cell; where there may be more, the tree is asked."""
POINTS_PER_CELL = 32
SLACK = 1 + 1e-9  # for what distances lose by rounding


def nearest(
    points: Float[np.ndarray, "n d"], places: Float[np.ndarray, "k d"], threads: int | None = None
) -> Int[np.ndarray, " n"]:
    """Return the index of the nearest place for each finite point; there must be some of both.

    Of up to four equally near ones the first: the answer does not depend on the other points.
    """
    points = np.ascontiguousarray(points, np.float64)
    places = np.ascontiguousarray(places, np.float64)
    tree, workers = cKDTree(places), threads or os.cpu_count() or 1
    low, edge, size = _grid(points)
    codes = np.empty(len(points), np.int64)
    _find_cells(points, low, edge, size, codes)
    occupied = np.zeros(math.prod(size.tolist()), np.bool_)
    occupied[codes] = True
    cells = np.flatnonzero(occupied)
    row_of = np.cumsum(occupied) - 1
    centres = low + (np.stack(np.unravel_index(cells, size), axis=1) + 0.5) * edge
    table, counts, full = _candidates(tree, centres, edge * math.sqrt(len(size)), workers)
    rows = row_of[codes]
    labels = _compare(points, places, rows, table, counts)
    if full.any():
        asked = np.flatnonzero(full[rows])
        table, counts, _ = _candidates(tree, points[asked], 0.0, workers)
        labels[asked] = _compare(points[asked], places, np.arange(len(asked)), table, counts)
    return labels


def _grid(points: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Return lower corner, edge and number of cubic cells along each axis."""
    # numpy takes many times longer along the first axis of a narrow array.
    low = np.array([axis.min() for axis in points.T])
    extent = np.array([axis.max() for axis in points.T]) - low
    longest = float(extent.max())
    if longest == 0:
        return low, 1.0, np.ones(len(low), np.int64)
    wanted = max(1.0, len(points) / POINTS_PER_CELL)
    edge = float(np.exp(np.log(np.maximum(extent, longest / wanted) / longest).mean()))
    edge *= longest / wanted ** (1 / len(low))
    return low, edge, np.floor(extent / edge).astype(np.int64) + 1


def _candidates(
    tree: cKDTree, centres: np.ndarray, diameter: float, workers: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the places that may be nearest per cell, ascending, how many, and if there were more.

    No point of a cell is further than half its diameter from the centre, so whatever is nearest to
    it is at most a diameter further from the centre than what is nearest to that.
    """
    most = CANDIDATES if diameter else 4
    number = min(most, tree.n)
    distances, found = tree.query(centres, range(1, number + 1), workers=workers)
    near = distances <= (distances[:, :1] + diameter) * SLACK
    table = np.sort(np.where(near, found, tree.n), axis=1)
    full = near[:, -1] & (number < tree.n)
    return table, near.sum(axis=1), full


def _compare(
    points: np.ndarray, places: np.ndarray, rows: np.ndarray, table: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    labels = np.empty(len(points), np.int64)
    _find_nearest(points, places, rows, table, counts, labels)
    return labels


@compiled
def _find_cells(
    points: np.ndarray, low: np.ndarray, edge: float, size: np.ndarray, codes: np.ndarray
) -> None:
    for i in range(points.shape[0]):
        code = np.int64(0)
        for axis in range(points.shape[1]):
            at = np.int64((points[i, axis] - low[axis]) / edge)
            code = code * size[axis] + min(max(at, 0), size[axis] - 1)
        codes[i] = code


@compiled
def _find_nearest(
    points: np.ndarray,
    places: np.ndarray,
    rows: np.ndarray,
    table: np.ndarray,
    counts: np.ndarray,
    labels: np.ndarray,
) -> None:
    for i in range(points.shape[0]):
        row, least = rows[i], np.inf
        for k in range(counts[row]):
            place, distance2 = table[row, k], 0.0
            for axis in range(points.shape[1]):
                distance2 += (points[i, axis] - places[place, axis]) ** 2
            if distance2 < least:
                least, labels[i] = distance2, place
