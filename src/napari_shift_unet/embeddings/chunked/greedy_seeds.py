"""The seeds of all chunks: pixels that no more important seed takes."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..config import ClusterConfig
from .greedy_boxes import Boxes
from .greedy_loops import FREE, OPEN, TAKEN, propose, reached_by
from .greedy_search import Search
from .greedy_table import SeedTable, bounds_of, foreground_of, places_in_image
from .grid import ChunkGrid
from .grouping import Arrays, Finding, Known
from .source import Chunk


@dataclass(frozen=True)
class FindSeeds:
    """Find the proposals of the whole image, and which of them can have pixels of each chunk."""

    config: ClusterConfig
    name: str = "seeds"

    def tell(self, chunk: Chunk, known: Known) -> Arrays:
        """Return the proposals of a chunk, and what may be one: it is open.

        An open pixel comes with the last chunk that may take it, in raster order; -1 where it is
        for another open pixel of this chunk alone that it cannot be decided.
        """
        pixels, rest = foreground_of(chunk, self.config)
        low, high = bounds_of(pixels.points)
        margin = max(rest, float(pixels.reach.max(initial=0)))
        best_first = pixels.best_first()
        count = np.count_nonzero(pixels.scores >= self.config.seed_threshold)
        pixels = pixels[best_first[:count]]
        found = last = np.zeros(0, np.int64)
        if len(pixels):
            cells, others = pixels.cells(), known["reach"]
            own = np.empty(len(pixels), np.int64)
            own[cells.order] = np.arange(len(pixels))
            squared = np.square(pixels.reach)[cells.order]
            highest = reached_by(cells, others["lows"], others["highs"], others["owners"])
            state = np.where(highest >= 0, OPEN, FREE)
            found, last = propose(cells, squared, state, own, *pixels.balls()), highest[own]
        wanted = found != FREE
        pixels = pixels[wanted]
        return pixels.to_arrays() | {
            "places": places_in_image(chunk, pixels.places),
            "certain": found[wanted] == TAKEN,
            "last": last[wanted],
            "low": low,
            "high": high,
            "margin": np.array(margin),
        }

    def gather(self, told: Iterable[Arrays], grid: ChunkGrid) -> Finding:
        """Decide what is open as soon as no chunk to come can change it.

        Raises
        ------
        InputError
            If that is too much to be kept.
        """
        search, bounds = Search(), []
        for chunk, arrays in enumerate(told):
            search.add(chunk, SeedTable.from_arrays(arrays), arrays["certain"], arrays["last"])
            bounds.append((arrays["low"], arrays["high"], float(arrays["margin"])))
        seeds = search.proposals()
        furthest = max(margin for _, _, margin in bounds)
        boxes = Boxes.sort(*seeds.boxes(np.maximum(seeds.reach, furthest)))

        def near(low: Float[np.ndarray, " d"], high: Float[np.ndarray, " d"]) -> Arrays:
            numbers = boxes.meeting(low, high)
            return seeds[numbers].to_arrays() | {"numbers": numbers}

        return Finding({}, (near(low, high) for low, high, _ in bounds))
