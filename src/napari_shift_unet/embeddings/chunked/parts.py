"""Connected parts of the foreground across all chunks, each to be grouped by itself."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ..binning import check_finite
from ..components import split_components
from ..instances import REACH
from ..pixels import PixelEmbedding, distance_apart
from .assembly import Assembly
from .grid import ChunkGrid
from .grouping import Arrays, Finding, Known
from .pieces import ChunkPieces, cut_pieces
from .source import Chunk

MOST_PARTS = 2**23
"""Parts that one coordinate in single precision can hold apart."""

PARTS = "parts"


@dataclass(frozen=True)
class FindParts:
    """Join the parts of the foreground across chunks; nothing in an image without a confidence."""

    bandwidth: float
    name: str = PARTS

    def tell(self, chunk: Chunk, known: Known) -> Arrays:
        """Return the parts of a chunk, and the lowest and highest coordinates of its foreground.

        Raises
        ------
        InputError
            If the embedding of the foreground is not finite.
        """
        if chunk.pixels.confidence is None:
            return {}
        points = chunk.pixels[chunk.inside].points.astype(np.float64)
        check_finite(points.T)
        grid = chunk.source.grid
        _, pieces = cut_pieces(chunk.inside.astype(np.int64), grid, chunk.index, split=True)
        return pieces.to_arrays() | {
            "low": points.min(axis=1, initial=np.inf),
            "high": points.max(axis=1, initial=-np.inf),
        }

    def gather(self, told: Iterable[Arrays], grid: ChunkGrid) -> Finding:
        """Join the parts of all chunks and number them in raster order, as in the whole image.

        Raises
        ------
        InputError
            If they are too many.
        """
        assembly, lows, highs = Assembly(), [], []
        for index, arrays in zip(grid, told, strict=True):
            if not arrays:
                return Finding({})
            lows.append(arrays["low"])
            highs.append(arrays["high"])
            assembly.add(index, ChunkPieces.from_arrays(arrays))
        numbers = assembly.groups()
        count = int(numbers.max(initial=0))
        if count > MOST_PARTS:
            raise InputError(
                f"The foreground has {count} parts; at most {MOST_PARTS} can be grouped each by "
                "itself. Group all together, without by_part."
            )
        distance = 0.0
        if count:
            low, high = np.min(lows, axis=0), np.max(highs, axis=0)
            distance = distance_apart(low, high, REACH * self.bandwidth)
        own = ({"numbers": numbers[assembly.place(index)]} for index in grid)
        return Finding({"distance": np.array(distance)}, own)


def listed(chunk: Chunk, known: Known) -> PixelEmbedding:
    """List the pixels of a chunk's foreground, its parts held apart if they are known."""
    pixels, found = chunk.pixels[chunk.inside], known.get(PARTS, {})
    if "numbers" not in found:
        return pixels
    pieces = split_components(chunk.inside)[chunk.inside]
    return pixels.beside(found["numbers"][pieces - 1], float(found["distance"]))
