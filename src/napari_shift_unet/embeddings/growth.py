"""Objects that grow around seeds, as loops compiled by numba.

Points lie in cells of embedding space, so that a seed visits only those which it can reach.
"""

import math
from typing import NamedTuple

import numpy as np

from .neighbours import compiled

MAX_CELL_AXES = 3
CELLS_PER_REACH = 2
VISITS, FEWEST_VISITS = 512, 2**27
"""Distances that are computed at most, per point and in any case; usual ones need a hundredth."""


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
    points: np.ndarray, widths: np.ndarray, reach: np.ndarray, seeds: np.ndarray, rest: float
) -> np.ndarray:
    """Let an object grow around each seed that is still free, first come first served.

    A pixel u belongs to the proposal of a seed s where |(e_u - e_s) / width_s| < reach_u. Pixels
    of a proposal that are free join the object; if more than half are taken, it is none, but takes
    its pixels all the same, as in the code of the authors of [Nev]. In the end, pixels without an
    object join the one whose seed is nearest.

    Where nearly all points are within reach of nearly all seeds, the work ends after a fixed number
    of distances.

    Parameters
    ----------
    points : float array, (n, d)
        Embedded pixels, finite.
    widths : float array, (n, 1) or (n, d)
        Unit of length in the proposal of each pixel, in embedding units.
    reach : float array, (n,)
        Distance up to which a pixel joins, in units of the seed's width; the less important a
        pixel, the smaller, or the same for all.
    seeds : int array, (k,)
        Pixels that may found an object, most important first.
    rest : float
        Distance up to which pixels join in the end, in units of the seed's width.

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
    edge = float(np.median(widths) * reach.max()) / CELLS_PER_REACH
    cells = _gather(points[:, axes].astype(np.float64), edge)
    rank = np.empty(len(points), np.int64)
    rank[cells.order] = np.arange(len(points))
    scales, squared = 1 / widths[cells.order], np.square(reach, dtype=np.float64)[cells.order]
    budget = max(FEWEST_VISITS, VISITS * len(points))
    founders, grown = _grow(cells, scales, squared, rank[seeds], budget)
    if rest > 0:
        _adopt(cells, scales, founders, rest, budget, grown)
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
def _runs(cells: Cells, seed: int, scale: np.ndarray, reach: float, runs: np.ndarray) -> int:
    """Write where runs of points within reach of a seed begin and end; return how many there are.

    All points within `reach` / `scale` along every axis of the cells are in one of them.
    """
    n_axes, dims = cells.extent.shape[0], cells.points.shape[1]
    low, high = np.empty(n_axes, np.int64), np.empty(n_axes, np.int64)
    rows, last = 1, n_axes - 1
    for axis in range(n_axes):
        column = dims - n_axes + axis
        at, half = cells.points[seed, column] - cells.origin[axis], reach / scale[column]
        low[axis] = max(np.floor((at - half) / cells.edge), 0.0)
        high[axis] = min(np.floor((at + half) / cells.edge), cells.extent[axis] - 1.0)
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
def _squared_distance(points: np.ndarray, i: int, j: int, scale: np.ndarray, limit: float) -> float:
    """Return the squared distance of two points, or something not below the limit."""
    total = 0.0
    for axis in range(points.shape[1]):
        total += ((points[j, axis] - points[i, axis]) * scale[axis]) ** 2
        if total >= limit:
            break
    return total


@compiled
def _grow(
    cells: Cells, scales: np.ndarray, squared_reach: np.ndarray, seeds: np.ndarray, budget: int
) -> tuple[np.ndarray, np.ndarray]:
    """Label the free pixels of proposals that are not mostly taken; return their seeds too."""
    n, furthest = cells.points.shape[0], math.sqrt(squared_reach.max())
    runs, members = np.empty((n, 2), np.int64), np.empty(n, np.int64)
    taken, labels = np.zeros(n, np.bool_), np.full(n, -1)
    founders, objects = np.empty(seeds.shape[0], np.int64), 0
    for seed in seeds:
        if taken[seed]:
            continue
        free, others = 0, 0
        own_reach = math.sqrt(squared_reach[seed])  # and no free pixel reaches further
        for run in range(_runs(cells, seed, scales[seed], own_reach, runs)):
            budget -= runs[run, 1] - runs[run, 0]
            for j in range(runs[run, 0], runs[run, 1]):
                if not taken[j] and _joins(cells.points, seed, j, scales[seed], squared_reach[j]):
                    members[free] = j
                    free += 1
        for run in range(_runs(cells, seed, scales[seed], furthest, runs)):
            if others > free:
                break
            budget -= runs[run, 1] - runs[run, 0]
            for j in range(runs[run, 0], runs[run, 1]):
                if taken[j] and _joins(cells.points, seed, j, scales[seed], squared_reach[j]):
                    others += 1
                    if others > free:
                        break
        if budget < 0:
            break
        kept = free > 0 and others <= free
        taken[seed] = True
        for j in members[:free]:
            taken[j] = True
            if kept:
                labels[j] = objects
        if kept:
            founders[objects] = seed
            objects += 1
    return founders[:objects], labels


@compiled
def _joins(points: np.ndarray, i: int, j: int, scale: np.ndarray, limit: float) -> bool:
    return _squared_distance(points, i, j, scale, limit) < limit


@compiled
def _adopt(
    cells: Cells,
    scales: np.ndarray,
    founders: np.ndarray,
    reach: float,
    budget: int,
    labels: np.ndarray,
) -> None:
    """Label pixels that have no object by the nearest founder within reach."""
    runs = np.empty((labels.shape[0], 2), np.int64)
    nearest = np.where(labels < 0, reach**2, 0.0)
    for founder in founders:
        for run in range(_runs(cells, founder, scales[founder], reach, runs)):
            budget -= runs[run, 1] - runs[run, 0]
            for j in range(runs[run, 0], runs[run, 1]):
                if nearest[j] > 0:
                    found = _squared_distance(cells.points, founder, j, scales[founder], nearest[j])
                    if found < nearest[j]:
                        nearest[j], labels[j] = found, labels[founder]
        if budget < 0:
            break
