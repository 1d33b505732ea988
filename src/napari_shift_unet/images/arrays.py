"""Arrays that need not be in memory: what is asked of them, lazy parts, and blocks to read by."""

import math
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError

BLOCK_PIXELS = 2**22
"""Pixels that one block may hold (4 Mi: 32 MB as float64)."""

MAX_CHUNK_BYTES = 2**31
"""A stored chunk is decoded as a whole; one that claims more than 2 GiB is not touched."""

UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""All that zarr, tifffile and their codecs are seen to raise on pixels that are damaged."""

Box = tuple[slice, ...]
EVERY = slice(None)


@runtime_checkable
class PixelArray(Protocol):
    """What the project asks of an image array: numpy, zarr, dask and memory maps all have it."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Size per axis in pixels."""

    @property
    def dtype(self) -> Any:
        """Type of the pixels."""

    @property
    def ndim(self) -> int:
        """Number of axes."""

    def __getitem__(self, key: Any, /) -> Any: ...


@dataclass(frozen=True, eq=False)
class View:
    """A lazy array with some axes fixed at one index; the others keep their order.

    Attributes
    ----------
    source : PixelArray
        The array that is read when the view is indexed.
    fixed : tuple[int | None, ...]
        Per axis of `source` the index it is held at, or None for an axis that stays.
    """

    source: PixelArray
    fixed: tuple[int | None, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Size per axis that stays, in pixels."""
        return tuple(n for n, at in zip(self.source.shape, self.fixed, strict=True) if at is None)

    @property
    def dtype(self) -> Any:
        """Type of the pixels."""
        return self.source.dtype

    @property
    def ndim(self) -> int:
        """Number of axes that stay."""
        return self.fixed.count(None)

    @property
    def chunks(self) -> tuple[int, ...]:
        """Chunk lengths of the axes that stay."""
        lengths = chunk_lengths(self.source)
        return tuple(n for n, at in zip(lengths, self.fixed, strict=True) if at is None)

    def __getitem__(self, key: Any, /) -> NDArray[Any]:
        keys = iter(whole_key(key, self.ndim))
        return np.asarray(self.source[tuple(next(keys) if at is None else at for at in self.fixed)])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self[...], dtype=dtype, copy=copy)


@dataclass(frozen=True, eq=False)
class Stack:
    """Lazy arrays of one shape, stacked along a new first axis (channels first).

    Attributes
    ----------
    parts : tuple[PixelArray, ...]
        One array `(*space)` per channel.
    """

    parts: tuple[PixelArray, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of parts, then the size per axis of each in pixels."""
        return (len(self.parts), *self.parts[0].shape)

    @property
    def dtype(self) -> Any:
        """Type of the pixels."""
        return self.parts[0].dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return 1 + self.parts[0].ndim

    @property
    def chunks(self) -> tuple[int, ...]:
        """Chunk lengths; one along the channels."""
        return (1, *chunk_lengths(self.parts[0]))

    def __getitem__(self, key: Any, /) -> NDArray[Any]:
        channel, *space = whole_key(key, self.ndim)
        if not isinstance(channel, slice):
            return np.asarray(self.parts[channel][tuple(space)])
        return np.stack([np.asarray(part[tuple(space)]) for part in self.parts[channel]])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self[...], dtype=dtype, copy=copy)


def whole_key(key: Any, ndim: int) -> tuple[Any, ...]:
    """Return the index `key` with one entry per axis: ellipsis and missing ends become slices."""
    keys = list(key) if isinstance(key, tuple) else [key]
    missing = ndim - sum(entry is not Ellipsis for entry in keys)
    if missing < 0:
        raise IndexError(f"{len(keys)} indices were given; the array has {ndim} axes")
    at = next((i for i, entry in enumerate(keys) if entry is Ellipsis), len(keys))
    return (*keys[:at], *[slice(None)] * missing, *keys[at + 1 :])


