"""Points in cells of embedding space, for loops compiled by numba that visit what is in reach."""

import math
from typing import NamedTuple

import numpy as np

from .binning import in_columns
from .neighbours import compiled

MAX_AXES = 3
SLACK = 1e-6
"""Part of a cell by which boxes are taken larger, far above what rounding can do."""


class Cells(NamedTuple):
    """Points sorted by the cell that they lie in; those of cell c are `starts[c]:starts[c + 1]`.

    Cells span a few axes of the points, and are numbered along the last of these first.
    """

    points: np.ndarray  # (n, d) float32 or float64
    order: np.ndarray  # (n,) position of each point before sorting
    starts: np.ndarray  # (cells + 1,)
    axes: np.ndarray  # (g,)
    origin: np.ndarray  # (g,) float64
    extent: np.ndarray  # (g,) number of cells
    edge: float


def sort_into_cells(points: np.ndarray, edge: float) -> Cells:
    """Sort points into cells of this edge, or of a larger one where cells would be too many.

    Parameters
    ----------
    points : float array, (n, d)
        Finite; n > 0.
    edge : float
        In embedding units.
    """
    axes = np.arange(points.shape[1])
    if len(axes) > MAX_AXES:
        axes = np.argsort(points.std(axis=0), kind="stable")[-MAX_AXES:]  # those that tell most
    columns = in_columns(points)
    origin = np.array([columns[axis].min() for axis in axes], np.float64)
    span = np.array([columns[axis].max() for axis in axes], np.float64) - origin
    edge = max(edge, float(span.max()) * 2.0**-30, np.finfo(np.float64).tiny)
    while math.prod(map(int, span // edge + 1)) > len(points):
        edge *= 1.25
    extent = (span // edge + 1).astype(np.int64)
    starts = np.zeros(math.prod(map(int, extent)) + 1, np.int64)
    ordered, order = np.empty(points.shape, columns.dtype), np.empty(len(points), np.int64)
    _sort(columns, axes, origin, extent, edge, starts, ordered, order)
    return Cells(ordered, order, starts, axes, origin, extent, edge)


@compiled
def _sort(
    columns: np.ndarray,
    axes: np.ndarray,
    origin: np.ndarray,
    extent: np.ndarray,
    edge: float,
    starts: np.ndarray,
    ordered: np.ndarray,
    order: np.ndarray,
) -> None:
    """Write where cells start, the points cell by cell, and the position of each before.

    Points of one cell keep their order.
    """
    n = columns.shape[1]
    codes = np.empty(n, np.int32)  # there are no more cells than points
    for i in range(n):
        code = np.int64(0)
        for axis in range(axes.shape[0]):
            at = np.int64((np.float64(columns[axes[axis], i]) - origin[axis]) / edge)
            code = code * extent[axis] + min(at, extent[axis] - 1)
        codes[i] = code
        starts[code + 1] += 1
    for cell in range(1, starts.shape[0]):
        starts[cell] += starts[cell - 1]
    following = starts.copy()
    for i in range(n):
        place = following[codes[i]]
        following[codes[i]] = place + 1
        order[place] = i
        for axis in range(columns.shape[0]):
            ordered[place, axis] = columns[axis, i]


@compiled
def box_around(center: np.ndarray, scale: np.ndarray, reach: float, box: np.ndarray) -> None:
    """Write the lowest and highest coordinates `(2, d)` within reach / scale of a place."""
    for axis in range(center.shape[0]):
        half = reach / scale[axis]
        box[0, axis], box[1, axis] = center[axis] - half, center[axis] + half


@compiled
def find_runs(cells: Cells, box: np.ndarray, runs: np.ndarray) -> int:
    """Write where runs of points begin and end that hold all of a box; return how many there are.

    Parameters
    ----------
    cells : Cells
    box : float64 array, (2, d)
        Lowest and highest coordinates.
    runs : int64 array, (n, 2)
        Gets the runs; a row for each point is enough.
    """
    n_axes = cells.extent.shape[0]
    low, high = np.empty(n_axes, np.int64), np.empty(n_axes, np.int64)
    rows, last = 1, n_axes - 1
    for axis in range(n_axes):
        column = cells.axes[axis]
        first = np.floor((box[0, column] - cells.origin[axis]) / cells.edge - SLACK)
        final = np.floor((box[1, column] - cells.origin[axis]) / cells.edge + SLACK)
        if final < 0 or first >= cells.extent[axis]:
            return 0
        low[axis], high[axis] = max(first, 0.0), min(final, cells.extent[axis] - 1.0)
        if axis < last:
            rows *= high[axis] - low[axis] + 1
    for row in range(rows):
        code, rest, stride = np.int64(0), row, cells.extent[last]
        for axis in range(last - 1, -1, -1):
            side = high[axis] - low[axis] + 1
            code += (low[axis] + rest % side) * stride
            rest //= side
            stride *= cells.extent[axis]
        runs[row, 0] = cells.starts[code + low[last]]
        runs[row, 1] = cells.starts[code + high[last] + 1]
    return rows


@compiled
def squared_distance(
    center: np.ndarray, points: np.ndarray, j: int, scale: np.ndarray, limit: float
) -> float:
    """Return the squared distance of a place from point j, or something not below the limit."""
    total = 0.0
    for axis in range(center.shape[0]):
        total += ((points[j, axis] - center[axis]) * scale[axis]) ** 2
        if total >= limit:
            break
    return total
