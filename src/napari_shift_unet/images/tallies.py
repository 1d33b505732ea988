"""What percentiles of a whole array need of its parts, which are read one by one in any order."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arrays import Box

SAMPLE_PIXELS = 2**22
"""Pixels that a percentile is taken of where a histogram is not exact."""


@dataclass(frozen=True)
class Tally:
    """Pixels of a part of an array: counted if they are integers of up to 16 bits, else sampled.

    Every n-th pixel of the array in raster order is in the sample. So the whole is the same however
    it was read: put together, parts give what the array gives in one.
    """

    counts: np.ndarray
    """How often each value occurs, from the lowest of its type, int64; empty for a sample."""
    sample: np.ndarray
    """Pixels that were taken; empty where all are counted."""
    lowest: int = 0
    """Value that `counts` begins with."""

    @classmethod
    def of(cls, values: np.ndarray, box: Box, shape: Sequence[int]) -> "Tally":
        """Tally the pixels of a box of an array of a shape; the box is not empty."""
        dtype = values.dtype
        if not is_counted(dtype):
            return cls(np.empty(0, np.int64), _taken(values, box, shape))
        lowest = 0 if dtype.kind == "b" else int(np.iinfo(dtype).min)
        above = values.ravel().astype(np.int64) - lowest
        counts = np.bincount(above, minlength=2 ** (8 * dtype.itemsize))
        return cls(counts, np.empty(0, dtype), lowest)

    @classmethod
    def together(cls, parts: Iterable["Tally"]) -> "Tally":
        """Put together the tallies of parts of one array, one at least."""
        counts, sample, lowest = None, [], 0
        for part in parts:
            counts = part.counts.copy() if counts is None else np.add(counts, part.counts, counts)
            sample.append(part.sample)
            lowest = part.lowest
        return cls(np.empty(0, np.int64) if counts is None else counts, _joined(sample), lowest)

    def percentiles(self, percents: Sequence[float]) -> list[float]:
        """Return percentiles of the pixels of a whole array, linear as in numpy.percentile."""
        if not self.counts.size:
            found = np.percentile(self.sample.astype(np.float64), percents)
            return [float(value) + 0.0 for value in found]  # no minus in front of zero
        upto = np.cumsum(self.counts)
        ranks = [percent / 100 * (int(upto[-1]) - 1) for percent in percents]
        below = [int(np.searchsorted(upto, math.floor(rank), side="right")) for rank in ranks]
        above = [int(np.searchsorted(upto, math.ceil(rank), side="right")) for rank in ranks]
        return [
            float(self.lowest + b + (a - b) * (rank - math.floor(rank)))
            for b, a, rank in zip(below, above, ranks, strict=True)
        ]

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return arrays that are as small as they can be, for `from_arrays`."""
        values = np.flatnonzero(self.counts)
        return {
            "size": np.array(self.counts.size),
            "values": values.astype(np.uint16),
            "counts": self.counts[values],
            "sample": self.sample,
            "lowest": np.array(self.lowest),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Tally":
        """Return the tally of which these are the arrays."""
        counts = np.zeros(int(arrays["size"]), np.int64)
        counts[arrays["values"]] = arrays["counts"]
        return cls(counts, arrays["sample"], int(arrays["lowest"]))


def is_counted(dtype: Any) -> bool:
    """Whether pixels of a type are all counted."""
    dtype = np.dtype(dtype)
    return bool(dtype.kind in "biu" and dtype.itemsize <= 2)


def sample_step(shape: Sequence[int]) -> int:
    """Return n such that every n-th pixel makes a sample; no multiple of it is a row long.

    It is coprime with the row, so that columns take turns.
    """
    step = math.ceil(math.prod(shape) / SAMPLE_PIXELS)
    while math.gcd(step, shape[-1]) > 1:
        step += 1
    return step


def _taken(values: np.ndarray, box: Box, shape: Sequence[int]) -> np.ndarray:
    """Return the pixels of a box whose number in raster order of the array is n, 2 n, ..."""
    step = sample_step(shape)
    if step == 1:
        return values.ravel()
    number = np.zeros((1,) * (len(shape) - 1), np.int64)
    for axis, side in enumerate(box[:-1]):
        at = np.arange(side.start, side.stop) * math.prod(shape[axis + 1 :])
        number = number + at.reshape([-1 if a == axis else 1 for a in range(len(shape) - 1)])
    start, width = box[-1].start, values.shape[-1]
    first = -(number.ravel() + start) % step
    columns = first[:, None] + np.arange(0, width, step)
    rows = np.broadcast_to(np.arange(len(first))[:, None], columns.shape)
    inside = columns < width
    taken: np.ndarray = values.reshape(-1, width)[rows[inside], columns[inside]]
    return taken


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.empty(0)
