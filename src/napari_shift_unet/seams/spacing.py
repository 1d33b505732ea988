"""Objects that lie on a regular grid of their own, as in arrays of wells.

The ends of such objects line up as those of cut objects do: a grid of their spacing, or of a
multiple of it, would look like tiles. It is told from tiles by the foreground between the lines,
which repeats from cell to cell of an array and is anywhere in a tile.
"""

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
USUAL = 0.8
"""Share of the lines at one place of the cells whose evidence the array itself accounts for."""


def own_spacings(profile: Profile) -> tuple[int, ...]:
    """Return the distances at which objects repeat along an axis, in px, ascending."""
    if not len(profile.widths):
        return ()
    foreground = _foreground(profile)
    length = float(np.median(np.repeat(profile.counts, profile.counts)))
    largest = min(int(MOST_LENGTHS * length), profile.length // LEAST_REPEATS)
    sizes = range(SMALLEST_TILE, largest + 1)
    return tuple(size for size in sizes if _explained(foreground, size) >= EXPLAINED)


def beyond_array(
    rows: Float[np.ndarray, "rows length"], spacing: int
) -> Float[np.ndarray, "rows length"]:
    """Return the evidence of lines beyond that of nearly all lines at the same place of a cell."""
    length = rows.shape[1]
    cells = rows[:, : length // spacing * spacing].reshape(len(rows), -1, spacing)
    usual = np.quantile(cells, USUAL, axis=1).clip(min=0)
    beyond: np.ndarray = rows - usual[:, np.arange(length) % spacing]
    return beyond


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
