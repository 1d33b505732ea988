"""Points in cells of embedding space, for loops compiled by numba that visit what is in reach."""

import math
from typing import NamedTuple

import numpy as np

from .neighbours import compiled

MAX_AXES = 3
SLACK = 1e-6
"""Part of a cell by which boxes are taken larger, far above what rounding can do."""


class Cells(NamedTuple):
    """Points sorted by the cell that they lie in; those of cell c are `starts[c]:starts[c + 1]`.

    Cells span a few axes of the points, and are numbered along the last of these first.
    """

    points: np.ndarray  # (n, d) float64
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
    spanned = [points[:, axis].astype(np.float64) for axis in axes]
    origin = np.array([along.min() for along in spanned])
    span = np.array([np.ptp(along) for along in spanned])
    edge = max(edge, float(span.max()) * 2.0**-30, np.finfo(np.float64).tiny)
    while math.prod(map(int, span // edge + 1)) > len(points):
        edge *= 1.25
    extent = (span // edge + 1).astype(np.int64)
    count = math.prod(map(int, extent))
    codes = np.zeros(len(points), np.int64)
    for along, start, length in zip(spanned, origin, extent, strict=True):
        cell = ((along - start) / edge).astype(np.int64)
        codes = codes * length + np.minimum(cell, length - 1)
    small = codes.astype(np.uint16) if count <= 2**16 else codes  # numpy sorts these faster
    order = np.argsort(small, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=count))])
    return Cells(points[order].astype(np.float64), order, starts, axes, origin, extent, edge)


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
def squared_distance(a: np.ndarray, b: np.ndarray, scale: np.ndarray, limit: float) -> float:
    """Return the squared distance of two places, or something not below the limit."""
    total = 0.0
    for axis in range(a.shape[0]):
        total += ((b[axis] - a[axis]) * scale[axis]) ** 2
        if total >= limit:
            break
    return total
