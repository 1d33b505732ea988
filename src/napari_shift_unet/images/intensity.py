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
from .tallies import Tally

LOW_PERCENTILE = 1.0
HIGH_PERCENTILE = 99.8


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
    is taken such that `SAMPLE_PIXELS` of `tallies` are not exceeded. Where so few pixels are bright
    (or dark) that both percentiles coincide, the maximum (then the minimum) takes their place.

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
    if 0 in array.shape:
        raise InputError(
            f"The image is empty, shape {tuple(array.shape)}; give at least one pixel."
        )
    shape = tuple(array.shape)
    tallies = (Tally.of(read_block(array, box), box, shape) for box in blocks(array))
    return range_of(Tally.together(tallies), low_percentile, high_percentile)


def range_of(tally: Tally, low_percentile: float, high_percentile: float) -> Normalisation:
    """Return the range of an array, of which a tally is known; see `measure`.

    Raises
    ------
    InputError
        For percentiles out of order, and for constant arrays.
    """
    if not 0 <= low_percentile < high_percentile <= 100:
        raise InputError(
            f"The percentiles are {low_percentile} and {high_percentile}; they must rise and lie"
            " within 0 and 100."
        )
    percents = (0.0, low_percentile, high_percentile, 100.0)
    lowest, low, high, highest = tally.percentiles(percents)
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
