"""What is guaranteed of a run without seams, and what a check of it has measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from ..geometry import TilePlan
from ..images import Normalisation
from ..networks import Model
from ..prediction import Precision

TOLERANCE: dict[Precision, float] = {"float32": 1e-5, "bfloat16": 0.02}
"""What rounding may change in windows of another size, in parts of the output's range."""


@dataclass(frozen=True)
class Window:
    """A part of the output across tile borders that was predicted again; in px, half-open."""

    plane: tuple[int, ...]
    """Position along the axes that are gone through plane by plane."""
    start: tuple[int, ...]
    stop: tuple[int, ...]
    difference: float
    """Largest absolute difference of any channel from the stitched output."""


@dataclass(frozen=True)
class Check:
    """Windows across tile borders, predicted again in one piece and compared."""

    windows: tuple[Window, ...]
    """None where no two tiles meet."""
    output_range: float
    """Of the whole stitched output, zero included."""
    cost: float
    """Computing of the check over that of the prediction."""
    seconds: float

    @property
    def maximum_difference(self) -> float | None:
        """Largest absolute difference; `None` without windows."""
        return max((window.difference for window in self.windows), default=None)

    @property
    def relative_difference(self) -> float | None:
        """Largest difference in parts of the output's range; `None` without windows."""
        if self.maximum_difference is None:
            return None
        return self.maximum_difference / self.output_range if self.output_range else 0.0


@dataclass(frozen=True)
class Refusal:
    """Why a run has no certificate."""

    reason: str
    check: Check | None = None
    """Of a run that is expected to have seams too."""


@dataclass(frozen=True)
class Certificate:
    """A run whose stitched output equals one pass over the whole image, and did where checked."""

    model: Model
    plan: TilePlan
    normalisations: tuple[Normalisation, ...]
    device: str
    precision: Precision
    check: Check

    @property
    def methods(self) -> str:
        """What a Methods section may say of the run."""
        card, plan = self.model.config, self.plan
        low, high = card.percentiles
        digest = f" (SHA-256 {self.model.hash[:12]})" if self.model.hash else ""
        made = (
            f"The network '{card.name}'{digest} was run with napari-shift-unet "
            f"{version('napari-shift-unet')} in {self.precision} on {self.device}, on intensities "
            f"scaled once for the whole image (percentiles {low:g} and {high:g})"
        )
        if not self.check.windows:
            return f"{made}, in one pass, so that no tiles had to be stitched."
        difference = self.check.relative_difference
        rounding = (
            "" if self.precision == "float32" else f", up to the rounding of {self.precision}"
        )
        agreed = f"differed by at most {difference:.1g} of the output's range"
        return (
            f"{made}, in tiles of {px_text(plan.crop)} on its {px_text(plan.period)} lattice that "
            f"were read with a context of {px_text(plan.context)} per side: the stitched output "
            f"equals that of one pass over the whole image{rounding}. "
            f"{windows_text(len(self.check.windows))} centred on randomly drawn tile borders, "
            f"predicted again, {agreed if difference else 'agreed to the last bit'}."
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What run.json states; plain JSON types."""
        check = self.check
        return {
            "model_hash": self.model.hash,
            "period": list(self.plan.period),
            "context_px": list(self.plan.context),
            "crop": list(self.plan.crop),
            "normalisation": {
                "percentiles": list(self.model.config.percentiles),
                "intensity_range": [[n.low, n.high] for n in self.normalisations],
            },
            "arithmetic": {"precision": self.precision, "device": self.device},
            "windows": [
                {name: list(v) if isinstance(v, tuple) else v for name, v in vars(window).items()}
                for window in check.windows
            ],
            "maximum_difference": check.maximum_difference,
            "relative_difference": check.relative_difference,
            "tolerance": TOLERANCE[self.precision],
            "cost": round(check.cost, 4),
            "seconds": round(check.seconds, 3),
            "methods": self.methods,
        }


def certificate_facts(found: Certificate | Refusal | None) -> dict[str, Any]:
    """Return what run.json states of a certificate, or why there is none."""
    if isinstance(found, Certificate):
        return {"certificate": found.facts}
    in_part = "only parts of the image have been predicted, or predicted again."
    return {"certificate": None, "no_certificate": found.reason if found else in_part}


def px_text(sizes: Sequence[int]) -> str:
    """Return sizes per axis for people."""
    return " x ".join(map(str, sizes)) + " px"


def windows_text(windows: int) -> str:
    """Return a number of windows that a sentence may begin with."""
    return "One window" if windows == 1 else f"{windows} windows"
