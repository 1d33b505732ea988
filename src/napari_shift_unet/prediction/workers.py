"""Several tiles at once, each on a core of its own.

Cores that share one tile wait for each other after every layer, and the longer the busier the
machine is. Cores that have a tile each wait once, at the end; the last tiles are cut into bands for
that, so that all cores have work to the end.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
import torch
from jaxtyping import Float

from ..geometry import Tile, TilePlan
from ..geometry.planning import DEFAULT_ACTIVATION_BYTES
from .runner import Runner
from .threads import single_threads

if TYPE_CHECKING:
    from concurrent.futures import Future

K = TypeVar("K")
Run = Callable[[np.ndarray, tuple[int, ...]], np.ndarray]
"""A `Runner`, of which only the call counts."""


@dataclass(frozen=True, slots=True)
class Band(Tile):
    """Rows of a tile that are predicted by themselves; often all of them."""

    window: tuple[int, ...]
    """Output window in px."""
    last: bool = True
    """Whether the tile is done with it."""


@dataclass(frozen=True, slots=True)
class Job(Generic[K]):
    """A block for the network, and what it is for."""

    key: K
    block: Float[np.ndarray, "c *read"]
    window: tuple[int, ...]


def count_workers(runner: Runner, plan: TilePlan) -> int:
    """Return how many tiles of a plan may be computed at once.

    One per thread of torch, as long as all of them take no more memory than one tile in one pass
    would or than an automatic window may, and one where the network cannot be read in strips.
    """
    per_tile = runner.streamed_bytes(plan.input_size)
    if per_tile is None:
        return 1
    footprint = plan.footprint
    one_pass = footprint.activation_bytes(plan.output_window)
    most = max(one_pass, DEFAULT_ACTIVATION_BYTES[footprint.ndim]) // per_tile
    return max(1, min(torch.get_num_threads(), most))


def bands(plan: TilePlan, tile: Tile, pieces: int) -> Iterator[Band]:
    """Cut a tile into bands of rows, of which there may be fewer.

    They lie on the lattice of the tile: each pixel is computed from the same ones as without.
    """
    if pieces == 1:
        yield Band(tile.index, tile.read, tile.write, plan.output_window)
        return
    period, context = plan.period[0], plan.context[0]
    (first, stop), *others = tile.write
    rows = -(-(stop - first) // (pieces * period)) * period
    for start in range(first, stop, rows):
        end = min(start + rows, stop)
        window = plan.footprint.window_at_least((end - start, *plan.output_window[1:]))
        read = ((start - context, start + window[0] + context), *tile.read[1:])
        yield Band(tile.index, read, ((start, end), *others), window, end == stop)


def best_pieces(plan: TilePlan, tiles: int, workers: int) -> int:
    """Return in how many bands some tiles are to be cut so that workers are done soonest."""
    period, footprint = plan.period[0], plan.footprint
    blocks = -(-plan.crop[0] // period)

    def time(pieces: int) -> int:
        rows = -(-blocks // pieces) * period
        band = footprint.window_at_least((rows, *plan.output_window[1:]))
        return -(-tiles * pieces // workers) * footprint.work(band)

    return min(range(1, min(blocks, 2 * workers) + 1), key=time) if tiles else 1


def run_all(
    run: Run, jobs: Iterable[Job[K]], workers: int
) -> Generator[tuple[K, Float[np.ndarray, "o *window"]], None, None]:
    """Run jobs, some at once, and yield key and output of each in the order of the jobs.

    The next jobs are drawn, and so their pixels read, while the workers compute. An error in one
    is raised in its turn. Closing it waits for what runs.
    """
    if workers == 1:
        for job in jobs:
            yield job.key, run(job.block, job.window)
        return
    waiting: deque[tuple[K, Future[np.ndarray]]] = deque()
    with single_threads(workers, "tile") as pool:
        for job in jobs:
            waiting.append((job.key, pool.submit(run, job.block, job.window)))
            del job
            if len(waiting) > workers:
                key, done = waiting.popleft()
                yield key, done.result()
        while waiting:
            key, done = waiting.popleft()
            yield key, done.result()
