"""The curve of a sweep: means over images by window, as table, picture and facts."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..images import writing
from .contrast import Contrast, contrast_of, on_lattice
from .table import Measurement

CURVE, FACTS = "sweep.csv", "sweep.json"


@dataclass(frozen=True)
class Point:
    """One window; all but the first and the last are means over images."""

    window: int
    """Output window in px."""
    false_splits: float
    ap: float
    """TP / (TP + FP + FN) at an overlap of 0.5."""
    false_splits_at_seams: float
    false_merges: float
    distant_false_merges: float
    images: int


@dataclass(frozen=True)
class Sweep:
    """What was measured, at windows that all images went through."""

    settings: dict[str, Any]
    """What was swept: model, its hash and clustering, data."""
    period: tuple[int, ...]
    """Of the network in px per axis."""
    rows: tuple[Measurement, ...]

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The curve, smallest window first."""
        windows = sorted({row.window for row in self.rows})
        return tuple(_point([row for row in self.rows if row.window == w]) for w in windows)

    @cached_property
    def contrast(self) -> Contrast | None:
        """Windows off the lattice against those on it."""
        return contrast_of(self.rows, self.period)

    @property
    def facts(self) -> dict[str, Any]:
        """What sweep.json holds and `shift-unet sweep --json` prints; plain JSON types."""
        return {
            **self.settings,
            "period": list(self.period),
            "curve": [
                {**asdict(point), "multiple_of_the_period": on_lattice(point.window, self.period)}
                for point in self.points
            ],
            "contrast": asdict(self.contrast) if self.contrast else None,
        }


def write_curve(folder: Path, points: Sequence[Point]) -> None:
    """Write sweep.csv.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with writing(folder / CURVE) as temporary, temporary.open("w", newline="") as file:
        lines = csv.DictWriter(file, Point.__dataclass_fields__, lineterminator="\n")
        lines.writeheader()
        lines.writerows(
            {name: f"{value:.6g}" for name, value in asdict(point).items()} for point in points
        )


def write_facts(folder: Path, facts: dict[str, Any]) -> None:
    """Write sweep.json.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with writing(folder / FACTS) as temporary:
        temporary.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _point(rows: Sequence[Measurement]) -> Point:
    names = ("false_splits", "ap", "false_splits_at_seams", "false_merges", "distant_false_merges")
    means = {name: float(np.mean([getattr(row, name) for row in rows])) for name in names}
    return Point(window=rows[0].window, images=len(rows), **means)
