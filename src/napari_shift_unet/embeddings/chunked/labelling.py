"""Labels of an image that is read chunk by chunk, the same as those of the whole."""

from collections.abc import Callable, Generator
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int, Integer

from ...errors import InputError
from ...images.arrays import Box
from ..config import ClusterConfig, ClusterMethod
from ..pixels import PixelEmbedding
from .assembly import Assembly
from .greedy import GreedySeeds
from .grid import ChunkGrid, Index
from .grouping import Arrays, Grouping, Pass
from .mean_shift import MeanShift
from .pieces import ChunkPieces, cut_pieces
from .source import Chunk, ChunkDone, Source

GROUPINGS: dict[ClusterMethod, Callable[[ClusterConfig, int | None], Grouping]] = {
    "mean-shift": MeanShift,
    "greedy-seeds": GreedySeeds,
}
"""Ways of grouping that work chunk by chunk; each takes its settings and a number of threads."""


@runtime_checkable
class LabelArray(Protocol):
    """Where labels go: numpy, memory maps and zarr all have what is asked."""

    @property
    def dtype(self) -> Any:
        """Type of integers."""

    def __getitem__(self, box: Box, /) -> Any: ...

    def __setitem__(self, box: Box, values: Any, /) -> None: ...


def grouping_of(config: ClusterConfig, threads: int | None = None) -> Grouping:
    """Return how an image is grouped chunk by chunk.

    Raises
    ------
    InputError
        For a method that needs the whole image at once.
    """
    if config.method not in GROUPINGS:
        raise InputError(
            f"The method is {config.method}, which needs the whole image at once. "
            f"Use {' or '.join(GROUPINGS)} to group chunk by chunk."
        )
    return GROUPINGS[config.method](config, threads)


def label_chunks(
    read: Callable[[Box], PixelEmbedding],
    grid: ChunkGrid,
    config: ClusterConfig,
    labels: LabelArray,
    scratch: LabelArray | None = None,
    threads: int | None = None,
) -> Generator[ChunkDone, None, int]:
    """Group the pixels of an image into objects, with one chunk in memory at a time.

    The labels are those that `label_instances` gives for the whole image, to the number. Beside a
    chunk, memory holds what the chunks tell, such as the bins of all pixels, a table of the pieces
    of objects in all chunks, and one layer of pixels along the front of the chunks that are done.

    Parameters
    ----------
    read
        Returns the embedded pixels of a box, the same ones each time: every chunk is read once per
        pass of the grouping, and once more. All boxes have a confidence, or none.
    grid
        How the image is cut; `labels` is best stored in the same chunks.
    config
        How to group, by one of `GROUPINGS`.
    labels
        Gets the labels, 1 .. n in raster order of each object's first pixel, 0 is background.
    scratch
        Holds the numbers of pieces within each chunk until the objects are known; `labels` itself
        by default. With an array of its own the last stage can be repeated.
    threads
        One per core by default.

    Returns
    -------
    int
        Number of objects.

    Raises
    ------
    InputError
        For a method that needs the whole image, an embedding of the foreground that is not finite,
        more than 2^23 parts to be grouped each by itself, and labels that do not fit the array's
        type.
    """
    grouping = grouping_of(config, threads)
    source = Source(read, grid, config.foreground_threshold)
    known: dict[Index, dict[str, Arrays]] = {index: {} for index in grid}
    for stage in grouping.passes:
        yield from _go_through(stage, source, known)
    scratch = labels if scratch is None else scratch
    assembly, with_confidence = Assembly(), False
    for chunk in source:
        with_confidence |= chunk.pixels.confidence is not None
        numbers, pieces = cut_chunk(chunk, grouping, known.pop(chunk.index), config, threads)
        write_labels(scratch, chunk.box, numbers, len(pieces.sizes))
        assembly.add(chunk.index, pieces)
        yield source.done("pieces", chunk.index)
    final = assembly.labels(
        config.split_components,
        config.min_size,
        config.largest_is_background and not with_confidence,
    )
    count = int(final.max(initial=0))
    for index in grid:
        box = grid.box(index)
        own = final[assembly.place(index)]
        write_labels(labels, box, relabel_chunk(np.asarray(scratch[box]), own), count)
        yield source.done("labels", index)
    return count


def cut_chunk(
    chunk: Chunk,
    grouping: Grouping,
    known: dict[str, Arrays],
    config: ClusterConfig,
    threads: int | None = None,
) -> tuple[Int[np.ndarray, "*chunk"], ChunkPieces]:
    """Group the pixels of a chunk, and cut what comes out into pieces; see `cut_pieces`."""
    clusters = grouping.clusters(chunk, known, threads)
    return cut_pieces(clusters, chunk.source.grid, chunk.index, config.split_components)


def relabel_chunk(
    numbers: Integer[np.ndarray, "*chunk"], labels: Int[np.ndarray, " pieces"]
) -> Int[np.ndarray, "*chunk"]:
    """Return the label of each pixel, from the numbers of pieces from 1 and the piece's labels."""
    relabelled: np.ndarray = np.concatenate([np.zeros(1, labels.dtype), labels])[numbers]
    return relabelled


def write_labels(
    array: LabelArray, box: Box, numbers: Int[np.ndarray, "*chunk"], highest: int
) -> None:
    """Write numbers into an array.

    Raises
    ------
    InputError
        If the highest number, of all that will be written, does not fit its type.
    """
    if highest > np.iinfo(array.dtype).max:
        raise InputError(
            f"The labels go up to {highest}, more than {array.dtype} can hold. "
            "Give an array of int32."
        )
    array[box] = numbers.astype(array.dtype)


def _go_through(
    stage: Pass, source: Source, known: dict[Index, dict[str, Arrays]]
) -> Generator[ChunkDone, None, None]:
    """Go through all chunks, and tell each what came of it."""
    told = []
    for chunk in source:
        told.append(stage.tell(chunk, known[chunk.index]))
        yield source.done(stage.name, chunk.index)
    found = stage.gather(_emptying(told), source.grid)
    own = iter(found.own) if found.own is not None else None
    for index in source.grid:
        known[index][stage.name] = {**found.whole, **(next(own) if own else {})}


def _emptying(told: list[Arrays]) -> Generator[Arrays, None, None]:
    """Hand out what was told, and let go of it."""
    told.reverse()
    while told:
        yield told.pop()
