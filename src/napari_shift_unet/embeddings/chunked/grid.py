"""An image cut into boxes that meet face to face."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from math import prod
from typing import Self

from ...errors import InputError
from ...images.arrays import Box

Index = tuple[int, ...]
"""Position of a chunk in its grid, or the step from one chunk to a neighbour."""


@dataclass(frozen=True)
class ChunkGrid:
    """Chunks between planes that go through the whole image; a sequence of them is in raster order.

    Attributes
    ----------
    sizes : tuple of tuple of int
        Lengths of the chunks along each axis in px, as `chunks` of a dask array.

    Raises
    ------
    InputError
        For a length below 1 px.
    """

    sizes: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Refuse chunks without pixels."""
        if not all(lengths and min(lengths) > 0 for lengths in self.sizes):
            raise InputError(
                f"The chunks are {self.sizes} px; every axis needs one, of 1 px at least."
            )

    @classmethod
    def regular(cls, shape: tuple[int, ...], chunk: tuple[int, ...]) -> Self:
        """Cut a shape into chunks of one size; the last ones along an axis may be smaller (px)."""
        if len(shape) != len(chunk) or min(chunk, default=0) < 1:
            raise InputError(
                f"The chunk is {chunk} px for an image of {shape} px; "
                "give one length per axis, 1 px at least."
            )
        return cls(
            tuple(
                tuple(min(c, n - start) for start in range(0, n, c))
                for n, c in zip(shape, chunk, strict=True)
            )
        )

    @cached_property
    def starts(self) -> tuple[tuple[int, ...], ...]:
        """Where the chunks begin along each axis, and where the last one ends, in px."""
        return tuple(tuple(accumulate(lengths, initial=0)) for lengths in self.sizes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Size of the image per axis in px."""
        return tuple(starts[-1] for starts in self.starts)

    def box(self, index: Index) -> Box:
        """Return the pixels of a chunk as slices of the image."""
        return tuple(
            slice(starts[i], starts[i + 1]) for starts, i in zip(self.starts, index, strict=True)
        )

    def steps(self, index: Index) -> Iterator[Index]:
        """Yield the steps, -1, 0 or 1 per axis, to all chunks that touch one, if by a corner."""
        for step in product((-1, 0, 1), repeat=len(self.sizes)):
            there = tuple(i + s for i, s in zip(index, step, strict=True))
            inside = all(0 <= i < len(n) for i, n in zip(there, self.sizes, strict=True))
            if inside and any(step):
                yield step

    def __iter__(self) -> Iterator[Index]:
        """Yield the position of every chunk in raster order."""
        return product(*(range(len(lengths)) for lengths in self.sizes))

    def __len__(self) -> int:
        """Return the number of chunks."""
        return prod(len(lengths) for lengths in self.sizes)
