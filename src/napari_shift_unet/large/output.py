"""The output of the network in full precision, where the check of a run looks at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..images.arrays import Box
from .opened import Opened
from .tasks import PREDICT, common


@dataclass(frozen=True, eq=False)
class CheckedOutput:
    """Stands for the stitched output `(c, *axes)` of all planes in `certify_events`.

    The stored output may be rounded; units have kept what the check wants to see before that.
    """

    run: Opened

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels, then the size per axis in px."""
        return (self.run.model.out_channels, *self.run.selection.shape)

    def __getitem__(self, key: tuple[Any, ...]) -> np.ndarray:
        """Return a window: a slice for the channels, an index per loop, then the box."""
        loops = len(self.run.selection.loop_axes)
        wanted = (tuple(key[1 : 1 + loops]), tuple(key[1 + loops :]))
        number = self.run.checked.index(wanted)
        sides = [side.stop - side.start for side in wanted[1]]
        output = np.full((self.shape[0], *sides), np.nan, np.float32)
        for unit, box in self._units(*wanted):
            part = self.run.store.read(PREDICT, unit)[f"check-{number}"]
            starts = zip(box, wanted[1], strict=True)
            output[:, *(slice(b.start - w.start, b.stop - w.start) for b, w in starts)] = part
        return output

    def min(self) -> float:
        """Return the lowest value of all units."""
        return min(float(arrays["low"]) for arrays in self._marks())

    def max(self) -> float:
        """Return the highest value of all units."""
        return max(float(arrays["high"]) for arrays in self._marks())

    def _units(self, plane: tuple[int, ...], box: Box) -> Iterator[tuple[int, Box]]:
        """Yield the units that hold a part of a box, and that part."""
        layout = self.run.layout
        for number in range(len(layout)):
            unit = layout.unit(number)
            part = common(unit.box, box)
            if unit.plane == plane and part is not None:
                yield number, part

    def _marks(self) -> Any:
        return (self.run.store.read(PREDICT, unit) for unit in range(len(self.run.layout)))
