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
    if len(seeds) == 0:
        return np.full(len(points), -1)
    cells = sort_into_cells(points, cell_edge(widths, reach))
    alike = reach.min() == reach.max()
    squared = np.square(reach[:1] if alike else reach[cells.order], dtype=np.float64)
    columns = np.ascontiguousarray(widths.T, np.float64)
    budget = max(FEWEST_VISITS, VISITS * len(points))
    founders, scales, grown = _grow(cells, columns, squared, seeds, budget)
    if rest > 0:
        centers = cells.points[founders].astype(np.float64)
        adopt(cells, centers, scales, rest, budget, grown)
    labels = np.empty_like(grown)
    labels[cells.order] = grown
    return labels


def cell_edge(widths: np.ndarray, reach: np.ndarray) -> float:
    """Return how wide cells best are, from the widths of pixels and the reach in these."""
    middle = widths.size // 2  # numpy's median takes ten times longer
    parted = np.partition(widths, middle, axis=None)
    both = parted[middle : middle + 1]
    if widths.size % 2 == 0:
        both = np.append(parted[:middle].max(), both)
    return float(np.mean(both) * reach.max()) / CELLS_PER_REACH


@compiled
def _grow(
    cells: Cells, widths: np.ndarray, squared_reach: np.ndarray, seeds: np.ndarray, budget: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Label the free pixels of proposals that are not mostly taken.

    Widths `(s, n)` and seeds are those before sorting, the squared reach is that of sorted points,
    or one of all. Returns founders among the sorted points, one over their widths, and the label of
    each sorted point.
    """
    n, dims, furthest = len(cells.points), cells.points.shape[1], math.sqrt(squared_reach.max())
    rank, members, taken = np.empty(n, np.int32), np.empty(n, np.int64), np.zeros(n, np.bool_)
    for j in range(n):
        rank[cells.order[j]] = j
    labels, founders, objects = np.full(n, -1), np.empty(n, np.int64), 0
    scales, runs, box = np.empty((n, dims)), np.empty((n, 2), np.int64), np.empty((2, dims))
    for pixel in seeds:
        seed = rank[pixel]
        if taken[seed]:
            continue
        center, scale = cells.points[seed].astype(np.float64), scales[objects]
        for axis in range(dims):
            scale[axis] = 1 / widths[min(axis, widths.shape[0] - 1), pixel]
        own_reach = math.sqrt(squared_reach[seed if len(squared_reach) > 1 else 0])
        box_around(center, scale, own_reach, box)  # no free pixel reaches further
        no, none = taken[seed], int(taken[seed])  # literals would have code compiled for each
        free, budget = _visit(
            cells, center, scale, squared_reach, taken, no, box, runs, members, none, n, budget
        )
        box_around(center, scale, furthest, box)
        count, budget = _visit(
            cells,
            center,
            scale,
            squared_reach,
            taken,
            not no,
            box,
            runs,
            members,
            free,
            free,
            budget,
        )
        if budget < 0:
            break
        kept = 0 < free >= count - free
        taken[seed] = True
        for j in members[:free]:
            taken[j] = True
            if kept:
                labels[j] = objects
        if kept:
            founders[objects] = seed
            objects += 1
    return founders[:objects], scales[:objects].copy(), labels


@compiled
def _visit(
    cells: Cells,
    center: np.ndarray,
    scale: np.ndarray,
    squared_reach: np.ndarray,
    taken: np.ndarray,
    wanted: bool,
    box: np.ndarray,
    runs: np.ndarray,
    members: np.ndarray,
    begin: int,
    most: int,
    budget: int,
) -> tuple[int, int]:
    """Write members of a proposal in a box that are taken, or that are free, from `begin` on.

    It ends when there is one more than `most`. Returns where the members end, and what is left of
    the budget.
    """
    points, end, each = cells.points, begin, int(len(squared_reach) > 1)
    for run in range(find_runs(cells, box, runs)):
        if end - begin > most:
            break
        budget -= runs[run, 1] - runs[run, 0]
        for j in range(runs[run, 0], runs[run, 1]):
            if taken[j] != wanted:
                continue
            distance2, limit = 0.0, squared_reach[j * each]
            for axis in range(len(scale)):  # as `joins`, whose call would take longer than this
                distance2 += ((points[j, axis] - center[axis]) * scale[axis]) ** 2
                if distance2 >= limit:
                    break
            if distance2 < limit:
                members[end] = j
                end += 1
                if end - begin > most:
                    break
    return end, budget


@compiled
def joins(
    center: np.ndarray, points: np.ndarray, j: int, scale: np.ndarray, squared_reach: float
) -> bool:
    """Return whether point j belongs to the proposal of a seed."""
    return squared_distance(center, points, j, scale, squared_reach) < squared_reach


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
    points = cells.points
    nearest = np.zeros(labels.shape[0])
    for j in range(labels.shape[0]):
        if labels[j] < 0:
            nearest[j] = reach**2
    for founder in range(centers.shape[0]):
        center, scale = centers[founder], scales[founder]
        box_around(center, scale, reach, box)
        for run in range(find_runs(cells, box, runs)):
            budget -= runs[run, 1] - runs[run, 0]
            for j in range(runs[run, 0], runs[run, 1]):
                if nearest[j] > 0:
                    distance2 = 0.0
                    for axis in range(len(scale)):
                        distance2 += ((points[j, axis] - center[axis]) * scale[axis]) ** 2
                        if distance2 >= nearest[j]:
                            break
                    if distance2 < nearest[j]:
                        nearest[j], labels[j] = distance2, founder
        if budget < 0:
            break
