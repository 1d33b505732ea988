"""Reading beyond the edge: outside of an image its reflection continues it."""

import numpy as np
from jaxtyping import Int64, Shaped

from ..errors import InputError
from .arrays import PixelArray, read_block

Interval = tuple[int, int]


def reflect_indices(start: int, stop: int, length: int) -> Int64[np.ndarray, "n"]:
    """Return indices into an axis of `length` px that continue it by reflection, at any distance.

    A triangle wave of period `2 (length - 1)` that does not repeat the edge pixel, as
    `numpy.pad(mode="reflect")`; an axis of one pixel repeats it.

    Parameters
    ----------
    start, stop : int
        Half-open interval in image pixels; it may begin below 0 and end beyond `length`.
    length : int
        Size of the axis in pixels, at least 1.

    Returns
    -------
    ndarray
        `stop - start` indices in 0..length-1.

    Raises
    ------
    InputError
        If the axis is empty or the interval ends before it begins.
    """
    if length < 1:
        raise InputError(f"The axis is {length} px long; an image needs at least 1 px per axis.")
    if stop < start:
        raise InputError(f"The interval {start} to {stop} ends before it begins; swap its ends.")
    if length == 1:
        return np.zeros(stop - start, np.int64)
    last = length - 1
    return last - np.abs(np.arange(start, stop, dtype=np.int64) % (2 * last) - last)


def read_padded(array: PixelArray, read: tuple[Interval, ...]) -> Shaped[np.ndarray, "..."]:
    """Read a block that may reach beyond the image, which is continued by reflection.

    Only the box that the block and its reflections need is taken from a lazy array.

    Parameters
    ----------
    array : PixelArray
        Pixels `(..., *space)`; the last `len(read)` axes are space, those before are read whole.
    read : tuple of (int, int)
        Per spatial axis the half-open interval in image pixels.

    Returns
    -------
    ndarray
        `(..., *(stop - start))`. A view of `array` where that is in memory and nothing is
        reflected: copy it before writing to it.
    """
    if len(read) > array.ndim:
        raise InputError(f"{len(read)} intervals were given; the image has {array.ndim} axes.")
    leading = array.ndim - len(read)
    box = [slice(0, n) for n in array.shape[:leading]]
    takes: list[np.ndarray | None] = []
    for (start, stop), length in zip(read, array.shape[leading:], strict=True):
        if 0 <= start <= stop <= length:
            box.append(slice(start, stop))
            takes.append(None)
            continue
        indices = reflect_indices(start, stop, length)
        first = int(indices.min(initial=length))
        box.append(slice(first, int(indices.max(initial=0)) + 1))
        takes.append(indices - first)
    block = read_block(array, tuple(box))
    for axis, indices_there in enumerate(takes, start=leading):
        if indices_there is not None:
            block = block.take(indices_there, axis=axis)
    return block
