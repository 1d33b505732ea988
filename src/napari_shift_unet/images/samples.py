"""Images to try things on: two real ones that the package carries, and synthetic discs."""

from collections.abc import Sequence
from importlib.resources import as_file, files

import numpy as np
from jaxtyping import Int32

from ..errors import InputError
from .image import Image
from .tiff import read_tiff

_SAMPLES = ("u2os-nuclei", "nuclei-small")


def sample_names() -> tuple[str, ...]:
    """Return the names of the images that the package carries."""
    return _SAMPLES


def sample_image(name: str = "u2os-nuclei") -> tuple[Image, Int32[np.ndarray, "y x"] | None]:
    """Return an image that the package carries, and its true instances where they are known.

    `sample_data/SOURCE.md` says where they come from (BBBC038v1, CC0 1.0; Caicedo et al., Nature
    Methods 16, 1247-1253, 2019).

    Parameters
    ----------
    name : str
        One of `sample_names()`.

    Returns
    -------
    image : Image
        uint8 `(y, x)`.
    truth : ndarray or None
        Labels `(y, x)`, int32, 0 = background.

    Raises
    ------
    InputError
        For a name that is not there.
    """
    if name not in _SAMPLES:
        raise InputError(f"There is no sample {name!r}; choose one of {', '.join(_SAMPLES)}.")
    folder = files(__package__) / "sample_data"
    with as_file(folder / f"{name}.tif") as pixels, as_file(folder / f"{name}-truth.tif") as truth:
        image, labels = read_tiff(pixels), read_tiff(truth)
    return image, np.asarray(labels.data).astype(np.int32)


def discs(
    shape: Sequence[int] = (284, 284),
    radius: float = 5.0,
    spacing: int = 16,
    offset: int | Sequence[int] | None = None,
) -> tuple[Image, Int32[np.ndarray, "*space"]]:
    """Draw identical discs (balls in 3D) on a grid, which look the same at every node.

    Only discs that lie wholly within the image are drawn.

    Parameters
    ----------
    shape : sequence of int
        Size in pixels, (y, x) or (z, y, x).
    radius : float
        Pixels whose centre is at most this far from the disc's centre are part of it (px).
    spacing : int
        Distance of neighbouring centres along each axis (px).
    offset : int or sequence of int, optional
        Centre of the first disc (px); half the spacing if left out.

    Returns
    -------
    image : Image
        uint8, 0 and 255.
    labels : ndarray
        int32, 1 to N in raster order of the discs, 0 = background.

    Raises
    ------
    InputError
        For a shape that is not 2D or 3D, and discs that would overlap or of which none fits.
    """
    if len(shape) not in (2, 3):
        raise InputError(f"The shape has {len(shape)} axes; discs are drawn in 2 or 3 dimensions.")
    if radius < 0 or 2 * radius >= spacing:
        raise InputError(
            f"The discs have radius {radius} px and spacing {spacing} px; they must not touch."
            f" Use a spacing of {int(2 * radius) + 1} px or more."
        )
    first = (spacing // 2,) * len(shape) if offset is None else offset
    starts = (first,) * len(shape) if isinstance(first, int) else tuple(first)
    squared = np.zeros(tuple(shape), np.float64)
    ids = np.zeros(tuple(shape), np.int64)
    whole = np.ones(tuple(shape), bool)
    for axis, (length, start) in enumerate(zip(shape, starts, strict=True)):
        cell = np.floor_divide(np.arange(length) - start + spacing // 2, spacing)
        centre = start + cell * spacing
        along = [-1 if at == axis else 1 for at in range(len(shape))]
        squared += ((np.arange(length) - centre) ** 2).reshape(along)
        ids = ids * (int(np.ptp(cell)) + 1) + (cell - cell.min()).reshape(along)
        whole &= ((centre >= radius) & (centre <= length - 1 - radius)).reshape(along)
    inside = whole & (squared <= radius**2)
    if not inside.any():
        raise InputError(
            f"No disc of radius {radius} px fits into {tuple(shape)} px; enlarge the image."
        )
    labels = np.zeros(tuple(shape), np.int32)
    labels[inside] = np.unique(ids[inside], return_inverse=True)[1] + 1
    axes = "zyx"[3 - len(shape) :]
    return Image(data=inside.astype(np.uint8) * 255, axes=axes, name="discs"), labels
