"""What came of predicting a run again, or parts of it."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Bool

from ..seams import Audit, Repair
from .earlier import EarlierRun
from .embedded import EmbeddedImage

Way = Literal["predict-again", "strips"]


@dataclass(frozen=True)
class Renewed:
    """Labels before and after, and the prediction that changed them."""

    way: Way
    repair: Repair
    """The new labels, their number and size before and after, and pairs that are one object now."""
    where: Bool[np.ndarray, "*axes"]
    """Pixels that hold values of a tiling without seams now and did not before."""
    embedded: EmbeddedImage | None
    """The prediction after the repair. `None` where nothing was predicted and nothing known; after
    strips of a run whose own prediction is not at hand it is 0 outside of `where`."""
    tiles_predicted: int
    computing: float
    """Multiply-adds of it over those of predicting everything again without seams."""
    seconds: float
    tiles_kept: int = 0
    """Tiles of the new plan that the earlier run held already."""

    @property
    def facts(self) -> dict[str, Any]:
        """What run.json and `shift-unet repair --json` say of it; plain JSON types."""
        return {
            "way": self.way,
            "tiles_predicted": self.tiles_predicted,
            "tiles_kept": self.tiles_kept,
            "computing": round(self.computing, 3),
            "pixels_renewed": int(np.count_nonzero(self.where)),
            "seconds": round(self.seconds, 3),
            **self.repair.facts,
        }


def unchanged(run: EarlierRun, way: Way, audited: Audit | None) -> Renewed:
    """Return what comes of a run that has nothing to repair."""
    nowhere = np.zeros(run.labels.shape, bool)
    return Renewed(way, run.report(run.labels, audited), nowhere, run.embedded, 0, 0.0, 0.0)
