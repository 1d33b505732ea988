"""Stored arrays with the axes that a layer wants."""

from collections.abc import Iterable, Sequence
from math import ceil, floor, prod
from operator import index
from pathlib import Path
from typing import Any

import numpy as np

from ...images import PixelArray
from ...images.arrays import Box, chunk_lengths, whole_key
from ...large.pyramids import colours_of, levels_of
from .decoded import Decoded, Memory

SAMPLES = "s"
TILE_PX = 256
"""A layer shows whole tiles: what is around the screen costs time with every change."""


class Arranged:
    """A stored array with its axes in another order, and with axes of one px; read when indexed.

    Chunks that were read are kept until `renew` says that they have changed.

    Parameters
    ----------
    array
        What is stored.
    letters
        One per axis of the array.
    wanted
        The letters in the order that is wanted; those that the array lacks become axes of one px.
    memory, level
        Where chunks are kept, and as what; a memory of its own if left out.
    held
        Whether `np.asarray` returns one array for ever, into which `renew` reads: napari asks only
        once for the level of the thumbnail.
    """

    def __init__(
        self,
        array: PixelArray,
        letters: str,
        wanted: str,
        memory: Memory | None = None,
        level: int = 0,
        *,
        held: bool = False,
    ) -> None:
        self._array, self._letters, self._wanted = array, letters, wanted
        self._held = held
        self._whole: np.ndarray | None = None
        self.shape = self._along(tuple(array.shape))
        stored = self._along(chunk_lengths(array))
        self.chunks = tuple(ceil(n / ceil(n / TILE_PX)) for n in stored)
        self.dtype: np.dtype[Any] = np.dtype(array.dtype)
        self.ndim, self.size = len(wanted), prod(self.shape)
        self._decoded = Decoded(
            self._read, self.shape, stored, self.dtype.itemsize, memory or Memory(), level
        )

    def __getitem__(self, key: Any) -> np.ndarray:
        """Read a box: integers and slices, as of a numpy array."""
        whole = whole_key(key, self.ndim)
        box = _box(whole, self.shape) if hasattr(self._array, "chunks") else None
        if box is None:
            return self._read(whole)
        found: np.ndarray = self._decoded.box(box)
        return found[tuple(slice(None) if isinstance(part, slice) else 0 for part in whole)]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Read everything."""
        if not self._held:
            return np.array(self._read((slice(None),) * self.ndim), dtype=dtype, copy=copy)
        if self._whole is None:
            self._whole = np.array(self[...])
        return np.array(self._whole, dtype=dtype, copy=copy)

    def renew(self, parts: Iterable[Box]) -> None:
        """Forget the pixels of parts, which have changed; their last axes may be left out."""
        changed = []
        for part in parts:
            whole = (*part, *(slice(None) for _ in range(self.ndim - len(part))))
            box = _box(whole, self.shape)
            if box is not None:
                self._decoded.drop(box)
                changed.append(box)
        if self._whole is not None:
            for box in changed:
                self._whole[box] = self[box]

    def _read(self, key: tuple[Any, ...]) -> np.ndarray:
        parts = dict(zip(self._wanted, key, strict=True))
        parts = {a: part if isinstance(part, slice) else index(part) for a, part in parts.items()}
        read = np.asarray(self._array[tuple(parts[letter] for letter in self._letters)])
        kept = [a for a in self._letters if isinstance(parts[a], slice)]
        shown = [a for a in self._wanted if isinstance(parts[a], slice)]
        read = read.transpose([kept.index(a) for a in shown if a in kept])
        missing = [at for at, a in enumerate(shown) if a not in kept]
        box: np.ndarray = np.expand_dims(read, tuple(missing))
        return box[tuple(parts[a] if a not in kept else slice(None) for a in shown)]

    def _along(self, lengths: tuple[int, ...]) -> tuple[int, ...]:
        known = dict(zip(self._letters, lengths, strict=True))
        return tuple(known.get(letter, 1) for letter in self._wanted)


def renew(levels: Sequence[Any], factors: np.ndarray, parts: Sequence[Box]) -> None:
    """Forget the pixels of parts in all levels.

    Parameters
    ----------
    levels
        Arrays of a pyramid; those that read anew each time are left alone.
    factors
        Px of the full resolution that a px of each level has, `(level, axis)`.
    parts
        In px of the full resolution; stops may lie beyond the image.
    """
    for level, steps in zip(levels, factors, strict=True):
        if isinstance(level, Arranged):
            level.renew([_coarser(part, steps) for part in parts])


def _coarser(part: Box, factors: np.ndarray) -> Box:
    sides = zip(part, factors.tolist(), strict=False)
    return tuple(slice(floor(side.start / f), ceil(side.stop / f)) for side, f in sides)


def labels_pyramid(labels: Path, letters: str, wanted: str) -> list[Arranged]:
    """Open labels in all resolutions.

    Parameters
    ----------
    labels
        Path of the OME-Zarr.
    letters
        One per axis that it stores.
    wanted
        One per axis of the layer.
    """
    return _pyramid(levels_of(labels), letters, wanted)


def colours_pyramid(labels: Path, letters: str, wanted: str) -> list[Arranged]:
    """Open the colours beside some labels in all resolutions, RGBA samples last; empty if none."""
    path = colours_of(labels)
    if not path.is_dir():
        return []
    return _pyramid(levels_of(path), SAMPLES + letters, wanted + SAMPLES)


def _pyramid(levels: Sequence[PixelArray], letters: str, wanted: str) -> list[Arranged]:
    memory, last = Memory(), len(levels) - 1
    return [
        Arranged(array, letters, wanted, memory, number, held=number == last)
        for number, array in enumerate(levels)
    ]


def _box(key: tuple[Any, ...], shape: tuple[int, ...]) -> Box | None:
    """Return an index as slices without gaps; `None` where it has some, or nothing lies in it."""
    sides = []
    for part, length in zip(key, shape, strict=True):
        if isinstance(part, slice):
            start, stop, step = part.indices(length)
        else:
            start, step = index(part), 1
            start += length if start < 0 else 0
            stop = start + 1
        if step != 1 or not 0 <= start < stop <= length:
            return None
        sides.append(slice(start, stop))
    return tuple(sides)
