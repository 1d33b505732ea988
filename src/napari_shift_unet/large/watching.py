"""A large run for somebody who watches: pictures fill in unit by unit, what is looked at first."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..geometry import TilePlan
from ..images import Selection
from ..images.arrays import Box
from ..prediction import Started
from ..segmentation.inputs import Pixels
from .finishing import LargeRun
from .gaze import Gaze
from .opened import LABELS, open_run
from .pictures import Pictures
from .run import LargeEvent, UnitDone, segment_large_events
from .tasks import PREDICT, RELABEL


@dataclass(frozen=True)
class Watchable:
    """Arrays are there that can be looked at, and fill in from now on."""

    labels: Path
    """An OME-Zarr of labels; `colours_of` says where the colours lie."""
    selection: Selection
    plan: TilePlan
    chunks: int
    """Number of units."""


@dataclass(frozen=True)
class Filled:
    """A part of the arrays has got its pixels, in all resolutions."""

    what: Literal["colours", "labels"]
    plane: tuple[int, ...]
    box: Box


WatchedEvent = LargeEvent | Watchable | Filled


def watch_large_events(
    image: Pixels, folder: str | Path, *, gaze: Gaze, **how: Any
) -> Generator[WatchedEvent, None, LargeRun]:
    """Segment an image as `segment_large_events` does, and paint what has been done.

    Parameters
    ----------
    image, folder
        As there.
    gaze
        Where somebody looks; units are predicted in that order.
    **how
        Further arguments of `segment_large_events`.

    Yields
    ------
    WatchedEvent
        The same events; `Watchable` after `Started`, and `Filled` for every unit that can be seen.
    """
    folder = Path(folder).expanduser().resolve()
    events = segment_large_events(image, folder, order=gaze.nearest_first, **how)
    pictures: Pictures | None = None
    try:
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                result: LargeRun = end.value
                return result
            yield event
            if isinstance(event, Started):
                run = open_run(folder)
                pictures = Pictures(run)
                labels = run.store.path(LABELS)
                yield Watchable(labels, run.selection, run.plan, len(run.layout))
                for unit in pictures.catch_up():
                    yield _filled(folder, "colours", unit)
            elif isinstance(event, UnitDone) and event.unit is not None and pictures is not None:
                if event.stage == PREDICT:
                    pictures.paint(event.unit)
                    yield _filled(folder, "colours", event.unit)
                elif event.stage == RELABEL:
                    pictures.fill_labels(event.unit)
                    yield _filled(folder, "labels", event.unit)
    finally:
        events.close()


def _filled(folder: Path, what: Literal["colours", "labels"], number: int) -> Filled:
    unit = open_run(folder).layout.unit(number)
    return Filled(what, unit.plane, unit.box)
