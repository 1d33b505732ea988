"""Instance labels on their way to a file."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .arrays import PixelArray, blocks, load, read_block

_LIMIT = 2**32 - 1


def label_dtype(labels: PixelArray) -> np.dtype[Any]:
    """Choose the smallest type that files keep labels in: uint16 up to 65,535, else uint32.

    Parameters
    ----------
    labels : PixelArray
        Integers `(*space)`, 0 = background; in memory or lazy.

    Raises
    ------
    InputError
        For labels that are no integers, negative, empty or above 4,294,967,295.
    """
    dtype = np.dtype(labels.dtype)
    if dtype.kind not in "biu":
        raise InputError(f"The labels are {dtype}; integers are needed. Convert them with astype.")
    if 0 in labels.shape:
        raise InputError(
            f"The labels are empty, shape {tuple(labels.shape)}; there is nothing to write."
        )
    ranges = [(int(b.min()), int(b.max())) for b in (read_block(labels, x) for x in blocks(labels))]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    if low < 0 or high > _LIMIT:
        raise InputError(
            f"The labels run from {low} to {high}; files keep 0 to {_LIMIT}. Relabel the objects."
        )
    return np.dtype(np.uint16 if high <= np.iinfo(np.uint16).max else np.uint32)


def as_file_labels(labels: PixelArray) -> NDArray[Any]:
    """Load labels in the type of `label_dtype`; a view where they are of it already."""
    return load(labels).astype(label_dtype(labels), copy=False)
