"""How far the embedding jumps between neighbouring pixels, at seams and elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, prod

import numpy as np
from jaxtyping import Float, Int, Integer

from ..images import PixelArray
from .comb import Comb
from .jump_loops import add_jumps

SLAB_VALUES = 2**23
"""Numbers of the embedding that are held at once."""
LATTICE = (1, 2, 3, 4, 8, 9, 16, 27, 32)
"""Distances at which a network repeats itself: a seam stands out among these neighbours too."""
TOPS = (4, 8, 16, 32)
"""Seams are looked for among so many lines of largest jump,"""
HIT = 0.9
"""of which each seam is one with this probability."""


@dataclass(frozen=True)
class JumpProfile:
    """Neighbouring pixels of objects at the lines 0 ... length - 1 of one axis; none at line 0."""

    total: Float[np.ndarray, " lines"]
    """Sum of the distances in the embedding across the line."""
    pixels: Int[np.ndarray, " lines"]
    """Number of neighbours."""
    total_between: Float[np.ndarray, " lines"]
    """Of the sum, what is between different labels."""
    pixels_between: Int[np.ndarray, " lines"]
    """Of the neighbours, those of different labels."""

    @property
    def mean(self) -> Float[np.ndarray, " lines"]:
        """Mean distance across each line; 0 where no objects are."""
        mean: np.ndarray = self.total / np.maximum(self.pixels, 1)
        return mean


@dataclass(frozen=True)
class Jump:
    """The seams of one axis compared with all other lines of it."""

    ratio: float
    """Mean distance across seams over that across other lines; 1 means no seam."""
    p_value: float
    """Share of the positions of the grid with as large a mean, the true one included."""
    disagreement: float
    """Share of neighbouring pixels of objects whose labels differ across a seam."""
    disagreement_elsewhere: float


def measure_jumps(
    labels: Integer[np.ndarray, "*axes"], embedding: PixelArray, axis: int
) -> JumpProfile:
    """Measure an embedding `(c, *axes)`, slab by slab, between neighbours along an axis."""
    sums = np.zeros((4, labels.shape[axis]))
    for slab in _slabs(labels.shape, int(embedding.shape[0]), axis):
        part = np.ascontiguousarray(labels[slab], np.int32)
        points = np.ascontiguousarray(embedding[(slice(None), *slab)], np.float32)
        flat = prod(part.shape[:axis]), part.shape[axis], prod(part.shape[axis + 1 :])
        lines = slice(slab[axis].start + 1, slab[axis].stop)
        add_jumps(part.reshape(flat), points.reshape(-1, *flat), sums[:, lines])
    total, pixels, total_between, pixels_between = sums
    return JumpProfile(
        total, pixels.astype(np.int64), total_between, pixels_between.astype(np.int64)
    )


def compare(profile: JumpProfile, seams: Sequence[int]) -> Jump | None:
    """Compare the seams of an axis with all other lines; `None` without seams or objects there.

    The p-value permutes the position of the grid: all seams are shifted together along the axis,
    from its end to its beginning, by every possible distance.
    """
    if not len(seams):
        return None
    lines = np.zeros(len(profile.total), bool)
    lines[list(seams)] = True
    elsewhere = ~lines
    counted = profile.pixels[lines].sum(), profile.pixels[elsewhere].sum()
    if not all(counted):
        return None
    shifts = np.arange(len(lines) - 1)
    moved = (np.array(seams)[None] - 1 + shifts[:, None]) % len(shifts) + 1
    means = profile.total[moved].sum(axis=1) / np.maximum(profile.pixels[moved].sum(axis=1), 1)
    rest = profile.total[elsewhere].sum() / counted[1]
    return Jump(
        ratio=float(means[0] / rest) if rest > 0 else 1.0,
        p_value=float(np.mean(means >= means[0])),
        disagreement=float(profile.pixels_between[lines].sum() / counted[0]),
        disagreement_elsewhere=float(profile.pixels_between[elsewhere].sum() / counted[1]),
    )


def jump_comb(profile: JumpProfile) -> Comb:
    """Return the evidence for seams at each line: whether it is among those of largest jump.

    A jump counts in comparison with the largest one at the distances of `LATTICE`, so that neither
    the pattern of a network nor a change of density along the axis passes for a seam. Without seams
    every line is as likely to be among the largest.
    """
    known = np.flatnonzero(profile.pixels)
    mean = profile.mean
    around = np.zeros_like(mean)
    for distance in LATTICE:
        for there in (known - distance, known + distance):
            reachable = (there > 0) & (there < len(mean))
            at = known[reachable]
            around[at] = np.maximum(around[at], mean[there[reachable]])
    contrast = mean[known] / np.maximum(around[known], np.finfo(float).tiny)
    rank = len(known) - np.searchsorted(np.sort(contrast), contrast)  # of equal ones, the last
    tops = [top for top in TOPS if 4 * top <= len(known)]
    rows = np.zeros((max(1, len(tops)), len(mean)))
    for row, top in zip(rows, tops, strict=False):
        share = top / len(known)
        row[known] = np.where(rank <= top, log(HIT / share), log((1 - HIT) / (1 - share)))
    return Comb(rows, np.full(len(rows), -log(len(rows))))


def _slabs(shape: tuple[int, ...], channels: int, axis: int) -> Iterator[tuple[slice, ...]]:
    """Cut an axis into slabs that share one position with the next."""
    length = shape[axis]
    thick = max(1, SLAB_VALUES // max(1, channels * prod(shape) // length))
    for start in range(0, length - 1, thick):
        along = slice(start, min(start + thick + 1, length))
        yield tuple(along if at == axis else slice(None) for at in range(len(shape)))


def _ends(length: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the ranges of all positions but the last, and all but the first."""
    return (0, length - 1), (1, length)
