"""Stored arrays with the axes that a layer wants."""

from math import prod
from operator import index
from pathlib import Path
from typing import Any

import numpy as np

from ...images import PixelArray
from ...images.arrays import chunk_lengths, whole_key
from ...large.pyramids import colours_of, levels_of

SAMPLES = "s"


class Arranged:
    """A stored array with its axes in another order, and with axes of one px; read when indexed.

    Parameters
    ----------
    array
        What is stored.
    letters
        One per axis of the array.
    wanted
        The letters in the order that is wanted; those that the array lacks become axes of one px.
    """

    def __init__(self, array: PixelArray, letters: str, wanted: str) -> None:
        self._array, self._letters, self._wanted = array, letters, wanted
        self.shape = self._along(tuple(array.shape))
        self.chunks = self._along(chunk_lengths(array))
        self.dtype: np.dtype[Any] = np.dtype(array.dtype)
        self.ndim, self.size = len(wanted), prod(self.shape)

    def __getitem__(self, key: Any) -> np.ndarray:
        """Read a box: integers and slices, as of a numpy array."""
        parts = dict(zip(self._wanted, whole_key(key, self.ndim), strict=True))
        parts = {a: part if isinstance(part, slice) else index(part) for a, part in parts.items()}
        read = np.asarray(self._array[tuple(parts[letter] for letter in self._letters)])
        kept = [a for a in self._letters if isinstance(parts[a], slice)]
        shown = [a for a in self._wanted if isinstance(parts[a], slice)]
        read = read.transpose([kept.index(a) for a in shown if a in kept])
        missing = [at for at, a in enumerate(shown) if a not in kept]
        box: np.ndarray = np.expand_dims(read, tuple(missing))
        return box[tuple(parts[a] if a not in kept else slice(None) for a in shown)]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Read everything."""
        return np.array(self[...], dtype=dtype, copy=copy)

    def _along(self, lengths: tuple[int, ...]) -> tuple[int, ...]:
        known = dict(zip(self._letters, lengths, strict=True))
        return tuple(known.get(letter, 1) for letter in self._wanted)


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
    return [Arranged(level, letters, wanted) for level in levels_of(labels)]


def colours_pyramid(labels: Path, letters: str, wanted: str) -> list[Arranged]:
    """Open the colours beside some labels in all resolutions, RGBA samples last; empty if none."""
    path = colours_of(labels)
    if not path.is_dir():
        return []
    return [Arranged(a, SAMPLES + letters, wanted + SAMPLES) for a in levels_of(path)]
