"""Which tiles of a plan parts of the image need."""

from collections.abc import Iterable

import numpy as np

from .tiling import Tile, TilePlan


def tiles_of(plan: TilePlan, boxes: Iterable[tuple[slice, ...]]) -> list[Tile]:
    """Return the tiles, in raster order, that write to at least one of these boxes.

    Parameters
    ----------
    plan
        All tiles of the image.
    boxes
        Parts of the image in px, with a start and a stop; they may overlap and leave the image.
    """
    needed = np.zeros(plan.grid, bool)
    for box in boxes:
        needed[
            tuple(
                _places(max(0, side.start), min(side.stop, length), crop)
                for side, length, crop in zip(box, plan.shape, plan.crop, strict=True)
            )
        ] = True
    return [plan.tile(tuple(map(int, index))) for index in np.argwhere(needed)]


def _places(start: int, stop: int, crop: int) -> slice:
    """Return the places in the grid of tiles along an axis."""
    return slice(start // crop, -(-stop // crop)) if start < stop else slice(0, 0)
