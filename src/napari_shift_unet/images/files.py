"""Reading an image from whatever file or folder it is in."""

import os
from pathlib import Path

import numpy as np
from PIL import Image as Picture
from PIL.Image import DecompressionBombError

from ..errors import InputError
from .atomic import ZARR_MARKS
from .image import Image
from .ome_zarr import read_ome_zarr
from .tiff import read_tiff

TIFF_SUFFIXES = (".tif", ".tiff")
ZARR_SUFFIXES = (".zarr",)
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg")
_PLAIN = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "F", "RGB", "RGBA")


def file_stem(path: str | os.PathLike[str]) -> str:
    """Return a file's name without its suffix, of which `.ome.tif` is one."""
    path = Path(path)
    return path.name.removesuffix(path.suffix).removesuffix(".ome")


def read_image(path: str | os.PathLike[str]) -> Image:
    """Read an image: TIFF (ImageJ, OME, plain), OME-Zarr or a zarr array, PNG or JPEG.

    Colour pictures are returned as they are (`Image.is_rgb`); `to_grey` converts them.

    Parameters
    ----------
    path : path-like
        A file, or the folder of a zarr store.

    Raises
    ------
    InputError
        If there is nothing at `path`, it is damaged, or of a kind that cannot be read.
    """
    path = Path(path).expanduser()
    suffix = path.suffix.lower()
    if not path.exists():
        raise InputError(f"{path} does not exist. Check the path.")
    if path.is_dir():
        if suffix in ZARR_SUFFIXES or any((path / mark).exists() for mark in ZARR_MARKS):
            return read_ome_zarr(path)
        raise InputError(
            f"{path} is a folder and no zarr store. Give an image file or a .zarr folder."
        )
    if suffix in TIFF_SUFFIXES:
        return read_tiff(path)
    if suffix in PICTURE_SUFFIXES:
        return _read_picture(path)
    if suffix in ZARR_SUFFIXES:
        raise InputError(f"{path} is a file; a zarr store is a folder. Unpack it first.")
    known = ", ".join((*TIFF_SUFFIXES, *ZARR_SUFFIXES, *PICTURE_SUFFIXES))
    raise InputError(
        f"{path} has the suffix {suffix or 'none'!r}; {known} can be read. Convert it to TIFF."
    )


def _read_picture(path: Path) -> Image:
    """Read a PNG or JPEG: grey (y, x), or colours (y, x, s)."""
    try:
        with Picture.open(path) as picture:
            pixels = np.asarray(picture if picture.mode in _PLAIN else picture.convert("RGB"))
    except (OSError, ValueError, SyntaxError, DecompressionBombError) as error:
        raise InputError(
            f"{path} cannot be read ({error}). Check that it is a whole picture."
        ) from error
    if pixels.ndim == 3 and pixels.shape[-1] == 2:
        pixels = pixels[..., 0]  # grey with alpha
    axes = "yx" if pixels.ndim == 2 else "yxs"
    return Image(data=pixels, axes=axes, name=path.stem, source=str(path))
