"""The numbers of two runs beside each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped

from ..errors import InputError
from ..images import PixelArray
from ..seams import SPLIT, audit
from .differences import Comparison

Facts = Mapping[str, Any]
"""The content of a run's run.json; empty for labels of unknown origin."""
UNKNOWN = "–"


@dataclass(frozen=True)
class Row:
    """One number of both runs."""

    name: str
    a: str
    """With its unit; `UNKNOWN` where a run does not tell."""
    b: str

    @property
    def differs(self) -> bool:
        """Whether both are known and not the same."""
        return UNKNOWN not in (self.a, self.b) and self.a != self.b


@dataclass(frozen=True)
class AtSeams:
    """What was measured where the tiles of one run met; `None` where that is not known."""

    split_pairs: int | None = None
    """Pairs of objects that look like one that was cut."""
    jump: float | None = None
    """How far the embedding jumps at seams over how far elsewhere, along the worst axis."""

    @property
    def split_text(self) -> str:
        """The pairs with their unit."""
        return UNKNOWN if self.split_pairs is None else f"{self.split_pairs:,} pairs"

    @property
    def jump_text(self) -> str:
        """The jump as a multiple of what it is elsewhere; 1 is no seam."""
        return UNKNOWN if self.jump is None else f"{self.jump:.2f} x"


def _sizes(key: str) -> Callable[[Facts], str]:
    """Return what tells a size per axis in px."""

    def tell(facts: Facts) -> str:
        sizes = facts.get(key)
        if not isinstance(sizes, list) or not sizes:
            return UNKNOWN
        return f"{' x '.join(map(str, sizes))} px"

    return tell


def _value(*keys: str) -> Callable[[Facts], str]:
    """Return what tells the value under a path of keys."""

    def tell(facts: Facts) -> str:
        value: Any = facts
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return UNKNOWN if value is None else str(value)

    return tell


def _legal(facts: Facts) -> str:
    legal = facts.get("legal")
    return UNKNOWN if legal is None else ("yes" if legal else "no")


def _certificate(facts: Facts) -> str:
    if "certificate" not in facts:
        return UNKNOWN
    return "no" if facts["certificate"] is None else "yes"


def _seconds(facts: Facts) -> str:
    seconds = facts.get("seconds")
    return f"{seconds:.1f} s" if isinstance(seconds, int | float) else UNKNOWN


def _settings(facts: Facts) -> str:
    """Tell the settings of the clustering, apart from its method."""
    clustering = facts.get("clustering")
    if not isinstance(clustering, Mapping):
        return UNKNOWN
    return ", ".join(f"{k} {v}" for k, v in clustering.items() if k != "method") or "none"


TOLD: dict[str, Callable[[Facts], str]] = {
    "crop": _sizes("crop"),
    "tile": _sizes("tile"),
    "seam-free": _legal,
    "certificate": _certificate,
    "tiles": _value("tiles"),
    "model": _value("model", "name"),
    "method": _value("clustering", "method"),
    "edited by hand": _value("edited"),
    "device": _value("device"),
    "precision": _value("precision"),
    "time": _seconds,
    "settings": _settings,
}
"""What run.json says of a run, by the name of its row."""


def side_by_side(
    found: Comparison,
    facts_a: Facts,
    facts_b: Facts,
    at_seams: tuple[AtSeams, AtSeams] = (AtSeams(), AtSeams()),
) -> list[Row]:
    """Return what two runs made of an image, and how, beside each other.

    Parameters
    ----------
    found
        The comparison of their labels.
    facts_a, facts_b
        What their run.json says.
    at_seams
        What `look_at_seams` measured of each.
    """
    counts = (found.objects_a, found.objects_b)
    areas = (found.area_a_px, found.area_b_px)
    means = [
        f"{area / count:,.1f} px" if count else UNKNOWN
        for area, count in zip(areas, counts, strict=True)
    ]
    rows = [
        Row("objects", *(f"{count:,}" for count in counts)),
        Row("mean size", *means),
        Row("split at seams", *(seams.split_text for seams in at_seams)),
        Row("jump at seams", *(seams.jump_text for seams in at_seams)),
    ]
    rows += [Row(name, tell(facts_a), tell(facts_b)) for name, tell in TOLD.items()]
    return [row for row in rows if (row.a, row.b) != (UNKNOWN, UNKNOWN)]


def look_at_seams(
    labels: Shaped[np.ndarray, "..."], facts: Facts, embedding: PixelArray | None = None
) -> AtSeams:
    """Measure what happened where the tiles of a run met.

    Parameters
    ----------
    labels
        Its labels.
    facts
        What its run.json says.
    embedding
        `(c, *axes of the labels)`, in memory or lazy.

    Returns
    -------
    AtSeams
        Without numbers where the run does not say how it was tiled, or this is not its own.
    """
    crop = facts.get("crop")
    if not isinstance(crop, list) or len(crop) > labels.ndim:
        return AtSeams()
    lengths = labels.shape[-len(crop) :]
    try:
        found = audit(labels, tile=tuple(map(min, crop, lengths)), embedding=embedding)
    except InputError:
        return AtSeams()
    jumps = [jump.ratio for jump in found.jumps or () if jump is not None]
    split = sum(pair.score >= SPLIT for pair in found.pairs)
    return AtSeams(split, max(jumps, default=None))
