"""Pieces of objects: what a chunk holds of them, and which of two chunks belong together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Self

import numpy as np
from jaxtyping import Int

from ..components import (
    relabel_in_raster_order,
    shared_faces,
    split_components,
    sum_by_row,
)
from .grid import ChunkGrid, Index


@dataclass(frozen=True, eq=False)
class ChunkPieces:
    """All that must be kept of a chunk; pieces are numbered from 0 here and from 1 in arrays.

    Attributes
    ----------
    clusters : int64 array, (n,)
        Cluster of each piece.
    sizes : int64 array, (n,)
        Pixels of each piece.
    firsts : int64 array, (n,)
        First pixel of each piece, counted in raster order of the whole image.
    pairs, faces : int64 arrays, (m, 2) and (m,)
        Pieces that touch within the chunk, and how many faces they share.
    borders : dict of int arrays
        For each neighbour, by the step to it, the layer of pixels that touches it: 0, or the
        piece from 1.
    """

    clusters: Int[np.ndarray, " n"]
    sizes: Int[np.ndarray, " n"]
    firsts: Int[np.ndarray, " n"]
    pairs: Int[np.ndarray, "m 2"]
    faces: Int[np.ndarray, " m"]
    borders: dict[Index, np.ndarray]

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return arrays by name, such as a file keeps."""
        columns = {name: getattr(self, name) for name in _COLUMNS}
        return columns | {
            _BORDER + ",".join(map(str, step)): layer for step, layer in self.borders.items()
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Take back what `to_arrays` returned; other names are ignored."""
        borders = {
            tuple(map(int, name.removeprefix(_BORDER).split(","))): layer
            for name, layer in arrays.items()
            if name.startswith(_BORDER)
        }
        return cls(**{name: arrays[name] for name in _COLUMNS}, borders=borders)


_BORDER = "border "
_COLUMNS = tuple(field.name for field in fields(ChunkPieces) if field.name != "borders")


@dataclass(frozen=True, eq=False)
class Contact:
    """Pieces of two chunks that touch: one of either per row, numbered from 0.

    Attributes
    ----------
    joins : int64 array, (n, 2)
        Those of one cluster, which touch with a face, an edge or a corner.
    pairs, faces : int64 arrays, (m, 2) and (m,)
        Those of two clusters that share faces, and how many.
    """

    joins: Int[np.ndarray, "n 2"]
    pairs: Int[np.ndarray, "m 2"]
    faces: Int[np.ndarray, " m"]


def cut_pieces(
    clusters: Int[np.ndarray, "*chunk"], grid: ChunkGrid, index: Index, split: bool
) -> tuple[Int[np.ndarray, "*chunk"], ChunkPieces]:
    """Give each piece of a chunk a number, from 1, and measure it.

    Parameters
    ----------
    clusters
        Cluster of each pixel from 1, or 0 for the background.
    grid, index
        Where the chunk lies.
    split
        Whether each connected part of a cluster is a piece, or all that the chunk has of it.
    """
    numbers = split_components(clusters) if split else relabel_in_raster_order(clusters)
    count = int(numbers.max(initial=0))
    places = np.flatnonzero(numbers)
    owners = numbers.ravel()[places] - 1
    firsts = np.zeros(count, np.int64)
    firsts[owners[::-1]] = places[::-1]  # the last one written counts
    within = np.unravel_index(firsts, numbers.shape)
    starts = [side.start for side in grid.box(index)]
    pairs, faces = shared_faces(numbers, np.ones(count + 1, bool))
    pieces = ChunkPieces(
        clusters=clusters[within].astype(np.int64),
        sizes=np.bincount(owners, minlength=count),
        firsts=np.ravel_multi_index(
            [n + s for n, s in zip(within, starts, strict=True)], grid.shape
        ),
        pairs=pairs - 1,
        faces=faces,
        borders={step: numbers[_layer(step)].copy() for step in grid.steps(index)},
    )
    return numbers, pieces


def match_borders(here: ChunkPieces, there: ChunkPieces, step: Index) -> Contact:
    """Find the pieces that touch across the border from one chunk to another, by the step to it."""
    a, b = here.borders[step], there.borders[tuple(-s for s in step)]
    joins, shared = [], [np.zeros((0, 2), np.int64)]
    for shift in product(*((0,) if s else (-1, 0, 1) for s in step)):
        rows = np.stack(list(_facing(a, b, shift)), axis=-1).reshape(-1, 2)
        rows = rows[(rows > 0).all(axis=1)].astype(np.int64) - 1
        alike = here.clusters[rows[:, 0]] == there.clusters[rows[:, 1]]
        joins.append(rows[alike])
        if np.count_nonzero(step) == 1 and not any(shift):
            shared.append(rows[~alike])
    joined, _ = _counted(np.concatenate(joins))
    return Contact(joined, *_counted(np.concatenate(shared)))


def _layer(step: Index) -> tuple[slice, ...]:
    """Return the pixels of a chunk that touch the neighbour in a direction."""
    return tuple({-1: slice(0, 1), 0: slice(None), 1: slice(-1, None)}[s] for s in step)


def _facing(a: np.ndarray, b: np.ndarray, shift: Index) -> Iterator[np.ndarray]:
    """Yield two layers of one shape so that each pixel of `a` is by the one of `b` shifted."""
    for layer, sign in ((a, -1), (b, 1)):
        yield layer[
            tuple(
                slice(max(0, sign * s), n + min(0, sign * s))
                for s, n in zip(shift, layer.shape, strict=True)
            )
        ]


def _counted(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return sum_by_row(rows, np.ones(len(rows), np.int64))
