"""Labels of an image that is read chunk by chunk, the same as those of the whole."""

from collections.abc import Callable, Generator
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int

from ...errors import InputError
from ...images.arrays import Box
from ..binning import BinnedPoints
from ..config import ClusterConfig
from ..modes import bin_edge, find_modes, nearest_mode
from ..pixels import PixelEmbedding
from .assembly import Assembly
from .grid import ChunkGrid
from .parts import Parts, find_parts
from .pieces import cut_pieces
from .source import Chunk, ChunkDone, Source


@runtime_checkable
class LabelArray(Protocol):
    """Where labels go: numpy, memory maps and zarr all have what is asked."""

    @property
    def dtype(self) -> Any:
        """Type of integers."""

    def __getitem__(self, box: Box, /) -> Any: ...

    def __setitem__(self, box: Box, values: Any, /) -> None: ...


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
    chunk, memory holds the bins of all pixels, a table of the pieces of objects in all chunks, and
    one layer of pixels along the front of the chunks that are done.

    Parameters
    ----------
    read
        Returns the embedded pixels of a box, the same ones each time: every chunk is read twice,
        and once more if the parts of the foreground are grouped each by itself. All boxes have a
        confidence, or none.
    grid
        How the image is cut; `labels` is best stored in the same chunks.
    config
        How to group, by mean shift.
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
        For another method than mean shift, an embedding of the foreground that is not finite, more
        than 2^23 parts to be grouped each by itself, and labels that do not fit the array's type.
    """
    if config.method != "mean-shift":
        raise InputError(
            f"The method is {config.method}, which needs the whole image at once. "
            "Use mean-shift to group chunk by chunk."
        )
    source = Source(read, grid, config.foreground_threshold)
    parts = (yield from find_parts(source, config.bandwidth)) if config.by_part else None
    modes = yield from _find_modes(source, config, parts, threads)
    scratch = labels if scratch is None else scratch
    assembly, with_confidence = Assembly(), False
    for chunk in source:
        with_confidence |= chunk.pixels.confidence is not None
        clusters = np.zeros(chunk.inside.shape, np.int64)
        nearest = nearest_mode(_listed(chunk, parts).points.T, modes, threads)
        clusters[chunk.inside] = nearest + 1
        numbers, pieces = cut_pieces(clusters, grid, chunk.index, config.split_components)
        _write(scratch, chunk.box, numbers, len(pieces.sizes))
        assembly.add(chunk.index, pieces)
        yield source.done("pieces", chunk.index)
    without_largest = config.largest_is_background and not with_confidence
    final = assembly.labels(config.split_components, config.min_size, without_largest)
    count = int(final.max(initial=0))
    for index in grid:
        box = grid.box(index)
        of_number = np.concatenate([np.zeros(1, np.int32), final[assembly.place(index)]])
        _write(labels, box, of_number[np.asarray(scratch[box])], count)
        yield source.done("labels", index)
    return count


def _find_modes(
    source: Source, config: ClusterConfig, parts: Parts | None, threads: int | None
) -> Generator[ChunkDone, None, Float[np.ndarray, "k d"]]:
    """Summarise all chunks and find the modes of the whole image."""
    edge = bin_edge(config.bandwidth, config.kernel)
    summaries: list[BinnedPoints] = []
    for chunk in source:
        summaries.append(BinnedPoints.from_points(_listed(chunk, parts).points.T, edge))
        # Those of like size are merged, so that a bin is copied a few times and not once per chunk.
        while len(summaries) > 1 and len(summaries[-2]) < 2 * len(summaries[-1]):
            last = summaries.pop()
            summaries[-1] = summaries[-1].merge(last)
        yield source.done("summary", chunk.index)
    whole = summaries[0].merge(*summaries[1:])
    return find_modes(whole, config.bandwidth, config.kernel, threads)[0]


def _listed(chunk: Chunk, parts: Parts | None) -> PixelEmbedding:
    """List the pixels of a chunk's foreground, its parts held apart if they are to be."""
    return chunk.pixels[chunk.inside] if parts is None else parts.hold_apart(chunk)


def _write(labels: LabelArray, box: Box, numbers: Int[np.ndarray, "*chunk"], highest: int) -> None:
    if highest > np.iinfo(labels.dtype).max:
        raise InputError(
            f"The labels go up to {highest}, more than {labels.dtype} can hold. "
            "Give an array of int32."
        )
    labels[box] = numbers.astype(labels.dtype)
