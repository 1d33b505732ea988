"""Intensity statistics of a whole image: decided once, so that every tile is scaled alike."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32

from ..errors import InputError
from .arrays import PixelArray, blocks, read_block
from .selection import Selection

LOW_PERCENTILE = 1.0
HIGH_PERCENTILE = 99.8
SAMPLE_PIXELS = 2**22
"""Pixels that a percentile is taken of where a histogram is not exact."""


@dataclass(frozen=True)
class Normalisation:
    """The affine map of intensities that sends `low` to 0 and `high` to 1, without clipping.

    Raises
    ------
    InputError
        Unless `low` and `high` are finite and `low < high`.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise InputError(
                f"The intensity range is {self.low} to {self.high}; it must be finite and rising."
                " Check the image for constant or NaN pixels."
            )

    def apply(self, array: Any) -> Float32[np.ndarray, "*shape"]:
        """Return `(array - low) / (high - low)` as a new float32 array of the same shape."""
        scaled = np.subtract(array, self.low, dtype=np.float64)
        scaled /= self.high - self.low
        normalised: Float32[np.ndarray, "*shape"] = scaled.astype(np.float32)
        return normalised


def measure(
    array: PixelArray,
    low_percentile: float = LOW_PERCENTILE,
    high_percentile: float = HIGH_PERCENTILE,
) -> Normalisation:
    """Take percentiles of all pixels of an array of any shape; the same result on every run.

    Integers of up to 16 bits are counted exactly, block by block. Of other types every n-th pixel
    is taken such that `SAMPLE_PIXELS` are not exceeded. Where so few pixels are bright (or dark)
    that both percentiles coincide, the maximum (then the minimum) takes their place.

    Parameters
    ----------
    array : PixelArray
        Finite real pixels of any shape, in memory or lazy.
    low_percentile, high_percentile : float
        Percentiles in 0..100 that are sent to 0 and to 1.

    Raises
    ------
    InputError
        For percentiles out of order, and for empty or constant arrays.
    """
    if not 0 <= low_percentile < high_percentile <= 100:
        raise InputError(
            f"The percentiles are {low_percentile} and {high_percentile}; they must rise and lie"
            " within 0 and 100."
        )
    if 0 in array.shape:
        raise InputError(
            f"The image is empty, shape {tuple(array.shape)}; give at least one pixel."
        )
    dtype = np.dtype(array.dtype)
    exact = dtype.kind in "biu" and dtype.itemsize <= 2
    percents = (0.0, low_percentile, high_percentile, 100.0)
    lowest, low, high, highest = (_counted if exact else _sampled)(array, percents)
    if low == high:
        high = highest
    if low == high:
        low = lowest
    return Normalisation(low, high)


def measure_channels(
    selection: Selection,
    low_percentile: float = LOW_PERCENTILE,
    high_percentile: float = HIGH_PERCENTILE,
) -> tuple[Normalisation, ...]:
    """Measure each chosen channel over all planes of the image; see `measure`."""
    return tuple(
        measure(selection.channel(position), low_percentile, high_percentile)
        for position in range(len(selection.channels))
    )


def normalise(
    block: Any, normalisations: Sequence[Normalisation]
) -> Float32[np.ndarray, "c *space"]:
    """Scale a block `(c, *space)` channel by channel; a new float32 array of the same shape."""
    pairs = zip(block, normalisations, strict=True)
    return np.stack([normalisation.apply(channel) for channel, normalisation in pairs])


def _counted(array: PixelArray, percents: Sequence[float]) -> list[float]:
    """Exact percentiles of small integers, by their histogram (linear, as in numpy.percentile)."""
    dtype = np.dtype(array.dtype)
    lowest = 0 if dtype.kind == "b" else int(np.iinfo(dtype).min)
    counts = np.zeros(2 ** (8 * dtype.itemsize), np.int64)
    for box in blocks(array):
        values = read_block(array, box).ravel().astype(np.int64) - lowest
        counts += np.bincount(values, minlength=len(counts))
    upto = np.cumsum(counts)
    ranks = [percent / 100 * (int(upto[-1]) - 1) for percent in percents]
    below = [int(np.searchsorted(upto, math.floor(rank), side="right")) for rank in ranks]
    above = [int(np.searchsorted(upto, math.ceil(rank), side="right")) for rank in ranks]
    return [
        float(lowest + b + (a - b) * (rank - math.floor(rank)))
        for b, a, rank in zip(below, above, ranks, strict=True)
    ]


def _sampled(array: PixelArray, percents: Sequence[float]) -> list[float]:
    """Percentiles of every n-th pixel; n is coprime with the row, so that columns take turns."""
    total = math.prod(array.shape)
    step = math.ceil(total / SAMPLE_PIXELS)
    while math.gcd(step, array.shape[-1]) > 1:
        step += 1
    taken, seen = [], 0
    for box in blocks(array):
        values = read_block(array, box).ravel()
        taken.append(values[-seen % step :: step].astype(np.float64))
        seen += values.size
    return [float(value) for value in np.percentile(np.concatenate(taken), percents)]
