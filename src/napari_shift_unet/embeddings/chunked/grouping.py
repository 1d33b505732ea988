"""What a way of grouping has to say to work chunk by chunk, on one machine or on many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int

from .grid import ChunkGrid
from .source import Chunk

Arrays = Mapping[str, np.ndarray]
"""Named arrays: what one process tells another, by way of a file."""

Known = Mapping[str, Arrays]
"""What has been found out before, by the name of the pass: of the whole image and of a chunk."""


@dataclass(frozen=True, eq=False)
class Finding:
    """What a pass has found out.

    Attributes
    ----------
    whole
        For every chunk to know.
    own
        For each chunk to know of itself, in raster order of the chunks; nothing if left out.
    """

    whole: Arrays
    own: Iterable[Arrays] | None = None


@runtime_checkable
class Pass(Protocol):
    """One way through all chunks; what each tells is put together to what the next need."""

    @property
    def name(self) -> str:
        """One word; it names events, folders and what is `Known`."""

    def tell(self, chunk: Chunk, known: Known) -> Arrays:
        """Return what is to be known of a chunk: a pure function, in any process."""

    def gather(self, told: Iterable[Arrays], grid: ChunkGrid) -> Finding:
        """Put together what all chunks have told, in raster order and once; in one process."""


@runtime_checkable
class Grouping(Protocol):
    """Passes through all chunks, after which each chunk can be grouped by itself."""

    @property
    def passes(self) -> Sequence[Pass]:
        """In the order in which they are made, with what the earlier ones found out."""

    def clusters(
        self, chunk: Chunk, known: Known, threads: int | None = None
    ) -> Int[np.ndarray, "*chunk"]:
        """Return the cluster of each pixel, int64 from 1, alike in all chunks; 0 is background.

        A pure function, in any process, after all passes.
        """
