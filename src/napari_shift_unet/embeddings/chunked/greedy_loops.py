"""What greedy seeds of many chunks need, as loops compiled by numba."""

import numpy as np

from ..cells import Cells, box_around, find_runs
from ..growth import joins
from ..neighbours import compiled

FREE, OPEN, TAKEN = 0, 1, 2
"""What is known of a pixel: no seed has it yet, one may have it, one has it."""


@compiled
def reached_by(cells: Cells, lows: np.ndarray, highs: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Return the highest owner, -1 for none, of the boxes `(k, d)` in which each point lies.

    Points are in the order of the cells, as in all functions here.
    """
    points = cells.points
    n, dims = points.shape
    highest, runs, box = np.full(n, -1), np.empty((n, 2), np.int64), np.empty((2, dims))
    for i in range(owners.shape[0]):
        box[0], box[1] = lows[i], highs[i]
        for run in range(find_runs(cells, box, runs)):
            for j in range(runs[run, 0], runs[run, 1]):
                if highest[j] >= owners[i]:
                    continue
                within = True
                for axis in range(dims):
                    if not box[0, axis] <= points[j, axis] <= box[1, axis]:
                        within = False
                        break
                if within:
                    highest[j] = owners[i]
    return highest


@compiled
def propose(
    cells: Cells,
    squared_reach: np.ndarray,
    known: np.ndarray,
    own: np.ndarray,
    centers: np.ndarray,
    scales: np.ndarray,
    reach: np.ndarray,
) -> np.ndarray:
    """Let seeds, most important first, take all that belongs to their proposals.

    A seed that may be taken by others leaves open what becomes of its pixels. Where only some
    pixels are looked at, what is found of these is true.

    Parameters
    ----------
    cells : Cells
        The pixels looked at.
    squared_reach : float64 array, (n,)
        Squared distance in a seed's widths below which a pixel belongs to its proposal.
    known : int array, (n,)
        `FREE`, or `OPEN` where pixels that are not looked at may take one; is written to.
    own : int array, (k,)
        For each seed, which of the pixels it is, or -1 for one that is known to be a proposal.
    centers, scales : float64 arrays, (k, d)
        Embedding of each seed, and one over its widths.
    reach : float64 array, (k,)
        Distance in its widths over which a seed takes no pixel that comes after it.

    Returns
    -------
    int64 array, (k,)
        `TAKEN` for proposals, `OPEN` for what may be one, `FREE` for what is none.
    """
    points = cells.points
    n, dims = points.shape
    runs, box, found = np.empty((n, 2), np.int64), np.empty((2, dims)), np.full(len(own), FREE)
    for seed in range(own.shape[0]):
        i = own[seed]
        if i >= 0 and known[i] == TAKEN:
            continue
        found[seed] = TAKEN if i < 0 or known[i] == FREE else OPEN
        center, scale = centers[seed], scales[seed]
        box_around(center, scale, reach[seed], box)
        for run in range(find_runs(cells, box, runs)):
            for j in range(runs[run, 0], runs[run, 1]):
                if known[j] < found[seed] and joins(center, points, j, scale, squared_reach[j]):
                    known[j] = found[seed]
    return found


@compiled
def share_out(
    cells: Cells,
    squared_reach: np.ndarray,
    centers: np.ndarray,
    scales: np.ndarray,
    reach: np.ndarray,
    furthest: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give pixels to the first proposal that they belong to.

    Parameters
    ----------
    cells, squared_reach, centers, scales, reach
        As in `propose`; all seeds are proposals, most important first.
    furthest : float
        Distance over which no pixel belongs to a proposal; 0 where sizes do not matter.

    Returns
    -------
    takers : int64 array, (n,)
        Proposal that has each pixel, -1 for none.
    sizes, free : int64 arrays, (k,)
        Pixels of each proposal, and those of them that it got.
    """
    points = cells.points
    n, dims = points.shape
    runs, box = np.empty((n, 2), np.int64), np.empty((2, dims))
    takers, sizes, free = (
        np.full(n, -1),
        np.zeros(len(reach), np.int64),
        np.zeros(len(reach), np.int64),
    )
    for seed in range(reach.shape[0]):
        center, scale = centers[seed], scales[seed]
        box_around(center, scale, max(reach[seed], furthest), box)
        for run in range(find_runs(cells, box, runs)):
            for j in range(runs[run, 0], runs[run, 1]):
                if (takers[j] < 0 or furthest > 0) and joins(
                    center, points, j, scale, squared_reach[j]
                ):
                    sizes[seed] += 1
                    if takers[j] < 0:
                        takers[j] = seed
                        free[seed] += 1
    return takers, sizes, free
