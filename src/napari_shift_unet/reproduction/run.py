"""From a figure to its files: train, stitch, measure, draw."""

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ..errors import OutputError
from ..images import writing
from .config import Claim, Figure, Row
from .lessons import Learning, learn
from .measures import Measures, measure
from .picture import Panels, write_picture
from .stitching import stitch


@dataclass(frozen=True)
class Finding:
    """One row, measured."""

    row: Row
    measures: Measures

    def value(self, claim: Claim) -> float:
        """Return what was measured of a claim."""
        return float(getattr(self.measures, claim.measure))

    @property
    def facts(self) -> dict[str, Any]:
        """Plain JSON."""
        recipe = self.row.lesson.recipe
        return {
            "title": self.row.title,
            "period_px": recipe.spec.period[0],
            "training_window_px": self.row.lesson.seen_px,
            "steps": recipe.steps,
            "stitched_px": self.row.crop_px,
            "measures": self.measures.facts,
            "claims": [
                claim.model_dump() | {"measured": self.value(claim), "holds": self.holds(claim)}
                for claim in self.row.claims
            ],
        }

    def holds(self, claim: Claim) -> bool:
        """Whether a claim holds."""
        return claim.holds(self.value(claim))


@dataclass(frozen=True)
class Report:
    """A figure and what was measured of it."""

    figure: Figure
    findings: Sequence[Finding]

    @property
    def holds(self) -> bool:
        """Whether everything that the figure claims was found."""
        return all(found.holds(claim) for found in self.findings for claim in found.row.claims)

    @property
    def facts(self) -> dict[str, Any]:
        """What is written as JSON."""
        return {
            "figure": self.figure.name,
            "claim": self.figure.claim,
            "holds": self.holds,
            "rows": [found.facts for found in self.findings],
        }


def reproduce(
    figure: Figure, output: Path, device: str = "auto"
) -> Generator[Learning, None, Report]:
    """Train the networks of a figure, apply them, and write `NAME.png` and `NAME.json`.

    Parameters
    ----------
    figure
        From `figures.find_figure`.
    output
        Folder to write into; created if it is not there.
    device
        `"auto"`, `"cpu"`, `"cuda"` or `"mps"`. A processor computes in one thread and gives the
        same numbers each time.

    Yields
    ------
    Learning
        For every step; `figure.steps` are in all.

    Raises
    ------
    DeviceError
        If the device is absent or too small.
    ModelError
        If a training diverged.
    OutputError
        If the files cannot be written.
    """
    _make_folder(output)
    with _one_thread():
        models, first = [], 0
        for lesson in figure.lessons:
            models.append((yield from learn(lesson, device, first)))
            first += lesson.recipe.steps
        findings, panels = [], []
        for row in figure.rows:
            view = stitch(row, models[figure.lessons.index(row.lesson)], device)
            findings.append(Finding(row, measure(view)))
            panels.append(Panels(row.title, view))
    report = Report(figure, findings)
    write_picture(output / f"{figure.name}.png", panels)
    with writing(output / f"{figure.name}.json") as temporary:
        temporary.write_text(json.dumps(report.facts, indent=2) + "\n", encoding="utf-8")
    return report


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch add up in one order on every processor; small networks are no slower for it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{output} cannot be used as a folder ({error.strerror}). Choose another."
        ) from error
