"""OME-Zarr: images read lazily, labels written; and plain zarr arrays such as embeddings."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from ..errors import InputError
from . import ngff
from .arrays import Box, PixelArray, blocks, read_block
from .atomic import writing
from .image import Image, guess_axes
from .labels import label_dtype

_DAMAGE = (AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
_SMALLEST_LEVEL = 512
"""Coarser levels are added until no side in y or x exceeds this (px)."""


def read_ome_zarr(path: str | os.PathLike[str]) -> Image:
    """Open an OME-Zarr image of version 0.4 or 0.5, or a zarr array by itself.

    Nothing is read but the metadata: `data` is the full resolution and `levels` are the coarser
    ones, as zarr arrays. Of an array by itself, the axes are its dimension names where it has them,
    else guessed, and pixel size and place are those that `write_array_zarr` left in its attributes.

    Raises
    ------
    InputError
        If there is no zarr, no image in it, an array is missing or the metadata are damaged.
    """
    path = Path(path)
    with _reading(path):
        node = zarr.open(path, mode="r")
        if isinstance(node, zarr.Array):
            return _from_array(path, node)
        multiscale = ngff.parse(node.attrs.asdict())
        arrays = [_member(node, name) for name in multiscale.paths]
        return Image(
            data=arrays[0],
            axes=multiscale.axes,
            scale=multiscale.scale,
            units=multiscale.units,
            translate=multiscale.translate,
            name=_stem(path),
            source=str(path),
            levels=tuple(arrays[1:]),
        )


def write_labels_ome_zarr(
    path: str | os.PathLike[str],
    labels: PixelArray,
    scale: tuple[float, ...] | None = None,
    units: tuple[str, ...] | None = None,
    translate: tuple[float, ...] | None = None,
    axes: str | None = None,
) -> None:
    """Write labels as an OME-Zarr 0.5 label image that stands by itself.

    Coarser levels hold every second pixel in y and x of the one before.

    Parameters
    ----------
    path : path-like
        The target folder; it is replaced as a whole or not at all, and only if it is a zarr.
    labels : PixelArray
        Integers, 0 = background; in memory or lazy.
    scale, units, translate : tuple, optional
        Per spatial axis, as in `Image`; pixels of size 1 if left out.
    axes : str, optional
        Letters of t, c, z, y, x; yx, zyx or tzyx if left out.

    Raises
    ------
    InputError
        For labels that files cannot keep.
    OutputError
        If the target cannot be written.
    """
    image = Image(
        data=labels,
        axes=axes or "tzyx"[max(0, 4 - labels.ndim) :],
        scale=scale or (),
        units=units or (),
        translate=translate or (),
        name=_stem(Path(path)),
    )
    dtype = label_dtype(labels)
    with writing(path) as temporary:
        source = labels
        for target in create_labels_ome_zarr(temporary, image, dtype):
            for box in blocks(target):
                copy_box(source, target, box, shrinking(image.axes, source is not labels))
            source = target


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
        layout = _layout(shape, image.axes, dtype, chunk)
        levels.append(group.create_array(str(level), **layout))
    return levels


def fill_pyramid(
    levels: Sequence[Any], axes: str, place: Sequence[int | slice], values: np.ndarray
) -> None:
    """Write a box of an image into all its levels, of which the first may be a coarser one.

    Boxes that share a stored chunk must not be written at the same time.

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
        array[tuple(place)] = values
        place, values = halved(axes, place, values)


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


def write_array_zarr(
    path: str | os.PathLike[str],
    array: PixelArray,
    axes: str,
    scale: tuple[float, ...] | None = None,
    units: tuple[str, ...] | None = None,
    translate: tuple[float, ...] | None = None,
    dtype: str = "float32",
    attributes: Mapping[str, Any] | None = None,
) -> None:
    """Write an array, such as an embedding, as one zarr 3 array whose dimensions have names.

    Parameters
    ----------
    path : path-like
        The target folder; it is replaced as a whole or not at all, and only if it is a zarr.
    array : PixelArray
        Numbers; channels first, `(c, *space)`, for an embedding. In memory or lazy.
    axes : str
        One letter of t, c, z, y, x per axis.
    scale, units, translate : tuple, optional
        Per spatial axis, as in `Image`; pixels of size 1 if left out.
    dtype : str
        `"float32"`, or `"float16"` for half the size.
    attributes : mapping, optional
        More facts for the array's attributes, of JSON types.

    Raises
    ------
    InputError
        If the axes do not fit the array.
    OutputError
        If the target cannot be written.
    """
    image = Image(array, axes, scale or (), units or (), translate or ())
    with writing(path) as temporary:
        target = create_array_zarr(temporary, image, np.dtype(dtype), attributes)
        for box in blocks(target):
            copy_box(array, target, box, (1,) * array.ndim)


