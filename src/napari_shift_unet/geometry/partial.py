"""Tiles for some pixels of an image: which of a plan they need, and which plan costs least."""

from itertools import product
from math import prod

import numpy as np
from jaxtyping import Bool

from .footprint import Footprint
from .planning import auto_window
from .tiling import Tile, TilePlan

CHOICES = {2: 12, 3: 6}
"""Crops that are tried per axis, by number of axes."""


def tiles_over(plan: TilePlan, wanted: Bool[np.ndarray, "*space"]) -> list[Tile]:
    """Return the tiles, in raster order, that write to at least one of these pixels."""
    grid = blocks_with(wanted, plan.crop)
    return [plan.tile(tuple(map(int, index))) for index in np.argwhere(grid)]


def blocks_with(
    wanted: Bool[np.ndarray, "*axes"], size: tuple[int, ...]
) -> Bool[np.ndarray, "*blocks"]:
    """Say of each block of a size, the last axes being space, whether it holds such a pixel."""
    blocks: np.ndarray = wanted
    for axis, step in enumerate(size, start=wanted.ndim - len(size)):
        blocks = np.logical_or.reduceat(blocks, np.arange(0, blocks.shape[axis], step), axis=axis)
    return blocks


def plan_parts(footprint: Footprint, wanted: Bool[np.ndarray, "*planes_and_space"]) -> TilePlan:
    """Return the legal plan whose tiles cover these pixels with least computing.

    Parameters
    ----------
    footprint
        What is known of the network.
    wanted
        Pixels of all planes; the last axes are those of the network. The windows are no larger
        than the automatic one for the whole image, whose plan is among those that are tried.
    """
    shape = wanted.shape[-footprint.ndim :]
    largest = auto_window(shape, footprint)
    coarse = blocks_with(wanted, footprint.period)
    plans = [
        TilePlan(shape, footprint, footprint.window_at_least(crop), crop)
        for crop in product(*(_crops(footprint, largest, axis) for axis in range(footprint.ndim)))
    ]
    return min(plans, key=lambda plan: (_work(plan, coarse), prod(plan.crop), plan.crop))


def _crops(footprint: Footprint, largest: tuple[int, ...], axis: int) -> list[int]:
    """Return multiples of the period up to the largest crop, which is among them."""
    period = footprint.period[axis]
    most = max(1, largest[axis] // period)
    counts = np.unique(np.linspace(1, most, CHOICES[footprint.ndim]).astype(int))
    return [int(count) * period for count in counts]


def _work(plan: TilePlan, coarse: Bool[np.ndarray, "*planes_and_space"]) -> int:
    per_tile = tuple(c // t for c, t in zip(plan.crop, plan.period, strict=True))
    tiles = int(np.count_nonzero(blocks_with(coarse, per_tile)))
    return tiles * plan.footprint.work(plan.output_window)
