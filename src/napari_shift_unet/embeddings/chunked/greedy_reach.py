"""Where in embedding space the pixels of each chunk can take others."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..cells import sort_into_cells
from ..config import ClusterConfig
from .greedy_boxes import Boxes
from .greedy_table import bounds_of, foreground_of
from .grid import ChunkGrid
from .grouping import Arrays, Finding, Known
from .source import Chunk

EDGE = 8
"""How many cells of the seeds' own wide are the groups of pixels to which one box belongs."""


@dataclass(frozen=True)
class FindReach:
    """Tell each chunk where pixels of others can take some of its own."""

    config: ClusterConfig
    name: str = "reach"

    def tell(self, chunk: Chunk, known: Known) -> Arrays:
        """Return boxes of all that is in reach of candidates, and one of the candidates."""
        pixels, _ = foreground_of(chunk, self.config)
        pixels = pixels[pixels.scores >= self.config.seed_threshold]
        low, high = bounds_of(pixels.points)
        lows, highs = pixels.boxes(pixels.reach)
        if len(pixels):
            cells = sort_into_cells(pixels.points, EDGE * pixels.cell_edge())
            begins = cells.starts[:-1][np.diff(cells.starts) > 0]
            lows = np.minimum.reduceat(lows[cells.order], begins)
            highs = np.maximum.reduceat(highs[cells.order], begins)
        return {"low": low, "high": high, "lows": lows, "highs": highs}

    def gather(self, told: Iterable[Arrays], grid: ChunkGrid) -> Finding:
        """Return the boxes of other chunks that meet each; their owners count in raster order."""
        chunks = list(told)
        lows = np.concatenate([arrays["lows"] for arrays in chunks])
        highs = np.concatenate([arrays["highs"] for arrays in chunks])
        owners = np.repeat(np.arange(len(chunks)), [len(arrays["lows"]) for arrays in chunks])
        boxes = Boxes.sort(lows, highs)

        def foreign(chunk: int, arrays: Arrays) -> Arrays:
            meeting = boxes.meeting(arrays["low"], arrays["high"])
            meeting = meeting[owners[meeting] != chunk]
            return {"lows": lows[meeting], "highs": highs[meeting], "owners": owners[meeting]}

        return Finding({}, (foreign(chunk, arrays) for chunk, arrays in enumerate(chunks)))