def create_array_zarr(
    path: Path,
    image: Image,
    dtype: np.dtype[Any],
    attributes: Mapping[str, Any] | None = None,
    chunk: tuple[int, ...] | None = None,
    fill: float = 0,
) -> zarr.Array[Any]:
    """Create an array as `write_array_zarr` does, to be filled in.

    Parameters
    ----------
    path : Path
        A folder that is not there.
    image : Image
        Shape, axes, pixel size, unit and place; its pixels are not read.
    dtype : dtype
        Type of the numbers.
    attributes : mapping, optional
        More facts, of JSON types.
    chunk : tuple of int, optional
        Stored chunk in px per axis; chosen if left out.
    fill : float
        What is read where nothing has been written.
    """
    facts = {
        "axes": image.axes,
        "scale": list(image.scale),
        "units": list(image.units),
        "translate": list(image.translate),
    }
    layout = _layout(tuple(image.data.shape), image.axes, dtype, chunk)
    known = dict(attributes or {}) | facts
    return zarr.create_array(path, attributes=known, fill_value=fill, **layout)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what zarr raises on a bad store, and what the metadata lack, into one sentence."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{path} cannot be opened: {error}.") from error
    except FileNotFoundError as error:
        raise InputError(
            f"{path} cannot be opened: there is no zarr array or group in it. Check the path."
        ) from error
    except _DAMAGE as error:
        raise InputError(
            f"{path} cannot be opened: its zarr metadata are damaged ({error!r})."
            " Copy or save it again."
        ) from error


def _member(group: zarr.Group, name: str) -> zarr.Array[Any]:
    """One array of a group."""
    if name not in group:
        raise InputError(f"its array {name!r} is missing; copy it again")
    node = group[name]
    if not isinstance(node, zarr.Array):
        raise InputError(f"its member {name!r} is no array; copy it again")
    _check_numbers(node)
    return node


def _check_numbers(array: zarr.Array[Any]) -> None:
    """Refuse texts and objects: the latter may be pickled, and nothing is ever unpickled."""
    if np.dtype(array.dtype).kind not in "biufc":
        raise InputError(f"its pixels are {array.dtype}; numbers can be read")


def _from_array(path: Path, array: zarr.Array[Any]) -> Image:
    """Make an image of a zarr array by itself."""
    _check_numbers(array)
    names = getattr(array.metadata, "dimension_names", None) or ()
    axes = "".join(str(name) for name in names)
    facts: dict[str, Any] = {**array.attrs}
    known = axes if len(axes) == array.ndim else str(facts.get("axes", ""))
    return Image(
        data=array,
        axes=known or guess_axes(array.shape),
        scale=tuple(float(size) for size in facts.get("scale", ())),
        units=tuple(str(unit) for unit in facts.get("units", ())),
        translate=tuple(float(start) for start in facts.get("translate", ())),
        name=_stem(path),
        source=str(path),
    )


def _layout(
    shape: tuple[int, ...],
    axes: str,
    dtype: np.dtype[Any],
    chunk: tuple[int, ...] | None = None,
) -> dict[str, Any]:
    """Shape, type, chunks and dimension names of a new array; channels share a chunk."""
    if chunk is None:
        side = 256 if "z" in axes else 512
        longest = {"t": 1, "z": 16, "y": side, "x": side}
        chunk = tuple(longest.get(a, n) for n, a in zip(shape, axes, strict=True))
    chunks = tuple(map(min, shape, chunk))
    return {"shape": shape, "dtype": dtype, "chunks": chunks, "dimension_names": tuple(axes)}


def _stem(path: Path) -> str:
    """Name of an image without `.ome.zarr`."""
    return path.name.removesuffix(path.suffix).removesuffix(".ome")
