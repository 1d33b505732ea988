"""Objects that grow around seeds, as loops compiled by numba."""

import math

import numpy as np

from .cells import Cells, box_around, find_runs, sort_into_cells, squared_distance
from .neighbours import compiled

CELLS_PER_REACH = 2
VISITS, FEWEST_VISITS = 512, 2**27
"""Distances that are computed at most, per point and in any case; usual ones need a hundredth."""


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
    cells = sort_into_cells(points, cell_edge(widths, reach))
    widths = np.broadcast_to(widths, points.shape).astype(np.float64)
    rank = np.empty(len(points), np.int64)
    rank[cells.order] = np.arange(len(points))
    scales, squared = 1 / widths[cells.order], np.square(reach, dtype=np.float64)[cells.order]
    budget = max(FEWEST_VISITS, VISITS * len(points))
    founders, grown = _grow(cells, scales, squared, rank[seeds], budget)
    if rest > 0:
        adopt(cells, cells.points[founders], scales[founders], rest, budget, grown)
    labels[cells.order] = grown
    return labels


def cell_edge(widths: np.ndarray, reach: np.ndarray) -> float:
    """Return how wide cells best are, from the widths of pixels and the reach in these."""
    return float(np.median(widths) * reach.max()) / CELLS_PER_REACH


@compiled
def _grow(
    cells: Cells, scales: np.ndarray, squared_reach: np.ndarray, seeds: np.ndarray, budget: int
) -> tuple[np.ndarray, np.ndarray]:
    """Label the free pixels of proposals that are not mostly taken; return their seeds too."""
    n, furthest = cells.points.shape[0], math.sqrt(squared_reach.max())
    runs, members = np.empty((n, 2), np.int64), np.empty(n, np.int64)
    box, taken = np.empty((2, cells.points.shape[1])), np.zeros(n, np.bool_)
    labels, founders, objects = np.full(n, -1), np.empty(seeds.shape[0], np.int64), 0
    for seed in seeds:
        if taken[seed]:
            continue
        center, scale, free, others = cells.points[seed], scales[seed], 0, 0
        own_reach = math.sqrt(squared_reach[seed])  # and no free pixel reaches further
        box_around(center, scale, own_reach, box)
        for run in range(find_runs(cells, box, runs)):
            budget -= runs[run, 1] - runs[run, 0]
            for j in range(runs[run, 0], runs[run, 1]):
                if not taken[j] and joins(center, cells.points[j], scale, squared_reach[j]):
                    members[free] = j
                    free += 1
        box_around(center, scale, furthest, box)
        for run in range(find_runs(cells, box, runs)):
            if others > free:
                break
            budget -= runs[run, 1] - runs[run, 0]
            for j in range(runs[run, 0], runs[run, 1]):
                if taken[j] and joins(center, cells.points[j], scale, squared_reach[j]):
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
def joins(center: np.ndarray, point: np.ndarray, scale: np.ndarray, squared_reach: float) -> bool:
    """Return whether a pixel belongs to the proposal of a seed."""
    return squared_distance(center, point, scale, squared_reach) < squared_reach


@compiled
def adopt(
    cells: Cells,
    centers: np.ndarray,
    scales: np.ndarray,
    reach: float,
    budget: int,
    labels: np.ndarray,
) -> None:
    """Label pixels that have no object, -1, by the position of the nearest founder within reach.

    Of several as near the first one counts. Founders are centers and scales, `(k, d)`.
    """
    runs, box = np.empty((labels.shape[0], 2), np.int64), np.empty((2, cells.points.shape[1]))
    nearest = np.where(labels < 0, reach**2, 0.0)
    for founder in range(centers.shape[0]):
        center, scale = centers[founder], scales[founder]
        box_around(center, scale, reach, box)
        for run in range(find_runs(cells, box, runs)):
            budget -= runs[run, 1] - runs[run, 0]
            for j in range(runs[run, 0], runs[run, 1]):
                if nearest[j] > 0:
                    found = squared_distance(center, cells.points[j], scale, nearest[j])
                    if found < nearest[j]:
                        nearest[j], labels[j] = found, founder
        if budget < 0:
            break
