"""What is found where two label images of one image are compared: objects of both, of one kind."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from jaxtyping import Int


class FindingKind(StrEnum):
    """Kinds of findings, gravest first."""

    @property
    def number(self) -> int:
        """Value of its pixels in a picture of findings, from 1."""
        return list(type(self)).index(self) + 1


@dataclass(frozen=True)
class Finding:
    """Objects of A and of B that belong together."""

    kind: FindingKind
    ids_a: tuple[int, ...]
    ids_b: tuple[int, ...]
    area_a_px: int
    """Pixels of all its objects in A."""
    area_b_px: int
    iou: float
    """Largest intersection over union of one of its objects and one of the other image."""
    low: tuple[int, ...]
    """First pixel of the box around all of it, along each axis."""
    high: tuple[int, ...]
    """The pixel behind its last."""

    @property
    def facts(self) -> dict[str, Any]:
        """What JSON says of it."""
        return {
            "kind": str(self.kind),
            "ids_a": list(self.ids_a),
            "ids_b": list(self.ids_b),
            "area_a_px": self.area_a_px,
            "area_b_px": self.area_b_px,
            "iou": round(self.iou, 4),
            "box": [[*self.low], [*self.high]],
        }


def graver(a: Int[np.ndarray, " n"], b: Int[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Return the graver kind of each two by their numbers; 0 is none."""
    worst: Int[np.ndarray, " n"] = np.where((a == 0) | (b == 0), a + b, np.minimum(a, b))
    return worst
