"""The part of an image that a network sees: chosen channels, plane by plane along t and z."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from ..errors import InputError
from .arrays import PixelArray, Stack, View, blocks, read_block
from .image import SAMPLES, Image

_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


@dataclass(frozen=True, eq=False)
class Selection:
    """Planes of some channels of an image, for a network of `ndim` spatial dimensions.

    Iterating gives `(index, pixels)`: the position along `loop_axes`, and an array `(c, *space)`
    that is in memory where the image is, and else is read only when it is indexed.

    Attributes
    ----------
    image : Image
        Where the pixels come from.
    space : str
        Spatial axes of the network: `"yx"` or `"zyx"`.
    channels : tuple[int, ...]
        Channels of the image, in the order in which the network reads them.
    """

    image: Image
    space: str
    channels: tuple[int, ...]

    @property
    def loop_axes(self) -> str:
        """The axes that are gone through plane by plane: t, and z for a 2D network."""
        return "".join(a for a in self.image.axes if a not in self.space and a != "c")

    @property
    def axes(self) -> str:
        """Axes of the result, such as labels: those of the loop, then space."""
        return self.loop_axes + self.space

    @property
    def shape(self) -> tuple[int, ...]:
        """Size per axis of `axes` in pixels."""
        return tuple(self.image.size(letter) for letter in self.axes)

    def __len__(self) -> int:
        return math.prod(self.image.size(letter) for letter in self.loop_axes)

    def __iter__(self) -> Iterator[tuple[tuple[int, ...], PixelArray]]:
        for index in product(*(range(self.image.size(letter)) for letter in self.loop_axes)):
            yield index, self.plane(index)

    def plane(self, index: tuple[int, ...] = ()) -> PixelArray:
        """Return the pixels `(c, *space)` at one position along `loop_axes`."""
        at = dict(zip(self.loop_axes, index, strict=True))
        parts = tuple(_hold(self.image, at | {"c": channel}) for channel in self.channels)
        loaded = [part for part in parts if isinstance(part, np.ndarray)]
        if len(loaded) < len(parts):
            return Stack(parts)
        return loaded[0][None] if len(loaded) == 1 else np.stack(loaded)

    def channel(self, position: int = 0) -> PixelArray:
        """Return all planes of one chosen channel, for what must be known of the whole image.

        The axes are those of the image without c, in its own order.
        """
        return _hold(self.image, {"c": self.channels[position]})


def select(image: Image, ndim: int, channel: int | Sequence[int] | None = None) -> Selection:
    """Choose what a network of `ndim` spatial dimensions reads.

    Parameters
    ----------
    image : Image
        Image of any axes.
    ndim : int
        2 or 3. A 2D network goes through z (and t) plane by plane; a 3D network needs z.
    channel : int or sequence of int, optional
        Channels to read, negative counting from the end; all of them if left out.

    Raises
    ------
    InputError
        For an RGB image, a 3D network without z, and channels that are not there.
    """
    if image.is_rgb:
        raise InputError(
            f"The image {image.name!r} is RGB(A), shape {tuple(image.data.shape)}; the network"
            " reads grey channels. Convert it to grey first (napari_shift_unet.images.to_grey)."
        )
    if ndim not in (2, 3):
        raise InputError(f"The network has {ndim} dimensions; 2 or 3 can be used.")
    space = "zyx"[3 - ndim :]
    if ndim == 3 and "z" not in image.axes:
        raise InputError(
            f"The image {image.name!r} has the axes {image.axes!r}; a 3D model needs z."
            " Choose a 2D model, or name the axes."
        )
    count = image.n_channels
    wanted = range(count) if channel is None else [channel] if isinstance(channel, int) else channel
    missing = [at for at in wanted if not -count <= at < count]
    if missing or not len(wanted):
        raise InputError(
            f"Channel {missing[0] if missing else 'none'} was asked for; the image {image.name!r}"
            f" has {count}. Choose from 0 to {count - 1}."
        )
    return Selection(image, space, tuple(int(at) % count for at in wanted))


def planes(
    image: Image, ndim: int, channel: int | Sequence[int] | None = None
) -> Iterator[tuple[tuple[int, ...], PixelArray]]:
    """Go through `(index, pixels (c, *space))` of every plane; see `select`."""
    return iter(select(image, ndim, channel))


def to_grey(image: Image) -> Image:
    """Take the luma of an RGB(A) image, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), without alpha.

    Returns
    -------
    Image
        The same image without its `s` axis, in memory, with pixels of the same type; an image that
        is not RGB comes back as it is.
    """
    if not image.is_rgb:
        return image
    at = image.axes.index(SAMPLES)
    red, green, blue = (_hold(image, {SAMPLES: sample}) for sample in range(3))
    grey: np.ndarray[Any, Any] = np.empty(red.shape, np.dtype(image.data.dtype).newbyteorder("="))
    for box in blocks(red):
        parts = (read_block(colour, box).astype(np.float64) for colour in (red, green, blue))
        luma = sum(weight * part for weight, part in zip(_LUMA, parts, strict=True))
        grey[box] = np.rint(luma) if grey.dtype.kind in "iu" else luma
    return Image(
        data=grey,
        axes=image.axes[:at] + image.axes[at + 1 :],
        scale=image.scale,
        units=image.units,
        translate=image.translate,
        name=image.name,
        source=image.source,
    )


def _hold(image: Image, at: dict[str, int]) -> PixelArray:
    """Hold some axes of the image's array at an index: a numpy view, or lazy."""
    fixed = tuple(at.get(letter) for letter in image.axes)
    if isinstance(image.data, np.ndarray):
        return image.data[tuple(slice(None) if i is None else i for i in fixed)]
    return View(image.data, fixed)
