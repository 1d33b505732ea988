"""The output of the network before it is rounded, where the check of a run looks at it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..images.arrays import Box
from .opened import Opened
from .tasks import PREDICT, common


@dataclass(frozen=True, eq=False)
class SeenOutput:
    """What units have kept of their output for `check_events`, since the stored one is rounded."""

    run: Opened

    def window(self, plane: tuple[int, ...], box: Box) -> np.ndarray:
        """Return the output `(c, *box)` of one of the windows of `Opened.checked`, float32."""
        number = self.run.checked.index((plane, box))
        sides = [side.stop - side.start for side in box]
        output = np.full((self.run.model.out_channels, *sides), np.nan, np.float32)
        for unit, part in self._units(plane, box):
            starts = zip(part, box, strict=True)
            within = (slice(p.start - b.start, p.stop - b.start) for p, b in starts)
            output[:, *within] = self.run.store.read(PREDICT, unit)[f"check-{number}"]
        return output

    def extremes(self) -> tuple[float, float]:
        """Return the lowest and the highest value of the whole output."""
        marks = [self.run.store.read(PREDICT, unit) for unit in range(len(self.run.layout))]
        lows, highs = ([float(arrays[name]) for arrays in marks] for name in ("low", "high"))
        return min(lows), max(highs)

    def _units(self, plane: tuple[int, ...], box: Box) -> Iterator[tuple[int, Box]]:
        """Yield the units that hold a part of a box, and that part."""
        layout = self.run.layout
        first = int(np.ravel_multi_index(plane, layout.loops)) if plane else 0
        for number in layout.units_of(first):
            part = common(layout.unit(number).box, box)
            if part is not None:
                yield number, part
