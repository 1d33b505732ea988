"""Mean shift of an image in chunks: one summary of all, then the nearest mode in each."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ..binning import BinnedPoints
from ..config import ClusterConfig
from ..modes import bin_edge, find_modes, nearest_mode
from .grid import ChunkGrid
from .grouping import Arrays, Finding, Known, Pass
from .parts import FindParts, listed
from .source import Chunk


@dataclass(frozen=True)
class FindModes:
    """Summarise all chunks, and find the modes of the whole image."""

    config: ClusterConfig
    threads: int | None = None
    name: str = "summary"

    def tell(self, chunk: Chunk, known: Known) -> Arrays:
        """Gather the pixels of a chunk's foreground in bins."""
        points = listed(chunk, known).points.T
        bins = BinnedPoints.from_points(points, bin_edge(self.config.bandwidth, self.config.kernel))
        return {"keys": bins.keys, "counts": bins.counts, "sums": bins.sums}

    def gather(self, told: Iterable[Arrays], grid: ChunkGrid) -> Finding:
        """Merge the bins of all chunks; of their modes only the places matter."""
        edge = bin_edge(self.config.bandwidth, self.config.kernel)
        summaries: list[BinnedPoints] = []
        for arrays in told:
            summaries.append(BinnedPoints(edge, **arrays))
            # Those of like size are merged: a bin is copied a few times and not once per chunk.
            while len(summaries) > 1 and len(summaries[-2]) < 2 * len(summaries[-1]):
                last = summaries.pop()
                summaries[-1] = summaries[-1].merge(last)
        whole = summaries[0].merge(*summaries[1:]) if len(summaries) > 1 else summaries[0]
        summaries.clear()
        modes, _ = find_modes(whole, self.config.bandwidth, self.config.kernel, self.threads)
        return Finding({"modes": modes})


@dataclass(frozen=True)
class MeanShift:
    """Every pixel belongs to the nearest mode of the density of all pixels, see `mean_shift`."""

    config: ClusterConfig
    threads: int | None = None

    @property
    def passes(self) -> tuple[Pass, ...]:
        """The parts of the foreground, if each is grouped by itself, and the modes."""
        modes = FindModes(self.config, self.threads)
        return (FindParts(self.config.bandwidth), modes) if self.config.by_part else (modes,)

    def clusters(
        self, chunk: Chunk, known: Known, threads: int | None = None
    ) -> Int[np.ndarray, "*chunk"]:
        """Give each pixel of the foreground the number of its mode, from 1."""
        clusters = np.zeros(chunk.inside.shape, np.int64)
        points, modes = listed(chunk, known).points.T, known["summary"]["modes"]
        clusters[chunk.inside] = nearest_mode(points, modes, threads) + 1
        return clusters
