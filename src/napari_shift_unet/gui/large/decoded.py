"""Stored chunks that have been decoded, so that a view that moves or fills in reads little."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from threading import Lock

import numpy as np

from ...images.arrays import Box

MOST_BYTES = 2**27
"""What the chunks of all levels of a layer may take."""

Place = tuple[int, ...]
"""Of a chunk: how many there are before it along each axis."""


class Memory:
    """The chunks that were used last, of all levels of one pyramid; threads may share it."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self._bytes = most, 0
        self._chunks: OrderedDict[tuple[int, Place], np.ndarray] = OrderedDict()
        self._lock = Lock()

    def get(self, level: int, place: Place) -> np.ndarray | None:
        """Return a chunk, if it is here."""
        with self._lock:
            chunk = self._chunks.get((level, place))
            if chunk is not None:
                self._chunks.move_to_end((level, place))
            return chunk

    def put(self, level: int, place: Place, chunk: np.ndarray) -> None:
        """Keep a chunk; those that nobody has used for longest make room."""
        with self._lock:
            self._drop((level, place))
            self._chunks[level, place] = chunk
            self._bytes += chunk.nbytes
            while self._bytes > self.most:
                self._drop(next(iter(self._chunks)))

    def drop(self, level: int, places: Iterable[Place]) -> None:
        """Forget chunks that have other pixels now."""
        with self._lock:
            for place in places:
                self._drop((level, place))

    def _drop(self, key: tuple[int, Place]) -> None:
        gone = self._chunks.pop(key, None)
        self._bytes -= 0 if gone is None else gone.nbytes


class Decoded:
    """One level of a pyramid, chunk by chunk.

    Parameters
    ----------
    read
        Reads a box of the level.
    shape, chunks, itemsize
        Of the level: lengths per axis, of all and of a chunk, in px, and bytes of a pixel.
    memory, level
        Where chunks are kept, and as what.
    """

    def __init__(
        self,
        read: Callable[[Box], np.ndarray],
        shape: Sequence[int],
        chunks: Sequence[int],
        itemsize: int,
        memory: Memory,
        level: int,
    ) -> None:
        self._read, self._shape, self._chunks = read, tuple(shape), tuple(chunks)
        self._itemsize, self._memory, self._level = itemsize, memory, level

    def box(self, box: Box) -> np.ndarray:
        """Return a box, contiguous; what is too large to be kept is only read."""
        grid = self._grid(box)
        if self._bytes(grid) > self._memory.most // 2:
            return self._read(box)
        shape = [side.stop - side.start for side in box]
        chunks = self._chunks_at(grid)
        result: np.ndarray | None = None
        for place, chunk in chunks.items():
            if result is None:
                result = np.empty(shape, chunk.dtype)
            corner = [at * n for at, n in zip(place, self._chunks, strict=True)]
            common = [
                slice(max(side.start, low), min(side.stop, low + n))
                for side, low, n in zip(box, corner, chunk.shape, strict=True)
            ]
            _copy(chunk[_moved(common, corner)], result[_moved(common, [s.start for s in box])])
        return self._read(box) if result is None else result

    def drop(self, box: Box) -> None:
        """Forget the chunks of a box that has other pixels now."""
        self._memory.drop(self._level, product(*self._grid(box)))

    def _chunks_at(self, grid: list[range]) -> dict[Place, np.ndarray]:
        """Return chunks; those that are not in memory are read at once, in one box."""
        known = {place: self._memory.get(self._level, place) for place in product(*grid)}
        missing = [place for place, chunk in known.items() if chunk is None]
        if missing:
            low, high = np.min(missing, axis=0), np.max(missing, axis=0) + 1
            box = self._box_of(low.tolist(), high.tolist())
            values = self._read(box)
            start = [side.start for side in box]
            for place in missing:
                part = self._box_of(place, [at + 1 for at in place])
                chunk = np.empty([side.stop - side.start for side in part], values.dtype)
                _copy(values[_moved(part, start)], chunk)
                self._memory.put(self._level, place, chunk)
                known[place] = chunk
        return {place: chunk for place, chunk in known.items() if chunk is not None}

    def _grid(self, box: Box) -> list[range]:
        """Return which chunks a box touches, along each axis."""
        sides = zip(box, self._chunks, strict=True)
        return [range(side.start // n, -(-side.stop // n)) for side, n in sides]

    def _box_of(self, low: Sequence[int], high: Sequence[int]) -> Box:
        sides = zip(low, high, self._chunks, self._shape, strict=True)
        return tuple(slice(a * n, min(b * n, length)) for a, b, n, length in sides)

    def _bytes(self, grid: list[range]) -> int:
        covered = self._box_of([g.start for g in grid], [g.stop for g in grid])
        lengths: Iterator[int] = (max(0, side.stop - side.start) for side in covered)
        return int(np.prod([self._itemsize, *lengths], dtype=np.int64))


def _moved(box: Sequence[slice], origin: Sequence[int]) -> Box:
    """Return a box as seen from another origin."""
    sides = zip(box, origin, strict=True)
    return tuple(slice(side.start - low, side.stop - low) for side, low in sides)


def _copy(source: np.ndarray, target: np.ndarray) -> None:
    """Copy; sample by sample where they lie apart in one of both, several times as fast."""
    samples = source.shape[-1] if source.ndim else 0
    if samples and source.strides[-1] != source.itemsize:
        for sample in range(samples):
            target[..., sample] = source[..., sample]
    else:
        target[...] = source
