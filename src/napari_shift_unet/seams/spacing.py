"""Objects that lie on a regular grid of their own, as in arrays of wells.

The ends of such objects line up as those of cut objects do: a grid of their spacing, or of a
multiple of it, would look like tiles. It is told from tiles by the foreground between the lines,
which repeats from cell to cell of an array and is anywhere in a tile.
"""

import math

import numpy as np
from jaxtyping import Float

from .comb import SMALLEST_TILE
from .parts import Profile

LEAST_REPEATS = 4
MOST_LENGTHS = 3.0
"""Cells of an array hold one object each: longer ones, in object lengths, are not looked for."""
GAP = 2
"""Lines on each side of the emptiest one that tell nothing: programs leave gaps at seams, in px."""
EXPLAINED = 0.8
"""Share of the variance of the foreground along the axis that its place in a cell explains."""


def own_spacings(profile: Profile) -> tuple[int, ...]:
    """Return the distances at which objects repeat along an axis, in px, ascending."""
    if not len(profile.widths):
        return ()
    foreground = _foreground(profile)
    length = float(np.median(np.repeat(profile.counts, profile.counts)))
    largest = min(int(MOST_LENGTHS * length), profile.length // LEAST_REPEATS)
    sizes = range(SMALLEST_TILE, largest + 1)
    return tuple(size for size in sizes if _explained(foreground, size) >= EXPLAINED)


def share_of_copies(profile: Profile, spacing: int) -> float:
    """Return what the evidence of a line is worth where objects side by side look the same.

    Their ends are no independent observations: n of them count as the root of n.
    """
    side_by_side = len(profile.counts) * spacing / profile.length
    return 1 / math.sqrt(max(1.0, side_by_side))


def _foreground(profile: Profile) -> Float[np.ndarray, " length"]:
    """Return the pixels of all parts at each position of the axis."""
    begins = np.cumsum(profile.counts) - profile.counts
    places = np.arange(len(profile.widths)) - np.repeat(begins - profile.first, profile.counts)
    return np.bincount(places, weights=profile.widths, minlength=profile.length)


def _explained(foreground: Float[np.ndarray, " length"], size: int) -> float:
    """Return the adjusted R^2 of the place within a cell, for cells of a size."""
    cells = foreground[: len(foreground) // size * size].reshape(-1, size)
    emptiest = int(cells.mean(axis=0).argmin())
    told = cells[:, (emptiest + np.arange(GAP + 1, size - GAP)) % size]
    total = float(told.var(ddof=1))
    return 1 - float(told.var(axis=0, ddof=1).mean()) / total if total > 0 else 0.0
