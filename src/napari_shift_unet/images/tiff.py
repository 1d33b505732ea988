"""TIFF: images of ImageJ, OME and plain files with their pixel size, and labels."""

import os
import struct
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import tifffile
import zarr

from ..errors import InputError
from .arrays import UNREADABLE, PixelArray
from .atomic import writing
from .image import Image
from .kind import LABELS_SOFTWARE
from .labels import as_file_labels
from .tiff_metadata import (
    imagej_lengths,
    imagej_options,
    imagej_origin,
    name_axes,
    ome_lengths,
    ome_options,
    own_places,
)
from .units import PIXEL

LAZY_BYTES = 512 * 2**20
"""Images above this size are read piece by piece, when they are indexed."""

BIG_BYTES = 2**31
"""Labels above this size go to BigTIFF."""

_DAMAGE = (*UNREADABLE, ElementTree.ParseError)


def read_tiff(path: str | os.PathLike[str]) -> Image:
    """Read the first series of a TIFF.

    Axes and pixel size are those of the ImageJ or OME metadata; otherwise the axes are guessed
    (`guess_axes`) and pixels have no physical size, because the resolution of a plain TIFF is
    mostly that of a printer. Images of more than `LAZY_BYTES` stay in the file: memory-mapped where
    they lie there uncompressed in one piece, else as a zarr array over their tiles.

    Raises
    ------
    InputError
        If the file is no TIFF, is cut off, or is compressed in a way that needs another package.
    """
    path = Path(path)
    with _reading(path), tifffile.TiffFile(path) as file:
        _check_page_chain(file, path)
        series = file.series[0]
        axes = name_axes(series)
        lengths = imagej_lengths(file) or ome_lengths(file)
        origin, places = imagej_origin(file), own_places(file)
        levels: tuple[PixelArray, ...] = ()
        if series.nbytes <= LAZY_BYTES:
            pixels = series.asarray()
            data: PixelArray = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
        elif len(series.levels) == 1 and series.keyframe.is_memmappable and series.dataoffset:
            data = tifffile.memmap(path, series=0, mode="r")
        else:
            data, *coarser = (_open_lazily(path, level) for level in range(len(series.levels)))
            levels = tuple(coarser)
    space = [letter for letter in axes if letter in "zyx"]
    scale = tuple(lengths.get(letter, (1.0, PIXEL))[0] for letter in space)
    units = tuple(lengths.get(letter, (1.0, PIXEL))[1] for letter in space)
    return Image(
        data=data,
        axes=axes,
        scale=scale,
        units=units,
        translate=tuple(
            places.get(letter, 0.0 - origin.get(letter, 0.0) * size)
            for letter, size in zip(space, scale, strict=True)
        ),
        name=path.name.removesuffix(path.suffix).removesuffix(".ome"),
        source=str(path),
        levels=levels,
    )


def write_labels_tiff(
    path: str | os.PathLike[str],
    labels: PixelArray,
    scale: tuple[float, ...] | None = None,
    units: tuple[str, ...] | None = None,
    translate: tuple[float, ...] | None = None,
    axes: str | None = None,
) -> None:
    """Write labels as a zlib-compressed TIFF that keeps axes, pixel size and unit.

    Up to id 65,535 the file is uint16 with ImageJ's metadata. With larger ids it is uint32, and, as
    for labels of more than `BIG_BYTES` and for a name that ends in `.ome.tif`, has OME metadata.

    Parameters
    ----------
    path : path-like
        The target; it is replaced as a whole or not at all.
    labels : PixelArray
        Integers, 0 = background.
    scale, units, translate : tuple, optional
        Per spatial axis, as in `Image`; pixels of size 1 if left out.
    axes : str, optional
        Letters of t, z, y, x in this order; yx, zyx or tzyx if left out.

    Raises
    ------
    InputError
        For labels or axes that a file cannot keep.
    OutputError
        If the target cannot be written.
    """
    image = Image(
        data=labels,
        axes=axes or "tzyx"[max(0, 4 - labels.ndim) :],
        scale=scale or (),
        units=units or (),
        translate=translate or (),
    )
    if list(image.axes) != [letter for letter in "tzyx" if letter in image.axes]:
        raise InputError(
            f"The labels have the axes {image.axes!r}; t, z, y, x in this order can be written."
            " Select a channel or transpose them."
        )
    ids = as_file_labels(labels)
    ome = ids.itemsize > 2 or ids.nbytes > BIG_BYTES or ".ome." in Path(path).name.lower()
    options = ome_options(image) if ome else imagej_options(image)
    with (
        writing(path) as temporary,
        tifffile.TiffWriter(
            temporary, ome=ome, imagej=not ome, bigtiff=ids.nbytes > BIG_BYTES
        ) as file,
    ):
        file.write(
            ids,
            photometric="minisblack",
            compression="zlib",
            software=LABELS_SOFTWARE,
            **options,
        )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what tifffile raises on a bad file into one sentence."""
    try:
        yield
    except InputError:
        raise
    except ValueError as error:
        if "imagecodecs" not in str(error):
            raise InputError(_broken(path, error)) from error
        raise InputError(
            f"{path} is compressed in a way that needs another package ({error})."
            " Run `pip install imagecodecs`, or save it uncompressed."
        ) from error
    except _DAMAGE as error:
        raise InputError(_broken(path, error)) from error


def _broken(path: Path, error: Exception) -> str:
    return f"{path} cannot be read as TIFF ({error}). Check that it is a whole TIFF file."


def _check_page_chain(file: tifffile.TiffFile, path: Path) -> None:
    """Refuse a file that was cut off, of which tifffile would read just the first pages."""
    file.filehandle.seek(file.pages.next_page_offset or 0)
    offset = struct.unpack(file.tiff.offsetformat, file.filehandle.read(file.tiff.offsetsize))[0]
    if offset:
        raise InputError(
            f"{path} is cut off: page {len(file.pages) + 1} is missing."
            " Copy or save the file again."
        )


def _open_lazily(path: Path, level: int) -> PixelArray:
    """Open a zarr array over the tiles of one resolution; the file is closed with it."""
    store = tifffile.imread(path, aszarr=True, series=0, level=level)
    array: zarr.Array[Any] = zarr.open_array(store, mode="r")
    weakref.finalize(array, store.close)
    return array
