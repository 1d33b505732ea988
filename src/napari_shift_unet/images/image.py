"""An image with names for its axes and sizes for its pixels."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from .arrays import PixelArray
from .units import PIXEL

AXES = "tczyx"
"""Letters of the axes: time, channel, and space from the slowest to the fastest axis."""

SAMPLES = "s"
"""Letter of the colour samples of an RGB(A) image."""

_FEW = 4  # an unnamed axis of at most this length is taken for channels


@dataclass(frozen=True, eq=False)
class Image:
    """Pixels with axes, pixel size, unit and place.

    Attributes
    ----------
    data : PixelArray
        numpy, zarr, dask or a memory map: anything with `shape`, `dtype`, `ndim` and slicing.
    axes : str
        One letter of `tczyx` per axis of `data`, space in the order z, y, x; `s` for RGB(A)
        samples.
    scale : tuple[float, ...]
        Pixel size per spatial axis, in `units`; ones if left out.
    units : tuple[str, ...]
        `"pixel"` or `"micrometer"` per spatial axis.
    translate : tuple[float, ...]
        Position of the centre of the first pixel per spatial axis, in `units`; zeros if left out.
    name : str
        Name to show.
    source : str | None
        Path that the image was read from.
    levels : tuple[PixelArray, ...]
        Coarser copies of `data`, finest first, where the file holds them.

    Raises
    ------
    InputError
        If the axes do not fit the array, or the pixel sizes do not fit the axes.
    """

    data: PixelArray
    axes: str
    scale: tuple[float, ...] = ()
    units: tuple[str, ...] = ()
    translate: tuple[float, ...] = ()
    name: str = "image"
    source: str | None = None
    levels: tuple[PixelArray, ...] = ()

    def __post_init__(self) -> None:
        _check_axes(self.axes, tuple(self.data.shape))
        count = len(self.spatial_axes)
        fills: dict[str, Any] = {"scale": 1.0, "units": PIXEL, "translate": 0.0}
        for field, fill in fills.items():
            given = tuple(getattr(self, field)) or (fill,) * count
            if len(given) != count:
                raise InputError(
                    f"{field} has {len(given)} values; the image has {count} spatial axes"
                    f" ({self.spatial_axes}). Give one value per spatial axis."
                )
            object.__setattr__(self, field, given)
        if not all(math.isfinite(size) and size > 0 for size in self.scale):
            raise InputError(f"The scale is {self.scale}; pixel sizes must be positive numbers.")

    @property
    def spatial_axes(self) -> str:
        """`"yx"` or `"zyx"`."""
        return "".join(letter for letter in self.axes if letter in "zyx")

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        """Size per spatial axis in pixels."""
        return tuple(self.size(letter) for letter in self.spatial_axes)

    @property
    def n_channels(self) -> int:
        """Number of channels; 1 without a channel axis."""
        return self.size("c")

    @property
    def is_rgb(self) -> bool:
        """Whether the image is a colour picture: its pixels have red, green, blue (and alpha)."""
        return SAMPLES in self.axes

    @property
    def pyramid(self) -> tuple[PixelArray, ...]:
        """All resolutions, the full one first."""
        return (self.data, *self.levels)

    def size(self, letter: str) -> int:
        """Return the length of one axis in pixels; 1 where the image does not have it."""
        return int(self.data.shape[self.axes.index(letter)]) if letter in self.axes else 1

    def scale_along(self, axes: str) -> tuple[float, ...]:
        """Return the pixel size for any letters; 1 for those that are not spatial."""
        known = dict(zip(self.spatial_axes, self.scale, strict=True))
        return tuple(known.get(letter, 1.0) for letter in axes)

    def translate_along(self, axes: str) -> tuple[float, ...]:
        """Return the position for any letters; 0 for those that are not spatial."""
        known = dict(zip(self.spatial_axes, self.translate, strict=True))
        return tuple(known.get(letter, 0.0) for letter in axes)

    def units_along(self, axes: str) -> tuple[str, ...]:
        """Name the unit for any letters; pixel for those that are not spatial."""
        known = dict(zip(self.spatial_axes, self.units, strict=True))
        return tuple(known.get(letter, PIXEL) for letter in axes)


def guess_axes(shape: Iterable[int], ndim: int | None = None, dtype: Any = None) -> str:
    """Name the axes of an array that does not say them.

    The last two are y and x. A last axis of 3 or 4 behind a uint8 picture holds RGB(A) samples; an
    axis of at most 4 before y holds channels, except where a 3D network (`ndim` 3) needs z; then
    come z and t.

    Parameters
    ----------
    shape : iterable of int
        Size per axis in pixels.
    ndim : int, optional
        Dimensions of the network that the image is for, 2 or 3.
    dtype : dtype, optional
        Type of the pixels; without it RGB is not considered.

    Raises
    ------
    InputError
        For fewer than 2 or more than 5 axes.
    """
    sizes = tuple(int(n) for n in shape)
    if (
        dtype is not None
        and np.dtype(dtype) == np.uint8
        and len(sizes) == 3
        and sizes[-1] in (3, 4)
    ):
        return "yx" + SAMPLES
    leading = sizes[:-2]
    if not 2 <= len(sizes) <= 5:
        raise InputError(
            f"The image has {len(sizes)} axes, shape {sizes}; 2 to 5 can be used (t, c, z, y, x)."
            " Select a part of it."
        )
    if len(leading) == 3:
        return "tzcyx" if leading[1] > _FEW >= leading[2] else "tczyx"
    if len(leading) == 1 and ndim == 3:
        return "zyx"
    few = next((at for at, n in enumerate(leading) if n <= _FEW), None)
    names = list("tz"[2 - len(leading) :] if few is None else "z" * (len(leading) - 1))
    if few is not None:
        names.insert(few, "c")
    return "".join(names) + "yx"


def _check_axes(axes: str, shape: tuple[int, ...]) -> None:
    """Refuse axes that do not fit the shape, are unknown or repeated, or lie in the wrong order."""
    if len(axes) != len(shape):
        raise InputError(
            f"The axes {axes!r} name {len(axes)} axes; the image has {len(shape)}, shape {shape}."
            " Give one letter per axis."
        )
    unknown = "".join(letter for letter in axes if letter not in AXES + SAMPLES)
    if unknown or len(set(axes)) != len(axes):
        raise InputError(
            f"The axes are {axes!r}; use each of the letters t, c, z, y, x once at most."
        )
    space = "".join(letter for letter in axes if letter in "zyx")
    if space not in ("yx", "zyx"):
        raise InputError(
            f"The axes are {axes!r}; y and x are needed and z, y, x must stand in this order."
            " Transpose the image."
        )
    if SAMPLES in axes and "c" in axes:
        raise InputError(f"The axes are {axes!r}; an RGB image cannot have channels too.")
