"""Units in the order in which somebody wants to see them, also when the view moves meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..images.arrays import Box

if TYPE_CHECKING:
    from .opened import Opened


@dataclass(frozen=True)
class View:
    """What is looked at."""

    plane: tuple[int, ...]
    """Position along the axes that are gone through plane by plane."""
    box: Box
    """Pixels of the plane; may leave the image."""


class Gaze:
    """Where somebody looks: told by one thread, asked by another."""

    def __init__(self) -> None:
        self.view: View | None = None
        """`None` wants raster order. Replaced as a whole, so no lock is needed."""

    def nearest_first(self, run: "Opened", units: Sequence[int]) -> "NearestFirst":
        """Order units; it is an `Order` of `segment_large_events`."""
        return NearestFirst(run, units, self)


class NearestFirst(Sequence[int]):
    """Units that give the nearest one to the view of that moment whenever the next is asked for.

    Nearest in planes, then in px to the edge of the view, then to its middle. Indexing gives the
    order for the view of now.

    Parameters
    ----------
    run
        Whose units these are.
    units
        Their numbers.
    gaze
        Where somebody looks.
    """

    def __init__(self, run: "Opened", units: Sequence[int], gaze: Gaze) -> None:
        self._units, self._gaze = np.array(units, np.int64), gaze
        found = [run.layout.unit(number) for number in units]
        planes = np.array([unit.plane for unit in found], float)
        self._planes = planes.reshape(len(found), -1 if found else 0)
        self._low = np.array([[side.start for side in unit.box] for unit in found], float)
        self._high = np.array([[side.stop for side in unit.box] for unit in found], float)

    def __len__(self) -> int:
        return len(self._units)

    def __getitem__(self, at):  # type: ignore[no-untyped-def]
        return list(self)[at]

    def __iter__(self) -> Iterator[int]:
        left = np.ones(len(self), bool)
        while left.any():
            places = np.flatnonzero(left)
            place = places[self._nearest(places)]
            left[place] = False
            yield int(self._units[place])

    def _nearest(self, places: np.ndarray) -> int:
        view = self._gaze.view
        if view is None:
            return 0
        low, high = self._low[places], self._high[places]
        start = np.array([side.start for side in view.box], float)
        stop = np.array([side.stop for side in view.box], float)
        planes = np.abs(self._planes[places] - np.array(view.plane, float)).sum(axis=1)
        outside = np.maximum(0, np.maximum(low - stop, start - high))
        middle = (low + high - start - stop) / 2
        order = np.lexsort(((middle**2).sum(axis=1), (outside**2).sum(axis=1), planes))
        return int(order[0])
