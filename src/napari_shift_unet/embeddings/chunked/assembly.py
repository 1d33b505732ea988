"""Pieces of all chunks, put together to objects."""

from dataclasses import replace

import numpy as np
from jaxtyping import Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..components import find_owners, relabel_in_raster_order
from .grid import Index
from .pieces import ChunkPieces, match_borders


class Assembly:
    """A table of the pieces of all chunks, which come in any order, each once.

    A border is kept until the neighbour at it has come too: in raster order of the chunks, that is
    one layer of pixels along the front.
    """

    def __init__(self) -> None:
        """Begin with no pieces."""
        self._count = 0
        self._places: dict[Index, slice] = {}
        self._waiting: dict[Index, ChunkPieces] = {}
        self._tables: dict[str, list[np.ndarray]] = {
            "clusters": [np.zeros(0, np.int64)],
            "sizes": [np.zeros(0, np.int64)],
            "firsts": [np.zeros(0, np.int64)],
            "faces": [np.zeros(0, np.int64)],
            "pairs": [np.zeros((0, 2), np.int64)],
            "joins": [np.zeros((0, 2), np.int64)],
        }

    def add(self, index: Index, pieces: ChunkPieces) -> None:
        """Take the pieces of a chunk, and join them with those of its neighbours that are here."""
        place = slice(self._count, self._count + len(pieces.sizes))
        self._places[index], self._count = place, place.stop
        self._note(
            clusters=pieces.clusters,
            sizes=pieces.sizes,
            firsts=pieces.firsts,
            pairs=pieces.pairs + place.start,
            faces=pieces.faces,
        )
        mine = replace(pieces, borders=dict(pieces.borders))
        for step in pieces.borders:
            there = tuple(i + s for i, s in zip(index, step, strict=True))
            if there in self._waiting:
                self._meet(index, mine, there, step)
        if mine.borders:
            self._waiting[index] = mine

    def place(self, index: Index) -> slice:
        """Return where the pieces of a chunk stand in what `groups` and `labels` return."""
        return self._places[index]

    def groups(self) -> Int[np.ndarray, " pieces"]:
        """Return for each piece the number of the connected part of a cluster that it belongs to.

        Parts are numbered from 1, in raster order of their first pixels.
        """
        joins = self._column("joins")
        links = coo_array((np.ones(len(joins), bool), joins.T), (self._count, self._count))
        _, parts = connected_components(links, directed=False)
        return self._in_raster_order(parts + 1)

    def labels(
        self, split: bool, min_size: int, largest_is_background: bool
    ) -> Int[np.ndarray, " pieces"]:
        """Return the label of each piece: 0 or, in raster order of the objects, 1, 2, ...

        Parameters
        ----------
        split
            Whether each connected part of a cluster is an object of its own.
        min_size
            Objects below this size, in px, join one that they touch, or become background.
        largest_is_background
            Whether the largest cluster is no object.
        """
        if self._count == 0:
            return np.zeros(0, np.int32)
        clusters, sizes = self._column("clusters"), self._column("sizes")
        groups = self.groups() if split else clusters.copy()
        if largest_is_background:
            groups[clusters == 1 + _sums(clusters, sizes)[1:].argmax()] = 0
        small = _sums(groups, sizes) < min_size
        small[0] = False
        owners = find_owners(small, groups[self._column("pairs")], self._column("faces"))
        return self._in_raster_order(owners[groups])

    def _meet(self, index: Index, mine: ChunkPieces, there: Index, step: Index) -> None:
        theirs = self._waiting[there]
        contact = match_borders(mine, theirs, step)
        begins = (self._places[index].start, self._places[there].start)
        self._note(joins=contact.joins + begins, pairs=contact.pairs + begins, faces=contact.faces)
        del mine.borders[step], theirs.borders[tuple(-s for s in step)]
        if not theirs.borders:
            del self._waiting[there]

    def _note(self, **columns: np.ndarray) -> None:
        for name, values in columns.items():
            self._tables[name].append(values)

    def _column(self, name: str) -> np.ndarray:
        return np.concatenate(self._tables[name])

    def _in_raster_order(self, numbers: np.ndarray) -> np.ndarray:
        """Renumber by first pixels what each piece belongs to; 0 stays."""
        order = np.argsort(self._column("firsts"))
        renumbered = np.empty(self._count, np.int32)
        renumbered[order] = relabel_in_raster_order(numbers[order])
        return renumbered


def _sums(numbers: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Add up the values of each number, as whole numbers."""
    sums = np.zeros(int(numbers.max()) + 1, np.int64)
    np.add.at(sums, numbers, values)
    return sums
