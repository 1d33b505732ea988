"""How much memory a run may take, and what follows from it."""

import re
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..geometry import MeasuredSpec, TilePlan, UNetSpec
from ..geometry.planning import DEFAULT_ACTIVATION_BYTES
from ..images import Selection

if TYPE_CHECKING:
    from ..networks import Model

DEFAULT_MEMORY = 2 * 2**30
"""What a process may grow by, in bytes, beyond the libraries that it loads."""
SMALLEST_MEMORY = 2**26

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_SIZE = re.compile(r"\s*(\d+(?:\.\d*)?)\s*([KMGT]?)(?:i?B)?\s*", re.IGNORECASE)

_AT_A_TILE = 4  # share of the memory that the feature maps of a tile may take
_PER_PX = 2048  # bytes that clustering may take per px of a chunk: hardly a fifth is usual
_WHOLE_PER_PX, _WHOLE_PER_CHANNEL = 48, 12  # bytes of a run in one piece, per px


def parse_memory(text: str) -> int:
    """Return bytes of a text such as 2GiB, 800M or 1.5 GB; units are powers of 1,024.

    Raises
    ------
    InputError
        If it cannot be read, or is too little for any run.
    """
    found = _SIZE.fullmatch(text)
    if found is None:
        raise InputError(f"the memory is '{text}'; give a size such as 800MiB or 2GiB.")
    size = int(float(found[1]) * _UNITS[found[2].upper()])
    if size < SMALLEST_MEMORY:
        raise InputError(
            f"the memory is '{text}'; a run needs {SMALLEST_MEMORY // 2**20} MiB at least."
        )
    return size


def memory_of_whole(
    selection: Selection, model: "Model | UNetSpec | MeasuredSpec", plan: TilePlan
) -> int:
    """Forecast the bytes that a run takes which holds the whole image and its result."""
    pixels: int = prod(selection.shape)
    per_px = _WHOLE_PER_PX + _WHOLE_PER_CHANNEL * model.out_channels
    item: int = np.dtype(selection.image.data.dtype).itemsize
    tile = model.footprint.activation_bytes(plan.output_window)
    return pixels * (per_px + item * len(selection.channels)) + tile


def activation_bytes(memory: int, ndim: int) -> int:
    """Return the working memory that an automatic window may take."""
    return min(DEFAULT_ACTIVATION_BYTES[ndim], memory // _AT_A_TILE)


def chunk_pixels(memory: int) -> int:
    """Return how many pixels a unit of work may have."""
    return memory // _PER_PX
