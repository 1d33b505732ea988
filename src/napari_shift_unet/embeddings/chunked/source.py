"""Chunks as they are read, and what is told of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from ...errors import InputError
from ...images.arrays import Box
from ..pixels import PixelEmbedding
from .grid import ChunkGrid, Index


@dataclass(frozen=True, slots=True)
class ChunkDone:
    """One chunk went through one stage; all go through a stage before the next one begins."""

    stage: str
    """Name of a pass of the grouping, such as "parts" or "summary", then "pieces" and "labels"."""
    index: Index
    done: int
    """Chunks that have gone through this stage."""
    total: int
    """Chunks of the image."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """Embedded pixels of a chunk, and which of them belong to objects."""

    index: Index
    box: Box
    pixels: PixelEmbedding
    inside: Bool[np.ndarray, "*chunk"]
    source: "Source"
    """Where it comes from; a way of grouping may look at the neighbours too."""


@dataclass(frozen=True, eq=False)
class Source:
    """An embedded image that is read chunk by chunk, as often as it is asked for.

    Attributes
    ----------
    read
        Returns the embedded pixels of a box; all boxes have a confidence, or none.
    grid
        How the image is cut.
    threshold
        Confidence from which a pixel belongs to an object.
    """

    read: Callable[[Box], PixelEmbedding]
    grid: ChunkGrid
    threshold: float

    def __iter__(self) -> Iterator[Chunk]:
        """Read one chunk after the other, in raster order."""
        return map(self.chunk, self.grid)

    def chunk(self, index: Index) -> Chunk:
        """Read one chunk.

        Raises
        ------
        InputError
            If the embedding is not of the size of the chunk.
        """
        box = self.grid.box(index)
        pixels = self.read(box)
        wanted = tuple(side.stop - side.start for side in box)
        if pixels.space != wanted:
            raise InputError(
                f"The embedding of chunk {index} has {pixels.space} px instead of {wanted}. "
                "Check the grid against the image."
            )
        if pixels.confidence is None:
            return Chunk(index, box, pixels, np.ones(wanted, bool), self)
        return Chunk(index, box, pixels, pixels.confidence >= self.threshold, self)

    def done(self, stage: str, index: Index) -> ChunkDone:
        """Tell that a chunk, and all before it, went through a stage."""
        counts = [len(lengths) for lengths in self.grid.sizes]
        return ChunkDone(stage, index, 1 + int(np.ravel_multi_index(index, counts)), len(self.grid))
