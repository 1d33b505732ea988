"""Where the tiles of a run met in its labels."""

from collections.abc import Mapping
from typing import Any

from ..seams import AxisTiling
from .counts import Seams


def seams_of_run(facts: Mapping[str, Any], shape: tuple[int, ...]) -> Seams | None:
    """Return where the tiles of a run met, per axis in px; `None` if it does not say.

    Parameters
    ----------
    facts
        What run.json says of the run.
    shape
        Of its labels; space comes last.
    """
    crop = facts.get("crop")
    if not isinstance(crop, list | tuple) or not 1 <= len(crop) <= len(shape):
        return None
    if not all(isinstance(size, int) and size > 0 for size in crop):
        return None
    lengths = shape[-len(crop) :]
    seams = [AxisTiling(size).seams(n) for size, n in zip(crop, lengths, strict=True)]
    return [()] * (len(shape) - len(crop)) + seams
