"""Greedy seeds of an image in chunks: the same seeds, and the same objects, as of the whole image.

What a pixel can become depends on the pixels within reach in embedding space alone, and mostly on
those of its own chunk. Each chunk decides what no other can change; the few pixels that are left
are decided when all chunks are known from which something can reach them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ..cells import Cells
from ..config import ClusterConfig
from ..growth import adopt
from .greedy_loops import share_out
from .greedy_reach import FindReach
from .greedy_seeds import FindSeeds
from .greedy_table import SeedTable, foreground_of
from .grid import ChunkGrid
from .grouping import Arrays, Finding, Known, Pass
from .source import Chunk

NO_BUDGET = 2**62
"""A chunk has few enough pixels for the work to end."""


@dataclass(frozen=True)
class CountPixels:
    """Count what each proposal has and what it gets: mostly taken ones are no objects."""

    config: ClusterConfig
    name: str = "counts"

    def tell(self, chunk: Chunk, known: Known) -> Arrays:
        """Count the pixels of a chunk."""
        near, numbers = SeedTable.from_arrays(known["seeds"]), known["seeds"]["numbers"]
        pixels, _ = foreground_of(chunk, self.config)
        sizes = free = np.zeros(len(near), np.int64)
        if len(pixels) and len(near):
            _, _, sizes, free = _shared_out(pixels, near, float(pixels.reach.max()))
        return {"numbers": numbers, "sizes": sizes, "free": free}

    def gather(self, told: Iterable[Arrays], grid: ChunkGrid) -> Finding:
        """Give each object a number, most important first, and 0 to a proposal that is none."""
        rows = [(arrays["numbers"], arrays["sizes"], arrays["free"]) for arrays in told]
        numbers, sizes, free = (np.concatenate(column) for column in zip(*rows, strict=True))
        count = int(numbers.max(initial=-1)) + 1
        all_sizes, all_free = np.zeros(count, np.int64), np.zeros(count, np.int64)
        np.add.at(all_sizes, numbers, sizes)
        np.add.at(all_free, numbers, free)
        kept = (all_free > 0) & (all_sizes <= 2 * all_free)
        objects = np.where(kept, np.cumsum(kept), 0)
        return Finding({}, ({"objects": objects[near]} for near, _, _ in rows))


@dataclass(frozen=True)
class GreedySeeds:
    """Take the free pixel of highest confidence as a seed, and so on; see `decode_greedy_seeds`.

    The labels are those of the whole image unless its work would be cut short, see `grow`.
    """

    config: ClusterConfig
    threads: int | None = None
    """Without effect: there are many chunks to share out."""

    @property
    def passes(self) -> tuple[Pass, ...]:
        """How far chunks reach into others, then the seeds of all, then their sizes."""
        return FindReach(self.config), FindSeeds(self.config), CountPixels(self.config)

    def clusters(
        self, chunk: Chunk, known: Known, threads: int | None = None
    ) -> Int[np.ndarray, "*chunk"]:
        """Give each pixel of the foreground the number of its object, the most important one 1."""
        clusters = np.zeros(chunk.inside.shape, np.int64)
        near, objects = SeedTable.from_arrays(known["seeds"]), known["counts"]["objects"]
        pixels, rest = foreground_of(chunk, self.config)
        if len(pixels) and len(near):
            clusters[chunk.inside] = _objects_of(pixels, near, objects, rest)
        return clusters


def _shared_out(
    pixels: SeedTable, near: SeedTable, furthest: float
) -> tuple[Cells, np.ndarray, np.ndarray, np.ndarray]:
    """Return the cells of pixels, and what `share_out` finds there."""
    cells = pixels.cells()
    squared = np.square(pixels.reach)[cells.order]
    return cells, *share_out(cells, squared, *near.balls(), furthest)


def _objects_of(
    pixels: SeedTable, near: SeedTable, objects: Int[np.ndarray, " k"], rest: float
) -> Int[np.ndarray, " n"]:
    """Return the number of each pixel's object, or 0."""
    cells, takers, _, _ = _shared_out(pixels, near, 0.0)
    kept = np.flatnonzero(objects)
    position = np.full(len(near) + 1, -1)  # the last one is that of pixels without a taker
    position[kept] = np.arange(len(kept))
    founders = position[takers]
    if rest > 0:
        centers, scales, _ = near[kept].balls()
        adopt(cells, centers, scales, rest, NO_BUDGET, founders)
    found = np.empty(len(pixels), np.int64)
    found[cells.order] = np.append(objects[kept], 0)[founders]
    return found
