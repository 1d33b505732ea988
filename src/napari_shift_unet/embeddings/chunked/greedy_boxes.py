"""Boxes in embedding space, to be asked which of them meet another one."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False)
class Boxes:
    """Many boxes, in the order of their lowest coordinate along the first axis.

    Attributes
    ----------
    lows, highs : float64 arrays, (n, d)
        Corners.
    order : int64 array, (n,)
        Which box of those given each one is.
    widest : float
        Longest side along the first axis.
    """

    lows: Float[np.ndarray, "n d"]
    highs: Float[np.ndarray, "n d"]
    order: Int[np.ndarray, " n"]
    widest: float

    @classmethod
    def sort(cls, lows: Float[np.ndarray, "n d"], highs: Float[np.ndarray, "n d"]) -> Self:
        """Take boxes in any order."""
        order = np.argsort(lows[:, 0], kind="stable")
        widest = float((highs[:, 0] - lows[:, 0]).max(initial=0))
        return cls(lows[order], highs[order], order, widest)

    def meeting(
        self, low: Float[np.ndarray, " d"], high: Float[np.ndarray, " d"]
    ) -> Int[np.ndarray, " m"]:
        """Return, in ascending order, the boxes that meet one; none where that is empty."""
        first = np.searchsorted(self.lows[:, 0], low[0] - self.widest)
        final = np.searchsorted(self.lows[:, 0], high[0], side="right")
        some = slice(first, max(first, final))
        meets = (self.highs[some] >= low).all(axis=1) & (self.lows[some] <= high).all(axis=1)
        return np.sort(self.order[some][meets])
