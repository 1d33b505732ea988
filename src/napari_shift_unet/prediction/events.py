"""What a running prediction tells; a command prints it, a widget draws it, a test lists it."""

from dataclasses import dataclass

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
    """Mean time per tile, times the tiles left; the first, which warms up, counts while alone."""


@dataclass(frozen=True, slots=True)
class BackedOff:
    """Memory ran out; the prediction begins anew with a smaller window."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    plan: TilePlan

    def __str__(self) -> str:
        """Say it to the user."""
        before, after = (" x ".join(map(str, window)) for window in (self.before, self.after))
        same = " The result will be the same." if self.plan.legal else ""
        told = f"Out of memory at an output window of {before} px; beginning anew with {after} px."
        return told + same


@dataclass(frozen=True, slots=True)
class Checked:
    """A window across tile borders was predicted again, after all tiles."""

    done: int
    total: int


PredictionEvent = Started | TileDone | BackedOff | Checked
