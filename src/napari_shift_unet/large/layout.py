"""Units of work: one chunk of one plane each, which nobody else writes."""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from ..embeddings import ChunkGrid
from ..geometry import Tile, TilePlan
from ..images import Image, Selection
from ..images.arrays import Box

FILE_AXES = "tzyx"
"""Order of the axes in files."""


@dataclass(frozen=True)
class Unit:
    """A chunk of a plane."""

    plane: tuple[int, ...]
    """Position along the axes that are gone through plane by plane."""
    chunk: tuple[int, ...]
    """Position in the grid of chunks of a plane."""
    box: Box
    """Pixels of the plane."""


@dataclass(frozen=True)
class Layout:
    """Chunks of all planes, numbered in raster order, one plane after the other.

    Attributes
    ----------
    selection
        Planes of the image; its pixels are not read.
    plan
        Tiles of a plane.
    chunk
        In px per axis of the network, a multiple of the crop.
    """

    selection: Selection
    plan: TilePlan
    chunk: tuple[int, ...]

    @cached_property
    def grid(self) -> ChunkGrid:
        """Chunks of a plane."""
        return ChunkGrid.regular(self.plan.shape, self.chunk)

    @property
    def planes(self) -> int:
        """Number of planes."""
        return len(self.selection)

    def __len__(self) -> int:
        """Return the number of units."""
        return self.planes * len(self.grid)

    def units_of(self, plane: int) -> range:
        """Return the numbers of the units of a plane, in raster order."""
        return range(plane * len(self.grid), (plane + 1) * len(self.grid))

    def plane_of(self, unit: int) -> int:
        """Return the number of the plane of a unit."""
        return unit // len(self.grid)

    @property
    def loops(self) -> tuple[int, ...]:
        """Length of the axes that are gone through plane by plane."""
        return self.selection.shape[: len(self.selection.loop_axes)]

    def plane_index(self, plane: int) -> tuple[int, ...]:
        """Return the position of a plane along the axes that are gone through plane by plane."""
        return _unravel(plane, self.loops)

    def unit(self, number: int) -> Unit:
        """Return a unit by its number."""
        plane, place = divmod(number, len(self.grid))
        chunk = _unravel(place, [len(lengths) for lengths in self.grid.sizes])
        return Unit(self.plane_index(plane), chunk, self.grid.box(chunk))

    def tiles(self, unit: Unit) -> list[Tile]:
        """Return the tiles that are written to a unit, in raster order."""
        each = [chunk // crop for chunk, crop in zip(self.chunk, self.plan.crop, strict=True)]
        ranges = [
            range(i * n, min((i + 1) * n, count))
            for i, n, count in zip(unit.chunk, each, self.plan.grid, strict=True)
        ]
        places = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(ranges))
        return [self.plan.tile(tuple(place)) for place in places.tolist()]

    def place(self, unit: Unit) -> tuple[Any, ...]:
        """Return where the pixels of a unit lie in an array of `file_axes`."""
        return self.place_of(unit.plane, unit.box)

    def place_of(self, plane: tuple[int, ...], box: Box) -> tuple[Any, ...]:
        """Return where a box of a plane lies in an array of `file_axes`."""
        at: dict[str, Any] = dict(zip(self.selection.loop_axes, plane, strict=True))
        at |= dict(zip(self.selection.space, box, strict=True))
        return tuple(at[letter] for letter in self.file_axes)

    @property
    def file_axes(self) -> str:
        """Axes of the labels in files."""
        return "".join(letter for letter in FILE_AXES if letter in self.selection.axes)

    def file_chunk(self) -> tuple[int, ...]:
        """Return the stored chunk per axis of `file_axes`: that of a unit."""
        lengths = dict(zip(self.selection.space, self.chunk, strict=True))
        return tuple(lengths.get(letter, 1) for letter in self.file_axes)

    def donor(self, channels: int | None = None) -> Image:
        """Return an image without pixels that has the shape, pixel size and place of results."""
        image, letters = self.selection.image, self.file_axes
        space = "".join(letter for letter in letters if letter in "zyx")
        shape = tuple(image.size(letter) for letter in letters)
        if channels is not None:
            letters, shape = "c" + letters, (channels, *shape)
        return Image(
            data=np.broadcast_to(np.zeros((), np.int32), shape),
            axes=letters,
            scale=image.scale_along(space),
            units=image.units_along(space),
            translate=image.translate_along(space),
            name=image.name,
        )


def chunk_for(plan: TilePlan, most_px: int) -> tuple[int, ...]:
    """Return the largest chunk of whole tiles, alike along all axes, that has no more pixels.

    A chunk holds one tile at least; no axis is longer than the image needs.
    """
    chunk = list(plan.crop)
    while True:
        possible = [a for a, n in enumerate(chunk) if n < plan.shape[a]]
        shortest = min(reversed(possible), key=lambda a: chunk[a], default=None)
        if shortest is None:
            return tuple(chunk)
        longer = chunk.copy()
        longer[shortest] += plan.crop[shortest]
        if prod(longer) > most_px:
            return tuple(chunk)
        chunk = longer


def _unravel(number: int, shape: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(number, tuple(shape))) if len(shape) else ()
