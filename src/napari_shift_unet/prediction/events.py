"""What a running prediction tells; a command prints it, a widget draws it, a test lists it."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from ..geometry import Tile, TilePlan


@dataclass(frozen=True, slots=True)
class Started:
    """The plan that is about to run."""

    plan: TilePlan
    planes: int
    device: str
    precision: str


@dataclass(frozen=True, slots=True)
class TileDone:
    """One tile was written."""

    plane: tuple[int, ...]
    """Position along the axes that are gone through plane by plane; empty without such axes."""
    tile: Tile
    done: int
    """Tiles done so far, over all planes."""
    total: int
    seconds_left: float
    """Mean time per tile so far, times the tiles that are left."""


@dataclass(frozen=True, slots=True)
class BackedOff:
    """Memory ran out; the prediction goes on with a smaller window."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    plan: TilePlan

    def __str__(self) -> str:
        """Say it to the user."""
        size = " x ".join(map(str, self.after))
        return (
            f"Out of memory at an output window of {' x '.join(map(str, self.before))} px; "
            f"going on with {size} px, the next smaller legal one."
        )


PredictionEvent = Started | TileDone | BackedOff

Result = TypeVar("Result")


def drain(events: Generator[Any, None, Result]) -> Result:
    """Run a generator of events to its end and return its result."""
    while True:
        try:
            next(events)
        except StopIteration as stop:
            result: Result = stop.value
            return result
