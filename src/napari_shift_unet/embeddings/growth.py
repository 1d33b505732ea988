"""Objects that grow around seeds, as a loop compiled by numba.

Points lie in cells of embedding space, so that a seed visits only those which it can reach.
"""

import math
from typing import NamedTuple

import numpy as np

from .neighbours import compiled

MAX_CELL_AXES = 3
CELLS_PER_REACH = 2


class Cells(NamedTuple):
    """Points sorted by the cell that they lie in; those of cell c are `starts[c]:starts[c + 1]`.

    Cells span the last axes of the points, and are numbered along the last one first.
    """

    points: np.ndarray  # (n, d) float64
    order: np.ndarray  # (n,) position of each point before sorting
    starts: np.ndarray  # (cells + 1,)
    origin: np.ndarray  # (g,) float64
    extent: np.ndarray  # (g,) number of cells
    edge: float


def grow(
    points: np.ndarray, widths: np.ndarray, reach: np.ndarray, seeds: np.ndarray
) -> np.ndarray:
    """Let an object grow around each seed that is still free, first come first served.

    A pixel u belongs to the proposal of a seed s where |(e_u - e_s) / width_s| < reach_u. Pixels
    of a proposal that are free join the object; if more than half are taken, it is none, but takes
    its pixels all the same, as in the code of the authors of [Nev].

    Parameters
    ----------
    points : float array, (n, d)
        Embedded pixels, finite.
    widths : float array, (n, 1) or (n, d)
        Unit of length in the proposal of each pixel, in embedding units.
    reach : float array, (n,)
        Distance up to which a pixel joins, in units of the seed's width.
    seeds : int array, (k,)
        Pixels that may found an object, most important first.

    Returns
    -------
    int64 array, (n,)
        Number of each pixel's object from 0, or -1.
    """
    labels = np.full(len(points), -1)
    if len(seeds) == 0:
        return labels
    axes = np.argsort(points.std(axis=0), kind="stable")  # cells span those that tell most
    widths = np.broadcast_to(widths, points.shape)[:, axes].astype(np.float64)
    furthest = float(reach.max())
    edge = float(np.median(widths)) * furthest / CELLS_PER_REACH
    cells = _gather(points[:, axes].astype(np.float64), edge)
    rank = np.empty(len(points), np.int64)
    rank[cells.order] = np.arange(len(points))
    squared = np.square(reach, dtype=np.float64)[cells.order]
    grown = np.full(len(points), -1)
    _grow(cells, 1 / widths[cells.order], squared, furthest, rank[seeds], grown)
    labels[cells.order] = grown
    return labels


def _gather(points: np.ndarray, edge: float) -> Cells:
    """Sort points into cells of this edge, or of a larger one where cells would be too many."""
    n_axes = min(MAX_CELL_AXES, points.shape[1])
    last = points[:, -n_axes:]
    origin, span = last.min(axis=0), np.ptp(last, axis=0)
    edge = max(edge, float(span.max()) * 2.0**-30, np.finfo(np.float64).tiny)
    while math.prod(map(int, span // edge + 1)) > len(points):
        edge *= 1.25
    extent = (span // edge + 1).astype(np.int64)
    codes = np.zeros(len(points), np.int64)
    for axis in range(n_axes):
        cell = np.floor((last[:, axis] - origin[axis]) / edge).astype(np.int64)
        codes = codes * extent[axis] + np.minimum(cell, extent[axis] - 1)
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=math.prod(extent)))])
    return Cells(np.ascontiguousarray(points[order]), order, starts, origin, extent, edge)


@compiled
def _grow(
    cells: Cells,
    scales: np.ndarray,
    squared_reach: np.ndarray,
    furthest: float,
    seeds: np.ndarray,
    labels: np.ndarray,
) -> None:
    points, n_axes = cells.points, cells.extent.shape[0]
    n, dims = points.shape
    low, high = np.empty(n_axes, np.int64), np.empty(n_axes, np.int64)
    proposal, taken = np.empty(n, np.int64), np.zeros(n, np.bool_)
    objects = 0
    for seed in seeds:
        if taken[seed]:
            continue
        rows = 1
        for axis in range(n_axes):
            column = dims - n_axes + axis
            at, half = points[seed, column] - cells.origin[axis], furthest / scales[seed, column]
            low[axis] = max(np.floor((at - half) / cells.edge), 0.0)
            high[axis] = min(np.floor((at + half) / cells.edge), cells.extent[axis] - 1.0)
            if axis < n_axes - 1:
                rows *= high[axis] - low[axis] + 1
        size, free = 0, 0
        for row in range(rows):
            code, rest, stride = np.int64(0), row, np.int64(cells.extent[n_axes - 1])
            for axis in range(n_axes - 2, -1, -1):
                side = high[axis] - low[axis] + 1
                code += (low[axis] + rest % side) * stride
                rest //= side
                stride *= cells.extent[axis]
            start = cells.starts[code + low[n_axes - 1]]
            for j in range(start, cells.starts[code + high[n_axes - 1] + 1]):
                distance2 = 0.0
                for axis in range(dims):
                    distance2 += ((points[j, axis] - points[seed, axis]) * scales[seed, axis]) ** 2
                    if distance2 >= squared_reach[j]:
                        break
                if distance2 < squared_reach[j]:
                    proposal[size] = j
                    size += 1
                    free += not taken[j]
        kept = size > 0 and 2 * free >= size
        for j in proposal[:size]:
            if kept and not taken[j]:
                labels[j] = objects
            taken[j] = True
        taken[seed] = True
        objects += kept
