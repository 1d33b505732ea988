"""A summary of embedded pixels that is the same for any order of pixels, blocks and tiles."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Float, Int

from ..errors import InputError
from .binning_loops import STEPS, count_bins, find_bins

_FURTHEST = 2.0**31  # bins from the origin, so that a position is exact in float64


@dataclass(frozen=True, eq=False)
class BinnedPoints:
    """Points gathered in cubic bins: how many there are in each, and where their mean lies.

    Bins are multiples of `edge` and sums are whole numbers of steps of `edge` / 65,536. Adding
    whole numbers is associative, so the summary of an image is exactly the merged summary of its
    parts, in whatever order they come. Bins are kept in lexicographic order of their keys.

    Attributes
    ----------
    edge : float
        Bin edge in embedding units.
    keys : int64 array, (bins, d)
        Position of each bin in edges.
    counts : int64 array, (bins,)
        Points in each bin.
    sums : int64 array, (bins, d)
        Sum over a bin's points of their offsets from its lower corner, in steps.
    """

    edge: float
    keys: Int[np.ndarray, "bins d"]
    counts: Int[np.ndarray, " bins"]
    sums: Int[np.ndarray, "bins d"]

    @classmethod
    def from_points(cls, points: Float[np.ndarray, "n d"], edge: float) -> Self:
        """Gather points in bins of the given edge, both in embedding units.

        Raises
        ------
        InputError
            For points that are not finite, or further than 2^31 edges from the origin.
        """
        columns = in_columns(points)
        low, high = _check(columns, edge)
        scale = STEPS / edge
        first, last = (np.rint(ends * scale).astype(np.int64) >> 16 for ends in (low, high))
        size = [int(n) + 1 for n in last - first]
        if len(points) and math.prod(size) <= 4 * len(points):
            return cls._counted(edge, columns, first, size)
        keys, counts, sums = find_bins(columns, scale)
        keys = keys.astype(np.int64)
        order, _ = group_rows(keys)
        return cls(edge, keys[order], counts[order], sums[order])

    def merge(self, *others: Self) -> Self:
        """Return the summary of all points of this one and the others.

        Raises
        ------
        InputError
            If their edges or dimensions differ.
        """
        parts = (self, *others)
        layouts = sorted({(part.edge, part.keys.shape[1]) for part in parts})
        if len(layouts) > 1:
            raise InputError(
                f"The summaries to be merged differ in (bin edge, dimensions): {layouts}. "
                "Make all with one edge from one embedding."
            )
        return self._gathered(
            self.edge,
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.counts for part in parts]),
            list(np.concatenate([part.sums for part in parts]).T),
        )

    @property
    def means(self) -> Float[np.ndarray, "bins d"]:
        """Mean of each bin's points in embedding units, float64."""
        return (self.keys + self.sums / (self.counts[:, np.newaxis] * float(STEPS))) * self.edge

    def __len__(self) -> int:
        return len(self.counts)

    @classmethod
    def _gathered(
        cls, edge: float, keys: np.ndarray, counts: np.ndarray, sums: list[np.ndarray]
    ) -> Self:
        order, starts = group_rows(keys)
        if len(starts) == 0:
            return cls(edge, keys, counts, keys.copy())
        return cls(
            edge=edge,
            keys=keys[order[starts]],
            counts=np.add.reduceat(counts[order], starts),
            sums=np.stack([np.add.reduceat(axis[order], starts) for axis in sums], axis=1),
        )

    @classmethod
    def _counted(cls, edge: float, columns: np.ndarray, low: np.ndarray, size: list[int]) -> Self:
        """Gather points whose bins lie close together, in a table of all bins."""
        counts = np.zeros(math.prod(size), np.int64)
        sums = np.zeros((len(counts), len(size)), np.int64)
        count_bins(columns, STEPS / edge, low, np.array(size), counts, sums)
        found = np.flatnonzero(counts)
        keys = np.stack(np.unravel_index(found, size), axis=1) + low
        return cls(edge, keys, counts[found], sums[found])


def group_rows(
    rows: Int[np.ndarray, "n d"],
) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " groups"]]:
    """Sort rows of integers lexicographically and find where each distinct one begins.

    Returns
    -------
    order : int array, (n,)
        Indices that sort the rows; equal rows keep their order.
    starts : int array, (groups,)
        Positions in `order` at which a new row begins.
    """
    if len(rows) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    low, high = rows.min(axis=0), rows.max(axis=0)
    code, span = np.zeros(len(rows), np.int64), 1
    for axis, width in enumerate((high - low + 1).tolist()):
        if span * width >= 2**63:  # ranks keep the order and are small again
            distinct, code = np.unique(code, return_inverse=True)
            span = len(distinct)
        code = code * width + (rows[:, axis] - low[axis])
        span *= width
    order = np.argsort(code, kind="stable")
    code = code[order]
    return order, np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]]))


def check_finite(points: Float[np.ndarray, "n d"]) -> None:
    """Refuse embedded pixels that are nowhere.

    Raises
    ------
    InputError
        With their number.
    """
    if not np.isfinite(points.sum(dtype=np.float64)):
        count = np.count_nonzero(~np.isfinite(points).all(axis=1))
        raise InputError(
            f"The embedding of {count} pixels is NaN or infinite. "
            "Check the image and the model that made it."
        )


def in_columns(points: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "d n"]:
    """Return points one coordinate after the other, as images have them: mostly without a copy.

    Single precision is kept; loops are then compiled for two types at most.
    """
    kept = np.float32 if points.dtype == np.float32 else np.float64
    return np.ascontiguousarray(points.T, kept)


def _check(
    columns: Float[np.ndarray, "d n"], edge: float
) -> tuple[Float[np.ndarray, " d"], Float[np.ndarray, " d"]]:
    """Return the lowest and highest coordinates, in double precision."""
    if not (np.isfinite(edge) and edge > 0):
        raise InputError(f"The bin edge is {edge}; it must be a number above 0.")
    if columns.shape[1] == 0:
        return np.zeros(len(columns)), np.zeros(len(columns))
    low, high = columns.min(axis=1).astype(np.float64), columns.max(axis=1).astype(np.float64)
    furthest = float(np.maximum(-low, high).max(initial=0.0))
    if not np.isfinite(furthest):
        check_finite(columns.T)
    if furthest / edge >= _FURTHEST:
        raise InputError(
            f"Bins of {edge:.3g} are too fine for an embedding that reaches {furthest:.3g}. "
            "Choose a larger bandwidth."
        )
    return low, high
