"""Images in several resolutions, created empty and filled in box by box."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from . import ngff
from .arrays import Box, PixelArray, read_block
from .image import Image
from .lasting import chunk_files

_SMALLEST_LEVEL = 512
"""Coarser levels are added until no side in y or x exceeds this (px)."""


def create_labels_ome_zarr(
    path: Path, image: Image, dtype: np.dtype[Any], chunk: tuple[int, ...] | None = None
) -> list[zarr.Array[Any]]:
    """Create an OME-Zarr 0.5 label image without labels, to be filled in.

    Parameters
    ----------
    path : Path
        A folder that is not there.
    image : Image
        Shape, axes, pixel size, unit, place and name; its pixels are not read.
    dtype : dtype
        Integers.
    chunk : tuple of int, optional
        Stored chunk in px per axis; chosen if left out.

    Returns
    -------
    list of zarr.Array
        All levels, full resolution first.
    """
    return create_pyramid(path, image, dtype, chunk, {"image-label": {"version": ngff.VERSION}})


def create_pyramid(
    path: Path,
    image: Image,
    dtype: np.dtype[Any],
    chunk: tuple[int, ...] | None = None,
    about: Mapping[str, Any] | None = None,
) -> list[zarr.Array[Any]]:
    """Create an OME-Zarr 0.5 image as `create_labels_ome_zarr` does, to be filled in.

    Parameters
    ----------
    path, image, dtype, chunk
        As there; `dtype` may be any.
    about : mapping, optional
        More OME metadata, of JSON types.
    """
    steps = [1]
    while max(image.size("y"), image.size("x")) > _SMALLEST_LEVEL * steps[-1]:
        steps.append(2 * steps[-1])
    factors = [{"y": step, "x": step} for step in steps]
    multiscales = [ngff.multiscales(image, factors)]
    ome = {"version": ngff.VERSION, "multiscales": multiscales, **(about or {})}
    group = zarr.create_group(path, zarr_format=3, attributes={"ome": ome})
    shape, levels = tuple(image.data.shape), []
    for level in range(len(steps)):
        skip = shrinking(image.axes, level > 0)
        shape = tuple(-(-n // by) for n, by in zip(shape, skip, strict=True))
        layout = array_layout(shape, image.axes, dtype, chunk)
        levels.append(group.create_array(str(level), **layout))
    return levels


def fill_pyramid(
    levels: Sequence[Any], axes: str, place: Sequence[int | slice], values: np.ndarray
) -> None:
    """Write a box of an image into all its levels, of which the first may be a coarser one.

    Boxes that share a stored chunk must not be written at the same time. What else such a chunk
    holds is lost where a power failure has torn it.

    Parameters
    ----------
    levels : sequence of zarr.Array or ndarray
        Each holds every second pixel in y and x of the one before.
    axes : str
        One letter per axis of the arrays.
    place : sequence of int or slice
        Where the values lie in the first level, per axis; slices begin and end at numbers.
    values : ndarray
        One axis per slice.
    """
    for array in levels:
        if 0 in values.shape:
            return
        _fill(array, place, values)
        place, values = halved(axes, place, values)


def _fill(array: Any, place: Sequence[int | slice], values: np.ndarray) -> None:
    try:
        array[tuple(place)] = values
    except (RuntimeError, ValueError):  # of the codec: a part of a chunk keeps the rest of it
        torn = chunk_files(array, place) if isinstance(array, zarr.Array) else []
        if not torn:
            raise
        for path in torn:
            path.unlink()
        array[tuple(place)] = values


def halved(
    axes: str, place: Sequence[int | slice], values: np.ndarray
) -> tuple[list[int | slice], np.ndarray]:
    """Return what of a box the next coarser level holds, and where."""
    coarser, kept = list[int | slice](), list[slice]()
    for letter, at in zip(axes, place, strict=True):
        if isinstance(at, int) or letter not in "yx":
            coarser.append(at)
            kept += [] if isinstance(at, int) else [slice(None)]
            continue
        start = -(-at.start // 2)
        coarser.append(slice(start, -(-at.stop // 2)))
        kept.append(slice(2 * start - at.start, None, 2))
    return coarser, values[tuple(kept)]


def shrinking(axes: str, coarser: bool = True) -> tuple[int, ...]:
    """Return how many pixels of a level become one of the next along each axis."""
    return tuple(2 if coarser and letter in "yx" else 1 for letter in axes)


def copy_box(source: PixelArray, target: zarr.Array[Any], box: Box, skip: tuple[int, ...]) -> None:
    """Fill a box of `target` with every `skip`-th pixel of `source`."""
    there = tuple(slice(s.start * n, s.stop * n, n) for s, n in zip(box, skip, strict=True))
    target[box] = read_block(source, there).astype(target.dtype, copy=False)


def array_layout(
    shape: tuple[int, ...],
    axes: str,
    dtype: np.dtype[Any],
    chunk: tuple[int, ...] | None = None,
) -> dict[str, Any]:
    """Return shape, type, chunks and dimension names of a new array; channels share a chunk."""
    if chunk is None:
        side = 256 if "z" in axes else 512
        longest = {"t": 1, "z": 16, "y": side, "x": side}
        chunk = tuple(longest.get(a, n) for n, a in zip(shape, axes, strict=True))
    chunks = tuple(map(min, shape, chunk))
    return {"shape": shape, "dtype": dtype, "chunks": chunks, "dimension_names": tuple(axes)}
