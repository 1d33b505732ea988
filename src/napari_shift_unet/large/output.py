"""The output of the network in full precision, where a check asks for it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..geometry.needed import tiles_of
from ..images import read_block
from .opened import Opened
from .tasks import PREDICT, as_stored, predict_tile


@dataclass(frozen=True, eq=False)
class PredictedAgain:
    """Stands for the stitched output `(c, *axes)` of all planes.

    Pixels that are asked for are stitched anew from their tiles, since the stored ones may be
    rounded. Those that are stored must be the same, rounded: else NaN is returned, which no check
    lets pass.
    """

    run: Opened

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels, then the size per axis in px."""
        return (self.run.model.out_channels, *self.run.selection.shape)

    def __getitem__(self, key: tuple[Any, ...]) -> np.ndarray:
        """Stitch a box of one plane: a slice for the channels, an index per loop, then the box."""
        run, loops = self.run, len(self.run.selection.loop_axes)
        index, box = key[1 : 1 + loops], key[1 + loops :]
        pixels = run.selection.plane(index)
        output = np.empty((self.shape[0], *(side.stop - side.start for side in box)), np.float32)
        for tile in tiles_of(run.plan, [box]):
            window = predict_tile(run, pixels, tile)
            both = [
                (max(side.start, a), min(side.stop, b))
                for side, (a, b) in zip(box, tile.write, strict=True)
            ]
            to = (slice(a - s.start, b - s.start) for (a, b), s in zip(both, box, strict=True))
            of = (slice(a - w, b - w) for (a, b), (w, _) in zip(both, tile.write, strict=True))
            output[:, *to] = window[:, *of]
        stored = read_block(run.embedding, (slice(None), *run.layout.place_of(index, box)))
        if not np.array_equal(as_stored(output, run.job.stored), stored):
            output[:] = np.nan
        return output

    def min(self) -> float:
        """Return the lowest value of all units."""
        return min(float(arrays["low"]) for arrays in self._marks())

    def max(self) -> float:
        """Return the highest value of all units."""
        return max(float(arrays["high"]) for arrays in self._marks())

    def _marks(self) -> Any:
        return (self.run.store.read(PREDICT, unit) for unit in range(len(self.run.layout)))
