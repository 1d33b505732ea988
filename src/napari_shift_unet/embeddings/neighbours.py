"""Compiled loops over all points within a radius, which a grid of cells of that size finds.

The functions hold no global interpreter lock, so plain threads share them out. Each result depends
on its own seed alone and sums run in the order of the grid: no number of threads changes a bit.
"""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., object])

MAX_GRID_AXES = 4  # 3^3 rows of cells to look at; more axes save no time
MAX_CELLS = 2**62


def compiled(function: F) -> F:
    """Compile a function when it is first called and keep the result on disk.

    Numba looks for a writable place beside the file, then in the user's cache. Where there is
    none, each process compiles anew.
    """
    try:
        return cast("F", numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:
        return cast("F", numba.njit(nogil=True)(function))


class Grid(NamedTuple):
    """Points sorted by the cell that they lie in; the cells are as wide as the search radius.

    The grid spans the last `g` axes of the points. Cells that follow each other along the last
    axis lie one after another, so a neighbourhood of 3^g cells is 3^(g-1) runs of points.
    """

    points: np.ndarray  # (n, d) float64
    weights: np.ndarray  # (n,) float64
    order: np.ndarray  # (n,) position of each point before sorting
    codes: np.ndarray  # (n,) rank of each point's cell, ascending
    origin: np.ndarray  # (g,) float64
    extent: np.ndarray  # (g,) number of cells
    radius: float


def build_grid(points: np.ndarray, weights: np.ndarray, radius: float) -> Grid:
    """Sort points `(n, d)` with n > 0 into cells of edge `radius`."""
    cells = np.floor((points - points.min(axis=0)) / radius).astype(np.int64)
    size = cells.max(axis=0) + 1
    n_axes = min(MAX_GRID_AXES, points.shape[1])
    while math.prod(map(int, size[-n_axes:])) > MAX_CELLS:
        n_axes -= 1
    cells, extent = cells[:, -n_axes:], size[-n_axes:]
    codes = np.zeros(len(points), np.int64)
    for axis in range(n_axes):
        codes = codes * extent[axis] + cells[:, axis]
    order = np.argsort(codes, kind="stable")
    return Grid(
        points=np.ascontiguousarray(points[order]),
        weights=np.ascontiguousarray(weights[order], dtype=np.float64),
        order=order,
        codes=codes[order],
        origin=points[:, -n_axes:].min(axis=0),
        extent=extent,
        radius=float(radius),
    )


def cover(grid: Grid, priority: np.ndarray, budget: int) -> np.ndarray:
    """Choose points, first come first served, so that none lies within the radius of another.

    Parameters
    ----------
    grid : Grid
        The points; its radius is the least distance of two chosen ones.
    priority : array of int, (n,)
        Indices into the points before sorting, most important first.
    budget : int
        Distances to compute at most; what is then neither chosen nor covered is left out.

    Returns
    -------
    array of int, (k,)
        The chosen indices in order of priority.
    """
    rank = np.empty_like(grid.order)
    rank[grid.order] = np.arange(len(rank))
    chosen = np.zeros(len(rank), np.bool_)
    _cover(grid, rank[priority], budget, chosen)
    kept: np.ndarray = priority[chosen[rank[priority]]]
    return kept


def shift(
    grid: Grid, seeds: np.ndarray, falloff: float, steps: int, tolerance: float, threads: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Move each seed to the weighted mean of the points within the radius, some times over.

    Parameters
    ----------
    grid : Grid
        The points.
    seeds : array, (n, d)
        Starting positions, each with a point within the radius.
    falloff : float
        A point at distance r counts exp(-falloff r^2); 0 counts all within the radius alike.
    steps, tolerance
        A seed rests once a step is not longer than `tolerance`, and after `steps` in any case.
    threads : int or None
        None takes one per core.

    Returns
    -------
    positions (n, d), weights (n,) around them, settled (n,) bool, and the distances computed
    """
    positions, settled = seeds.copy(), np.zeros(len(seeds), np.bool_)
    weights = np.zeros(len(seeds))

    def part(some: slice) -> int:
        return _shift(
            grid, falloff, steps, tolerance, positions[some], weights[some], settled[some]
        )

    threads = threads or os.cpu_count() or 1
    n_parts = 1 if threads == 1 else min(len(seeds), 4 * threads)
    bounds = np.linspace(0, len(seeds), n_parts + 1).astype(int)
    parts = [slice(a, b) for a, b in pairwise(bounds)]
    if n_parts == 1:
        spent = part(parts[0])
    else:
        with ThreadPoolExecutor(threads) as pool:
            spent = sum(pool.map(part, parts))
    return positions, weights, settled, spent


@compiled
def _runs(
    grid: Grid,
    point: np.ndarray,
    cell: np.ndarray,
    starts: np.ndarray,
    stops: np.ndarray,
    before: int,
) -> int:
    """Write the runs of points around `point` and return how many there are.

    Where its cell is the `cell` of last time, those of last time still hold, `before` of them.
    """
    n_axes = cell.shape[0]
    same = True
    for axis in range(n_axes):
        offset = point[point.shape[0] - n_axes + axis] - grid.origin[axis]
        at = np.int64(math.floor(offset / grid.radius))
        same = same and at == cell[axis]
        cell[axis] = at
    if same:
        return before
    count, last = 0, n_axes - 1
    first, final = max(cell[last] - 1, 0), min(cell[last] + 1, grid.extent[last] - 1)
    for row in range(3**last):
        code, rest, inside = np.int64(0), row, True
        for axis in range(last):
            at = cell[axis] + rest % 3 - 1
            rest //= 3
            inside = inside and 0 <= at < grid.extent[axis]
            code = code * grid.extent[axis] + at
        if inside:
            code *= grid.extent[last]
            start = np.searchsorted(grid.codes, code + first)
            stop = np.searchsorted(grid.codes, code + final, side="right")
            if stop > start:
                starts[count], stops[count] = start, stop
                count += 1
    return count


@compiled
def _cover(grid: Grid, ranks: np.ndarray, budget: int, chosen: np.ndarray) -> None:
    points, limit, n_axes = grid.points, grid.radius**2, grid.extent.shape[0]
    cell = np.empty(n_axes, np.int64)
    starts, stops = np.empty(3**n_axes, np.int64), np.empty(3**n_axes, np.int64)
    covered = np.zeros(ranks.shape[0], np.bool_)
    for i in ranks:
        if budget < 0:
            break
        if covered[i]:
            continue
        chosen[i] = True
        here, cell[:] = points[i], -9
        for run in range(_runs(grid, here, cell, starts, stops, 0)):
            budget -= stops[run] - starts[run]
            for j in range(starts[run], stops[run]):
                if covered[j]:
                    continue
                distance2 = 0.0
                for axis in range(here.shape[0]):
                    distance2 += (points[j, axis] - here[axis]) ** 2
                    if distance2 > limit:
                        break
                covered[j] = distance2 <= limit


@compiled
def _shift(
    grid: Grid,
    falloff: float,
    steps: int,
    tolerance: float,
    positions: np.ndarray,
    weights: np.ndarray,
    settled: np.ndarray,
) -> int:
    points, counts = grid.points, grid.weights
    limit, n_axes = grid.radius**2, grid.extent.shape[0]
    cell = np.empty(n_axes, np.int64)
    starts, stops = np.empty(3**n_axes, np.int64), np.empty(3**n_axes, np.int64)
    total, spent = np.empty(positions.shape[1]), 0
    for i in range(positions.shape[0]):
        here = positions[i]
        cell[:], n_runs = -9, 0
        for _ in range(steps):
            n_runs = _runs(grid, here, cell, starts, stops, n_runs)
            weight, total[:] = 0.0, 0.0
            for run in range(n_runs):
                spent += stops[run] - starts[run]
                for j in range(starts[run], stops[run]):
                    distance2 = 0.0
                    for axis in range(here.shape[0]):
                        distance2 += (points[j, axis] - here[axis]) ** 2
                        if distance2 > limit:
                            break
                    if distance2 <= limit:
                        share = counts[j]
                        if falloff > 0:
                            share *= math.exp(-falloff * distance2)
                        weight += share
                        for axis in range(total.shape[0]):
                            total[axis] += share * points[j, axis]
            length2 = 0.0
            for axis in range(total.shape[0]):
                mean = total[axis] / weight
                length2 += (mean - here[axis]) ** 2
                here[axis] = mean
            weights[i] = weight
            if length2 <= tolerance**2:
                settled[i] = True
                break
    return spent
