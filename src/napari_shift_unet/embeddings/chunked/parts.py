"""Connected parts of the foreground across all chunks, each to be grouped by itself."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ...errors import InputError
from ..binning import check_finite
from ..components import split_components
from ..instances import REACH
from ..pixels import PixelEmbedding, distance_apart
from .assembly import Assembly
from .pieces import cut_pieces
from .source import Chunk, ChunkDone, Source

MOST_PARTS = 2**23
"""Parts that one coordinate in single precision can hold apart."""


@dataclass(frozen=True, eq=False)
class Parts:
    """What is known of the parts of the whole image.

    Attributes
    ----------
    assembly
        Where the pieces of each chunk stand.
    numbers : int array, (pieces,)
        Part of each piece, from 1 in raster order, as in the whole image.
    distance
        How far parts are held apart, in embedding units.
    """

    assembly: Assembly
    numbers: Int[np.ndarray, " pieces"]
    distance: float

    def hold_apart(self, chunk: Chunk) -> PixelEmbedding:
        """List the foreground of a chunk, with one more coordinate that tells its parts."""
        own = self.numbers[self.assembly.place(chunk.index)]
        pieces = split_components(chunk.inside)[chunk.inside]
        return chunk.pixels[chunk.inside].beside(own[pieces - 1], self.distance)


def find_parts(source: Source, bandwidth: float) -> Generator[ChunkDone, None, Parts | None]:
    """Join the parts of the foreground across chunks; None for an image without a confidence.

    Raises
    ------
    InputError
        If the parts are too many, or the embedding of one is not finite.
    """
    assembly, lows, highs = Assembly(), [], []
    for chunk in source:
        if chunk.pixels.confidence is None:
            return None
        points = chunk.pixels[chunk.inside].points.astype(np.float64)
        check_finite(points.T)
        lows.append(points.min(axis=1, initial=np.inf))
        highs.append(points.max(axis=1, initial=-np.inf))
        pieces = cut_pieces(chunk.inside.astype(np.int64), source.grid, chunk.index, split=True)[1]
        assembly.add(chunk.index, pieces)
        yield source.done("parts", chunk.index)
    numbers = assembly.groups()
    count = int(numbers.max(initial=0))
    if count > MOST_PARTS:
        raise InputError(
            f"The foreground has {count} parts; at most {MOST_PARTS} can be grouped each by "
            "itself. Group all together, without by_part."
        )
    if count == 0:
        return Parts(assembly, numbers, 0.0)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    return Parts(assembly, numbers, distance_apart(low, high, REACH * bandwidth))
