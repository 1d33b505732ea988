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

from .binning import in_columns
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
    columns, places = in_columns(points), np.ascontiguousarray(places, np.float64)
    tree, workers = cKDTree(places), threads or os.cpu_count() or 1
    low, edge, size = _grid(columns)
    codes, count = np.zeros(len(points), np.int64), math.prod(size.tolist())
    occupied = np.zeros(count, np.bool_)
    _find_cells(columns, low, edge, size, codes, occupied)
    cells = np.flatnonzero(occupied)
    row_of = np.zeros(count, np.int64)
    row_of[cells] = np.arange(len(cells))
    centres = low + (np.stack(np.unravel_index(cells, size), axis=1) + 0.5) * edge
    table, counts, full = _candidates(tree, centres, edge * math.sqrt(len(size)), workers)
    labels = np.empty(len(points), np.int64)
    _find_nearest(columns, places, row_of, codes, table, counts, labels)
    if full.any():
        asked = np.flatnonzero(full[row_of[codes]])
        some, own = np.ascontiguousarray(columns[:, asked]), np.arange(len(asked))
        table, counts, _ = _candidates(tree, some.T, 0.0, workers)
        found = np.empty(len(asked), np.int64)
        _find_nearest(some, places, own, own, table, counts, found)
        labels[asked] = found
    return labels


def _grid(columns: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Return lower corner, edge and number of cubic cells along each axis."""
    low = columns.min(axis=1).astype(np.float64)
    extent = columns.max(axis=1) - low
    longest = float(extent.max())
    if longest == 0:
        return low, 1.0, np.ones(len(low), np.int64)
    wanted = max(1.0, columns.shape[1] / POINTS_PER_CELL)
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


@compiled
def _find_cells(
    columns: np.ndarray,
    low: np.ndarray,
    edge: float,
    size: np.ndarray,
    codes: np.ndarray,
    occupied: np.ndarray,
) -> None:
    """Write the cell of each point, from 0 on, and which cells have points."""
    n = codes.shape[0]
    for axis in range(size.shape[0]):
        if size[axis] == 1:
            continue
        for i in range(n):
            at = np.int64((columns[axis, i] - low[axis]) / edge)
            codes[i] = codes[i] * size[axis] + min(max(at, 0), size[axis] - 1)
    for i in range(n):
        occupied[codes[i]] = True


@compiled
def _find_nearest(
    columns: np.ndarray,
    places: np.ndarray,
    row_of: np.ndarray,
    codes: np.ndarray,
    table: np.ndarray,
    counts: np.ndarray,
    labels: np.ndarray,
) -> None:
    """Write the nearest of the places in the row of the table that belongs to each point's code."""
    for i in range(labels.shape[0]):
        row, least = row_of[codes[i]], np.inf
        if counts[row] == 1:
            labels[i] = table[row, 0]
            continue
        for k in range(counts[row]):
            place, distance2 = table[row, k], 0.0
            for axis in range(columns.shape[0]):
                distance2 += (columns[axis, i] - places[place, axis]) ** 2
            if distance2 < least:
                least, labels[i] = distance2, place
