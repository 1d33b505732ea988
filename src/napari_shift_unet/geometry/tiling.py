"""The plan of tiles: a pure function of image shape, network footprint and the user's choice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Literal, SupportsIndex, TypeAlias, overload

from ..errors import InputError
from .footprint import BYTES_PER_VALUE, Footprint

Crop: TypeAlias = int | Sequence[int] | Literal["auto", "none"]
Interval = tuple[int, int]

DEFAULT_ACTIVATION_BYTES = 512 * 2**20
"""Working memory that an automatic window may take. Larger ones leave the processor's cache."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile; half-open intervals per axis in px with respect to the image."""

    index: tuple[int, ...]
    read: tuple[Interval, ...]
    """What the network reads; may leave the image, the caller pads by reflection."""
    write: tuple[Interval, ...]
    """What is kept of the output; the writes of a plan cover the image and never overlap."""

    @property
    def keep(self) -> tuple[slice, ...]:
        """The kept part with respect to the output window."""
        return tuple(slice(0, stop - start) for start, stop in self.write)

    @property
    def target(self) -> tuple[slice, ...]:
        """`write` as slices of the image."""
        return tuple(slice(start, stop) for start, stop in self.write)


@dataclass(frozen=True, slots=True)
class TilePlan(Sequence[Tile]):
    """A sequence of tiles in raster order, and what is to be said about it before it runs."""

    shape: tuple[int, ...]
    footprint: Footprint
    output_window: tuple[int, ...]
    crop: tuple[int, ...]

    @property
    def period(self) -> tuple[int, ...]:
        """Shift equivariance period per axis in px."""
        return self.footprint.period

    @property
    def context(self) -> tuple[int, ...]:
        """Read beyond the output window per side and axis in px."""
        return self.footprint.context

    @property
    def input_size(self) -> tuple[int, ...]:
        """Network input per axis in px."""
        return self.footprint.input_size(self.output_window)

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of tiles per axis."""
        return tuple(-(-n // c) for n, c in zip(self.shape, self.crop, strict=True))

    @property
    def seams(self) -> tuple[range, ...]:
        """Positions per axis in px at which two tiles meet."""
        return tuple(range(c, n, c) for n, c in zip(self.shape, self.crop, strict=True))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why seams are expected, each reason with its axes; empty for an exact plan."""
        axes_of: dict[tuple[str, str], list[str]] = {}
        for axis, name in enumerate("zyx"[-len(self.shape) :]):
            for fault in self._faults(axis):
                axes_of.setdefault(fault, []).append(name)
        return tuple(
            f"{width} along {' and '.join(names)} {fault}"
            for (width, fault), names in axes_of.items()
        )

    @property
    def exact_axes(self) -> tuple[bool, ...]:
        """Whether the tiles meet without a seam, per axis."""
        return tuple(not self._faults(axis) for axis in range(len(self.shape)))

    @property
    def legal(self) -> bool:
        """Whether the stitched result equals the whole image in one pass ([R], section 4)."""
        return not self.reasons

    @property
    def nearest_legal_crops(self) -> tuple[tuple[int, ...], ...]:
        """One or two legal crops per axis that are nearest to the chosen one, in px."""
        return tuple(self._nearest_crops(axis) for axis in range(len(self.shape)))

    @property
    def redundancy(self) -> float:
        """Computing of the plan over that of each layer's pixels computed once."""
        ideal = self.footprint.ideal_work_per_pixel * prod(self.shape)
        return len(self) * self.footprint.work(self.output_window) / ideal

    def peak_memory_bytes(self, out_channels: int, in_channels: int = 1) -> int:
        """Forecast of peak memory: image and result in single precision, and one tile's activations."""
        whole = prod(self.shape) * (out_channels + in_channels) * BYTES_PER_VALUE
        return whole + self.footprint.activation_bytes(self.output_window)

    def __len__(self) -> int:
        """Return the number of tiles."""
        return prod(self.grid)

    @overload
    def __getitem__(self, item: SupportsIndex) -> Tile: ...
    @overload
    def __getitem__(self, item: slice) -> list[Tile]: ...
    def __getitem__(self, item: SupportsIndex | slice) -> Tile | list[Tile]:
        """Return a tile by its place in raster order."""
        places = range(len(self))[item]
        if isinstance(places, range):
            return [self[place] for place in places]
        rest, index = places, []
        for count in reversed(self.grid):
            rest, position = divmod(rest, count)
            index.append(position)
        return self.tile(tuple(reversed(index)))

    def __iter__(self) -> Iterator[Tile]:
        """Iterate over the tiles in raster order."""
        return (self.tile(index) for index in product(*map(range, self.grid)))

    def tile(self, index: tuple[int, ...]) -> Tile:
        """Return the tile at a place of the grid."""
        starts = [i * c for i, c in zip(index, self.crop, strict=True)]
        read = tuple(
            (start - context, start + window + context)
            for start, window, context in zip(
                starts, self.output_window, self.context, strict=True
            )
        )
        write = tuple(
            (start, min(start + crop, length))
            for start, crop, length in zip(starts, self.crop, self.shape, strict=True)
        )
        return Tile(index, read, write)

    def _faults(self, axis: int) -> list[tuple[str, str]]:
        """Return width and fault for each cause of seams along an axis."""
        if not self.seams[axis]:
            return []
        found = []
        crop, period = self.crop[axis], self.period[axis]
        if crop % period:
            nearest = " or ".join(map(str, self._nearest_crops(axis)))
            fault = f"is off the {period}-px lattice; use {nearest} px"
            found.append((f"the crop of {crop} px", fault))
        context, required = self.context[axis], self.footprint.required_context[axis]
        if context < required:
            fault = f"is smaller than the {required} px that the network's padding reaches"
            found.append((f"the context of {context} px", fault))
        return found

    def _nearest_crops(self, axis: int) -> tuple[int, ...]:
        crop, period = self.crop[axis], self.period[axis]
        below = crop // period * period
        return tuple(n for n in dict.fromkeys((below, -(-crop // period) * period)) if n > 0)


def plan_tiles(
    shape: Sequence[int],
    footprint: Footprint,
    tile: int | Sequence[int] | None = None,
    crop: Crop = "auto",
    *,
    activation_bytes: int = DEFAULT_ACTIVATION_BYTES,
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
        Limit of the working memory for `tile=None`.

    Raises
    ------
    InputError
        If a size is not positive, the crop exceeds the window, or the axes do not agree.
    """
    size = tuple(int(n) for n in shape)
    if len(size) != footprint.ndim or any(n < 1 for n in size):
        raise InputError(
            f"the image is {list(size)} px; this network needs {footprint.ndim} axes of at least "
            "1 px. Choose a plane or a channel, or a model for this number of axes."
        )
    wanted = None if tile is None else _per_axis(tile, footprint.ndim, "tile")
    if wanted is None:
        kept = None if isinstance(crop, str) else _per_axis(crop, footprint.ndim, "crop")
        window = auto_window(size, footprint, activation_bytes, kept)
        wanted = window
    else:
        at_least = footprint.period if crop == "auto" else wanted
        window = footprint.window_at_least(
            tuple(max(w, n) for w, n in zip(wanted, at_least, strict=True))
        )
    if crop == "none":
        cropped = wanted
    elif crop == "auto":
        cropped = tuple(steps[-1] for steps in footprint.legal_crops(window))
    else:
        cropped = _per_axis(crop, footprint.ndim, "crop")
    for kept_px, limit in zip(cropped, window, strict=True):
        if kept_px > limit:
            raise InputError(
                f"crop is {kept_px} px, beyond the output window of {limit} px. "
                f"Use {limit // footprint.period[0] * footprint.period[0]} px or a larger tile."
            )
    return TilePlan(size, footprint, window, cropped)


def auto_window(
    shape: tuple[int, ...],
    footprint: Footprint,
    activation_bytes: int = DEFAULT_ACTIVATION_BYTES,
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
        Limit of the memory of one pass in bytes.
    crop
        What will be kept per axis in px; `None` for the largest legal crop of each window.
    """
    smallest = footprint.window_at_least(crop or footprint.period)
    if crop is not None:
        return smallest
    whole = footprint.window_at_least(tuple(max(n, t) for n, t in zip(shape, smallest, strict=True)))
    best, least = smallest, None
    for edge in range(max(smallest), max(whole) + 1, min(footprint.window_step)):
        window = footprint.window_at_least(
            tuple(max(low, min(edge, high)) for low, high in zip(smallest, whole, strict=True))
        )
        if footprint.activation_bytes(window) > activation_bytes and window != smallest:
            break
        cropped = tuple(steps[-1] for steps in footprint.legal_crops(window))
        work = len(TilePlan(shape, footprint, window, cropped)) * footprint.work(window)
        if least is None or work < least:
            best, least = window, work
    return best


def _per_axis(value: int | Sequence[int], ndim: int, name: str) -> tuple[int, ...]:
    sizes = tuple(map(int, value)) if isinstance(value, Sequence) else (int(value),) * ndim
    if len(sizes) != ndim:
        raise InputError(f"{name} has {len(sizes)} axes; this network has {ndim}. Give one number each.")
    for size in sizes:
        if size < 1:
            raise InputError(f"{name} is {size} px; it must be at least 1 px.")
    return sizes
