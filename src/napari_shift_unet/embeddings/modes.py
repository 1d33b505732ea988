"""Mean shift on weighted bins: exact for any order of the points, and fast."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..errors import InputError
from .binning import BinnedPoints, check_finite
from .config import Kernel
from .nearest import nearest
from .neighbours import build_grid, cover, shift

_CUTOFF = 3.0  # bandwidths, after which the Gaussian (1 % of its height) is taken as 0
_TOLERANCE = 1e-3  # bandwidths, as in scikit-learn
_MEETING = 0.5  # bandwidths; nearer seeds go on as one
_STEPS, _ROUNDS = 3, 100  # steps between two looks for seeds that have met; 300 steps in all
_SEEDING, _CLIMBING = 128, 1024  # distances per bin; usual embeddings need a tenth
_FEWEST = (2**24, 2**27)  # distances that are allowed for few bins


@dataclass(frozen=True, eq=False)
class MeanShiftResult:
    """Clusters of points, those of the heaviest mode first.

    Attributes
    ----------
    modes : float64 array, (k, d)
        Where the density of points is highest, in embedding units.
    weights : float64 array, (k,)
        Number of points under the kernel at each mode.
    labels : int64 array, (n,)
        Index of the nearest mode for each point.
    """

    modes: Float[np.ndarray, "k d"]
    weights: Float[np.ndarray, " k"]
    labels: Int[np.ndarray, " n"]


def mean_shift(
    points: Float[np.ndarray, "n d"],
    bandwidth: float,
    kernel: Kernel = "flat",
    threads: int | None = None,
) -> MeanShiftResult:
    """Cluster points by the modes of their density.

    The partition is the same for every order of the points, every run and number of threads.
    For an image in blocks, merge the `BinnedPoints` of all blocks (see `bin_edge`), call
    `find_modes` once and `nearest_mode` per block: the result is the same again.

    Parameters
    ----------
    points : float array, (n, d)
        Embedded pixels.
    bandwidth : float
        In embedding units. Kernel "flat" counts all points within this radius alike, as
        scikit-learn's MeanShift does. Kernel "gaussian" weighs a point at distance r with
        exp(-r^2 / (2 bandwidth^2)); the exp(-r^2 / b) of Rumberger et al. 2021 is
        bandwidth = sqrt(b / 2).
    kernel : "flat" or "gaussian"
        Modes nearer than one bandwidth are one cluster with either of them.
    threads : int, optional
        One per core by default.

    Raises
    ------
    InputError
        For a bandwidth that is not above 0 or too small for the points' range, and for points
        that are not finite.
    """
    _check_bandwidth(bandwidth)
    summary = BinnedPoints.from_points(points, bin_edge(bandwidth, kernel))
    modes, weights = find_modes(summary, bandwidth, kernel, threads)
    return MeanShiftResult(modes, weights, nearest_mode(points, modes, threads))


def bin_edge(bandwidth: float, kernel: Kernel = "flat") -> float:
    """Return the edge of bins, in embedding units, that are fine enough for a bandwidth.

    The flat kernel needs finer ones, because a bin is within the radius or not.
    """
    return bandwidth / (4 if kernel == "flat" else 2)


def find_modes(
    summary: BinnedPoints,
    bandwidth: float,
    kernel: Kernel = "flat",
    threads: int | None = None,
) -> tuple[Float[np.ndarray, "k d"], Float[np.ndarray, " k"]]:
    """Find the modes of binned points: positions and the points under the kernel at each.

    Seeds are bins, heaviest first, none within one bandwidth of another (half of it in 1-D: every
    point is as near to a seed as with scikit-learn's bin seeding). Seeds that meet go on as one,
    and so do modes within one bandwidth, as the heaviest of them. Modes come heaviest first.

    Where points are so diffuse that nearly all would be seeds, the work ends after a fixed number
    of distances: seeds are then a sample, as the random pixels of Rumberger et al. are, and the
    last of them count as modes where they are.
    """
    _check_bandwidth(bandwidth)
    if len(summary) == 0:
        return np.zeros((0, summary.keys.shape[1])), np.zeros(0)
    # The grid of neighbours spans the last axes: give it the ones that tell most points apart.
    means, counts = summary.means, summary.counts
    axes = np.argsort(means.std(axis=0), kind="stable")
    points = means[:, axes]
    priority = np.lexsort((_scattered(summary.keys), -counts))
    spacing = bandwidth * min(1.0, math.sqrt(points.shape[1]) / 2)
    budget = max(_FEWEST[0], _SEEDING * len(points))
    seeds = points[cover(build_grid(points, counts, spacing), priority, budget)]
    positions, weights = _climb(points, counts, seeds, bandwidth, kernel, threads)
    chosen = _heaviest(positions, weights, bandwidth)
    return positions[chosen][:, np.argsort(axes)], weights[chosen]


def nearest_mode(
    points: Float[np.ndarray, "n d"],
    modes: Float[np.ndarray, "k d"],
    threads: int | None = None,
) -> Int[np.ndarray, " n"]:
    """Return the index of the nearest mode for each point; of equally near ones the first.

    Raises
    ------
    InputError
        If there are points but no modes, or points that are not finite.
    """
    if len(points) == 0:
        return np.zeros(0, np.int64)
    if len(modes) == 0:
        raise InputError(f"There are {len(points)} points and no modes. Find the modes first.")
    check_finite(points)
    return nearest(points, modes, threads)


def _climb(
    points: np.ndarray,
    counts: np.ndarray,
    seeds: np.ndarray,
    bandwidth: float,
    kernel: Kernel,
    threads: int | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Shift seeds `(n, d)` until they rest; return positions and weights, one or more per mode."""
    gaussian = kernel == "gaussian"
    grid = build_grid(points, counts, _CUTOFF * bandwidth if gaussian else bandwidth)
    falloff = 0.5 / bandwidth**2 if gaussian else 0.0
    budget = max(_FEWEST[1], _CLIMBING * len(points))
    resting, weights_there = [], []
    for round_ in range(_ROUNDS):
        seeds, weights, settled, spent = shift(
            grid, seeds, falloff, _STEPS, _TOLERANCE * bandwidth, threads
        )
        budget -= spent
        settled |= round_ == _ROUNDS - 1 or budget < 0
        resting.append(seeds[settled])
        weights_there.append(weights[settled])
        seeds, weights = seeds[~settled], weights[~settled]
        if len(seeds) == 0:
            break
        seeds = seeds[_heaviest(seeds, weights, _MEETING * bandwidth)]
    return np.concatenate(resting), np.concatenate(weights_there)


def _heaviest(positions: np.ndarray, weights: np.ndarray, distance: float) -> np.ndarray:
    """Choose, heaviest first, positions of which none is within `distance` of another."""
    priority = np.lexsort((*(-positions.T[::-1]), -weights))
    return cover(build_grid(positions, weights, distance), priority, np.iinfo(np.int64).max)


def _scattered(keys: np.ndarray) -> np.ndarray:
    """Hash rows of integers, so that bins of equal weight come in an order without direction."""
    mixed = np.zeros(len(keys), np.uint64)
    for axis in keys.T:
        mixed = (mixed ^ axis.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _check_bandwidth(bandwidth: float) -> None:
    if not (math.isfinite(bandwidth) and bandwidth > 0):
        raise InputError(f"The bandwidth is {bandwidth}; it must be a number above 0.")