def chunk_lengths(array: PixelArray) -> tuple[int, ...]:
    """Length of the stored chunks per axis; 1 where the array is not chunked.

    zarr gives one length per axis, dask all lengths of an axis (the first counts here).
    """
    chunks = getattr(array, "chunks", None) or (1,) * array.ndim
    return tuple(max(1, int(n[0] if isinstance(n, tuple) else n)) for n in chunks)


def block_lengths(array: PixelArray, max_pixels: int | None = None) -> tuple[int, ...]:
    """Length per axis of boxes of whole stored chunks, so that none is decoded twice.

    A box exceeds `max_pixels` (`BLOCK_PIXELS` if left out) only where a single chunk does.
    """
    lengths = [min(n, size) for n, size in zip(chunk_lengths(array), array.shape, strict=True)]
    limit = BLOCK_PIXELS if max_pixels is None else max_pixels
    for axis in reversed(range(array.ndim)):
        room = max(1, limit // max(1, math.prod(lengths)))
        lengths[axis] = min(array.shape[axis], lengths[axis] * room)
    return tuple(max(1, n) for n in lengths)


def boxes(shape: tuple[int, ...], lengths: tuple[int, ...], part: slice = EVERY) -> Iterator[Box]:
    """Boxes of a length per axis, shorter at the ends, that cover a shape once, in raster order.

    Of them, in this order, only those that `part` takes.
    """
    grid = tuple(-(-size // n) for size, n in zip(shape, lengths, strict=True))
    for number in range(math.prod(grid))[part]:
        places = zip(np.unravel_index(number, grid), lengths, shape, strict=True)
        yield tuple(slice(int(i) * n, min((int(i) + 1) * n, size)) for i, n, size in places)


def blocks(array: PixelArray, max_pixels: int | None = None) -> Iterator[Box]:
    """Boxes that cover `array` once, in raster order; see `block_lengths`."""
    return boxes(tuple(array.shape), block_lengths(array, max_pixels))


def read_block(array: PixelArray, box: Box) -> NDArray[Any]:
    """Read the pixels of `box` into numpy (a view of `array` where that is in memory).

    Raises
    ------
    InputError
        If the file or store behind a lazy array cannot be read there, or not in this memory.
    """
    _check_chunks(array)
    try:
        return np.asarray(array[box])
    except UNREADABLE as error:
        at, reason = tuple(entry.start for entry in box), str(error) or type(error).__name__
        raise InputError(
            f"The pixels of the block at {at} cannot be read ({reason})."
            " Check that the file is whole."
        ) from error


def load(array: PixelArray) -> NDArray[Any]:
    """Read all pixels into numpy (`array` itself where it is that).

    Raises
    ------
    InputError
        If they cannot be read, or are too many for the memory.
    """
    if isinstance(array, np.ndarray):
        return array
    size = math.prod(array.shape) * np.dtype(array.dtype).itemsize
    if size > _memory_bytes():
        raise InputError(
            f"The array has {size / 1e9:,.1f} GB, shape {tuple(array.shape)}, and does not fit the"
            " memory. Give a part of it."
        )
    return read_block(array, tuple(slice(0, n) for n in array.shape))


def _memory_bytes() -> float:
    """Memory of this computer; without bound where it does not say (Windows refuses by itself)."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return math.inf


def _check_chunks(array: PixelArray) -> None:
    """Refuse an array of which no part can be decoded in the memory of a usual computer."""
    chunks = getattr(array, "chunks", None)
    if not chunks or isinstance(chunks[0], tuple):  # dask computes what it is told to
        return
    size = math.prod(chunk_lengths(array)) * np.dtype(array.dtype).itemsize
    if size > MAX_CHUNK_BYTES:
        raise InputError(
            f"The array is stored in chunks of {chunk_lengths(array)} px, {size / 1e9:,.1f} GB"
            f" each; up to {MAX_CHUNK_BYTES / 1e9:.1f} GB can be read. Store it in smaller chunks."
        )
