"""The search for proposals that cannot be decided within one chunk."""

import numpy as np
from jaxtyping import Bool, Int

from ...errors import InputError
from .greedy_loops import FREE, OPEN, TAKEN, propose
from .greedy_table import SeedTable, bounds_of

FEWEST = 2**16
"""Open pixels are looked at anew when they are as many, and twice as many as the last time."""
MOST_OPEN = 2**24
"""Open pixels that are kept, of 60 bytes each, and as much again while they are sorted."""


class Search:
    """Takes what each chunk has found, in raster order, and decides what is open when it can."""

    def __init__(self) -> None:
        """Begin with no pixels."""
        self._certain: list[SeedTable] = []
        self._open: list[SeedTable] = []
        self._last: list[np.ndarray] = []
        self._count = self._left = 0

    def add(
        self,
        chunk: int,
        pixels: SeedTable,
        certain: Bool[np.ndarray, " n"],
        last: Int[np.ndarray, " n"],
    ) -> None:
        """Take what a chunk has found.

        Parameters
        ----------
        chunk
            Its number; all before have been taken.
        pixels
            Proposals, and pixels that may be some.
        certain
            Whether each is a proposal.
        last
            Last chunk of which a pixel may take each of those that are open.

        Raises
        ------
        InputError
            If too many pixels stay open.
        """
        self._certain.append(pixels[certain])
        self._open.append(pixels[~certain])
        self._last.append(last[~certain])
        self._count += len(self._open[-1])
        if self._count > max(FEWEST, 2 * self._left):
            self._decide(chunk)
        if self._count > MOST_OPEN:
            raise InputError(
                f"{self._count:,} pixels may be seeds that take pixels in other parts of the "
                "image, too many to keep. Use mean-shift for this model."
            )

    def proposals(self) -> SeedTable:
        """Decide all that is open, and return the proposals of all chunks, best first."""
        self._decide(max((int(last.max(initial=-1)) for last in self._last), default=-1))
        seeds = SeedTable.joined(self._certain)
        return seeds[seeds.best_first()]

    def _decide(self, done: int) -> None:
        """Decide what no chunk after `done` can change."""
        pixels, last = SeedTable.joined(self._open), np.concatenate(self._last)
        if len(pixels) == 0:
            return
        seeds = SeedTable.joined([pixels, self._certain_near(pixels)])
        order, cells = seeds.best_first(), pixels.cells()
        own = np.full(len(seeds), -1)
        own[cells.order] = np.arange(len(pixels))
        found = np.empty(len(seeds), np.int64)
        found[order] = propose(
            cells,
            np.square(pixels.reach)[cells.order],
            np.where(last > done, OPEN, FREE)[cells.order],
            own[order],
            *seeds[order].balls(),
        )
        found = found[: len(pixels)]
        self._certain.append(pixels[found == TAKEN])
        self._open, self._last = [pixels[found == OPEN]], [last[found == OPEN]]
        self._count = self._left = len(self._open[0])

    def _certain_near(self, pixels: SeedTable) -> SeedTable:
        """Return the proposals that may reach some pixels: those of the front, not of the image."""
        certain = SeedTable.joined(self._certain)
        self._certain = [certain]
        low, high = bounds_of(pixels.points)
        lows, highs = certain.boxes(certain.reach)
        return certain[(lows <= high).all(axis=1) & (highs >= low).all(axis=1)]
