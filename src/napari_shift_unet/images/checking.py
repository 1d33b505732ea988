"""What makes pixels unusable, found part by part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from .arrays import Box, PixelArray, blocks, read_block


@dataclass(frozen=True)
class Findings:
    """What was found in parts of an array; that of the whole is put together in any order."""

    ends: np.ndarray
    """Lowest and highest pixel of all parts without NaN or infinite ones; empty if there is none"""
    bad: int
    """Number of NaN and infinite pixels."""
    first: tuple[int, ...]
    """Place of the first one in raster order; empty if there is none."""

    @classmethod
    def of(cls, values: np.ndarray, start: Sequence[int]) -> "Findings":
        """Look at the pixels of a box that begins at a place of the array."""
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            if not finite.all():
                at = np.argwhere(~finite)
                first = tuple(int(i) + s for i, s in zip(at[0], start, strict=True))
                return cls(np.empty(0, values.dtype), len(at), first)
        return cls(np.array([values.min(), values.max()]), 0, ())

    @classmethod
    def together(cls, parts: Iterable["Findings"]) -> "Findings":
        """Put together what was found in parts, one at least."""
        found = list(parts)
        ends = np.concatenate([part.ends for part in found])
        if ends.size:
            ends = np.array([ends.min(), ends.max()])
        first = min((part.first for part in found if part.bad), default=())
        return cls(ends, sum(part.bad for part in found), first)

    def check(self, name: str) -> None:
        """Refuse an array of which this was found.

        Raises
        ------
        InputError
            For NaN or infinite pixels, and if all pixels are alike.
        """
        if self.bad:
            raise InputError(
                f"The {name} holds {self.bad} NaN or infinite pixels, the first at {self.first}."
                " Replace them, for instance with numpy.nan_to_num."
            )
        if self.ends[0] == self.ends[1]:
            raise InputError(
                f"The {name} is constant: every pixel is {self.ends[0]}."
                " Check the channel and the file."
            )


def check_kind(array: PixelArray, name: str = "image") -> None:
    """Refuse an array by what it says of itself; no pixel is read.

    Raises
    ------
    InputError
        For an empty array, and pixels that are no real numbers.
    """
    dtype = np.dtype(array.dtype)
    if dtype.kind == "c":
        raise InputError(
            f"The {name} has complex pixels ({dtype}); real numbers are needed."
            " Take their numpy.abs or numpy.real first."
        )
    if dtype.kind not in "biuf":
        raise InputError(
            f"The {name} has {dtype} pixels; numbers are needed. Convert it to float32."
        )
    if 0 in array.shape:
        raise InputError(
            f"The {name} is empty, shape {tuple(array.shape)}; give at least one pixel."
        )


def check_pixels(array: PixelArray, name: str = "image") -> None:
    """Refuse pixels that no segmentation can be made of; reads the array block by block.

    Parameters
    ----------
    array : PixelArray
        Real numbers of any shape; bool counts as 0 and 1.
    name : str
        What the error calls the array.

    Raises
    ------
    InputError
        For an empty or constant array, NaN or infinite pixels, and pixels that are no real numbers.
    """
    check_kind(array, name)
    Findings.together(_look(array, box) for box in blocks(array)).check(name)


def _look(array: PixelArray, box: Box) -> Findings:
    return Findings.of(read_block(array, box), [side.start for side in box])
