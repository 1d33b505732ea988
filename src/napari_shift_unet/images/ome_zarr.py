"""OME-Zarr: images read lazily, labels written; and plain zarr arrays such as embeddings."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from ..errors import InputError
from . import ngff
from .arrays import PixelArray, blocks
from .atomic import writing
from .image import Image, guess_axes
from .labels import label_dtype
from .pyramid import array_layout, copy_box, create_labels_ome_zarr, shrinking

_DAMAGE = (AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)


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
    layout = array_layout(tuple(image.data.shape), image.axes, dtype, chunk)
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


def _stem(path: Path) -> str:
    """Name of an image without `.ome.zarr`."""
    return path.name.removesuffix(path.suffix).removesuffix(".ome")
