"""Where tiles met in labels."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..seams import AxisTiling
from .counts import Seams


def seams_along(shape: Sequence[int], tile: Sequence[int], offset: Sequence[int]) -> Seams:
    """Return where seams lie along each axis of an image, in px.

    Parameters
    ----------
    shape
        Of the image; its last axes are the spatial ones, and others have no seams.
    tile, offset
        Distance of the seams and position of the first one, for the last axes in px.

    Raises
    ------
    InputError
        If they make no tiling.
    """
    others = len(shape) - len(tile)
    seams = [
        AxisTiling(size, first % max(1, size)).seams(length)
        for size, first, length in zip(tile, offset, shape[others:], strict=True)
    ]
    return [()] * others + seams


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
    return seams_along(shape, crop, (0,) * len(crop))
