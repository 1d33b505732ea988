"""Tiles, and a plan of them: where the network reads and what is kept of its output."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import SupportsIndex, overload

from .footprint import BYTES_PER_VALUE, Footprint

Interval = tuple[int, int]


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
        faults = tuple(
            f"{width} along {' and '.join(names)} {fault}"
            for (width, fault), names in axes_of.items()
        )
        return faults + (self.footprint.flaws if any(self.seams) else ())

    @property
    def exact_axes(self) -> tuple[bool, ...]:
        """Whether the tiles meet without a seam, per axis."""
        flawed = bool(self.footprint.flaws)
        return tuple(
            not (seams and flawed) and not self._faults(axis)
            for axis, seams in enumerate(self.seams)
        )

    @property
    def legal(self) -> bool:
        """Whether the stitched result equals the whole image in one pass ([R], section 4)."""
        return not self.reasons

    @property
    def nearest_legal_crops(self) -> tuple[tuple[int, ...], ...]:
        """One or two legal crops per axis that are nearest to the chosen one, in px.

        The larger one may need a larger output window.
        """
        return tuple(self._nearest_crops(axis) for axis in range(len(self.shape)))

    @property
    def redundancy(self) -> float:
        """Computing of the plan over that of each layer's pixels computed once."""
        ideal = self.footprint.ideal_work_per_pixel * prod(self.shape)
        return len(self) * self.footprint.work(self.output_window) / ideal

    def peak_memory_bytes(self, out_channels: int, in_channels: int = 1) -> int:
        """Forecast of peak memory: image and result in single precision, and one tile's pass."""
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
        return map(self.tile, _in_raster_order(self.grid))

    def tile(self, index: tuple[int, ...]) -> Tile:
        """Return the tile at a place of the grid."""
        starts = [i * c for i, c in zip(index, self.crop, strict=True)]
        read = tuple(
            (start - context, start + window + context)
            for start, window, context in zip(starts, self.output_window, self.context, strict=True)
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
            fault = f"is off the {period}-px lattice; use {self._advice(axis)}"
            found.append((f"the crop of {crop} px", fault))
        context, required = self.context[axis], self.footprint.required_context[axis]
        if context < required:
            fault = f"is smaller than the {required} px that the network's padding reaches"
            found.append((f"the context of {context} px", fault))
        return found

    def _nearest_crops(self, axis: int) -> tuple[int, ...]:
        crop, period = self.crop[axis], self.period[axis]
        below, above = crop // period * period, -(-crop // period) * period
        return tuple(n for n in dict.fromkeys((below, above)) if n > 0)

    def _advice(self, axis: int) -> str:
        """Name the nearest legal crops of an axis, and the tile that too large a one needs."""
        crops, limit = self._nearest_crops(axis), self.output_window[axis]
        fitting = " or ".join(str(n) for n in crops if n <= limit)
        advice = [f"{fitting} px"] if fitting else []
        for crop in crops:
            if crop > limit:
                tile = self.footprint.window_at_least((crop,) * len(self.shape))[axis]
                advice.append(f"{crop} px with a tile of {tile} px")
        return ", or ".join(advice)


def _in_raster_order(grid: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Count through a grid; itertools.product would first list the places of every axis."""
    if not grid:
        yield ()
        return
    for first in range(grid[0]):
        for others in _in_raster_order(grid[1:]):
            yield first, *others
