"""From a user's choice to a plan of tiles: a pure function, which `predict` only carries out."""

import operator
from bisect import bisect_right
from collections.abc import Sequence
from math import prod
from typing import Literal, SupportsIndex, TypeAlias

from ..errors import InputError
from .footprint import Footprint
from .tiling import TilePlan

PerAxis: TypeAlias = SupportsIndex | Sequence[SupportsIndex]
"""One number for all axes or one each, numpy's integers included."""
Crop: TypeAlias = int | Sequence[int] | Literal["auto", "none"]

MAX_LENGTH = 2**31
"""Px per axis; no image is longer, and a damaged file that says so must not keep anyone waiting."""
MAX_PIXELS = 2**62
"""Of all axes; more could have more tiles than a sequence may have elements."""
DEFAULT_ACTIVATION_BYTES = {2: 2**28, 3: 2**30}
"""Working memory of an automatic window by number of axes. On processors larger 2D windows were
slower, since they leave the cache; in 3D the context weighs more than that."""


def plan_tiles(
    shape: Sequence[SupportsIndex],
    footprint: Footprint,
    tile: PerAxis | None = None,
    crop: Crop | PerAxis = "auto",
    *,
    activation_bytes: int | None = None,
) -> TilePlan:
    """Cut an image into tiles.

    Parameters
    ----------
    shape
        Spatial shape of the image in px, (z,) y, x.
    footprint
        What is known of the network.
    tile
        Output window in px, for all axes or per axis. A size that the network cannot return is cut
        out of the next larger one that it can. `None` chooses the window that costs least.
    crop
        What is kept of each window in px: `"auto"` for the largest multiple of the period, `"none"`
        for the whole window, or any number up to the window. Off the lattice it is *not* refused:
        the plan says so in `legal` and `reasons`.
    activation_bytes
        Limit of the working memory for `tile=None`; `None` takes `DEFAULT_ACTIVATION_BYTES`.

    Raises
    ------
    InputError
        If a size is not positive or beyond `MAX_LENGTH`, there are more than `MAX_PIXELS`, the crop
        exceeds the window, or the axes do not agree.
    """
    ndim = footprint.ndim
    if len(shape) != ndim or any(operator.index(n) < 1 for n in shape):
        raise InputError(
            f"the image is {list(map(operator.index, shape))} px; this network needs {ndim} axes "
            "of at least 1 px. Choose a plane or a channel, or a model for this number of axes."
        )
    longest = max(map(operator.index, shape))
    if longest > MAX_LENGTH:
        raise InputError(
            f"the image is {longest:,} px long; at most {MAX_LENGTH:,} px per axis can be planned. "
            "Check the file."
        )
    if prod(map(operator.index, shape)) > MAX_PIXELS:
        raise InputError(
            f"the image is {list(map(operator.index, shape))} px; at most {MAX_PIXELS:,} px in all "
            "can be planned. Check the file."
        )
    if isinstance(crop, str) and crop not in ("auto", "none"):
        raise InputError(f"crop is '{crop}'; use auto, none or a number of px.")
    size = tuple(map(operator.index, shape))
    kept = None if isinstance(crop, str) else _per_axis(crop, ndim, "crop")
    if tile is None:
        wanted = auto_window(size, footprint, activation_bytes, kept)
    else:
        wanted = _per_axis(tile, ndim, "tile")
    if crop == "auto":
        wanted = tuple(map(max, wanted, footprint.period))
    window = footprint.window_at_least(wanted)
    if kept is None:
        kept = wanted if crop == "none" else _largest_legal_crop(window, footprint)
    _check_fits(kept, window, footprint)
    return TilePlan(size, footprint, window, kept)


def auto_window(
    shape: tuple[int, ...],
    footprint: Footprint,
    activation_bytes: int | None = None,
    crop: tuple[int, ...] | None = None,
) -> tuple[int, ...]:
    """Return the window of least computing for an image, among those that fit the memory.

    Parameters
    ----------
    shape
        Spatial shape of the image in px.
    footprint
        What is known of the network.
    activation_bytes
        Limit of the memory of one pass in bytes; `None` takes `DEFAULT_ACTIVATION_BYTES`. Only the
        smallest legal window may exceed it.
    crop
        What will be kept per axis in px; `None` for the largest legal crop of each window.

    Returns
    -------
    tuple of int
        The smallest among windows of equal computing. A larger limit never costs more computing.
    """
    if crop is not None:
        return footprint.window_at_least(crop)
    if activation_bytes is None:
        activation_bytes = DEFAULT_ACTIVATION_BYTES[footprint.ndim]
    choices = [_even_windows(shape, footprint, axis) for axis in range(footprint.ndim)]
    best = tuple(windows[0] for windows in choices)
    least = _total_work(shape, footprint, best)
    for edge in sorted(set().union(*choices)):
        window = tuple(windows[max(0, bisect_right(windows, edge) - 1)] for windows in choices)
        if window != best and footprint.activation_bytes(window) > activation_bytes:
            break
        work = _total_work(shape, footprint, window)
        if work < least:
            best, least = window, work
    return best


def _even_windows(shape: tuple[int, ...], footprint: Footprint, axis: int) -> list[int]:
    """Return the smallest window of an axis for every number of tiles along it, in rising order."""
    period = footprint.period[axis]
    blocks = -(-shape[axis] // period)
    per_tile = [blocks]
    while per_tile[-1] > 1:
        tiles = -(-blocks // (per_tile[-1] - 1))
        per_tile.append(-(-blocks // tiles))
    crops = (count * period for count in reversed(per_tile))
    return [footprint.window_at_least((crop,) * footprint.ndim)[axis] for crop in crops]


def _total_work(shape: tuple[int, ...], footprint: Footprint, window: tuple[int, ...]) -> int:
    plan = TilePlan(shape, footprint, window, _largest_legal_crop(window, footprint))
    return prod(plan.grid) * footprint.work(window)


def _largest_legal_crop(window: tuple[int, ...], footprint: Footprint) -> tuple[int, ...]:
    return tuple(w // period * period for w, period in zip(window, footprint.period, strict=True))


def _check_fits(crop: tuple[int, ...], window: tuple[int, ...], footprint: Footprint) -> None:
    enough = footprint.window_at_least(crop)
    legal = _largest_legal_crop(window, footprint)
    for axis, name in enumerate("zyx"[-len(crop) :]):
        if crop[axis] > window[axis]:
            smaller = f"a crop of {legal[axis]} px or " if legal[axis] else ""
            raise InputError(
                f"crop is {crop[axis]} px along {name}, beyond the output window of "
                f"{window[axis]} px. Use {smaller}a tile of {enough[axis]} px."
            )


def _per_axis(value: PerAxis, ndim: int, name: str) -> tuple[int, ...]:
    try:
        sizes = (
            tuple(map(operator.index, value))
            if isinstance(value, Sequence)
            else (operator.index(value),) * ndim
        )
    except TypeError:
        raise InputError(
            f"{name} is {value!r}; it must be whole px, one number per axis."
        ) from None
    if len(sizes) != ndim:
        raise InputError(
            f"{name} has {len(sizes)} axes; this network has {ndim}. Give one number each."
        )
    for size in sizes:
        if size < 1:
            raise InputError(f"{name} is {size} px; it must be at least 1 px.")
    return sizes
