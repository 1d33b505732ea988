"""Labels as they come: checked, and taken apart into frames that are tiled one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from jaxtyping import Integer, Shaped

from ..errors import InputError
from ..images import PixelArray, guess_axes

HIGHEST = 2**31 - 1


@dataclass(frozen=True)
class LabelStack:
    """Labels with named axes; t and c are gone through frame by frame, z, y and x are space."""

    labels: Integer[np.ndarray, "*axes"]
    axes: str

    @property
    def space(self) -> tuple[int, ...]:
        """Array axes that may be tiled."""
        return tuple(at for at, letter in enumerate(self.axes) if letter in "zyx")

    @property
    def shape(self) -> tuple[int, ...]:
        """Size per axis in px."""
        return self.labels.shape

    def indices(self) -> Iterator[tuple[int, ...]]:
        """Yield the positions of the frames along the axes before space."""
        return iter(np.ndindex(*self.shape[: self.space[0]]))

    def frames(self) -> list[Integer[np.ndarray, "*space"]]:
        """Return the frames in the order of `indices`; views of the labels."""
        return [self.labels[index] for index in self.indices()]


def as_stack(labels: Shaped[np.ndarray, "..."], axes: str | None = None) -> LabelStack:
    """Check labels, and name their axes where nobody does.

    Raises
    ------
    InputError
        For labels that are not whole numbers from 0 to 2,147,483,647, of which there are fewer than
        two, or whose axes end in anything but space.
    """
    dtype = labels.dtype
    if dtype.kind not in "biu":
        raise InputError(f"the labels are {dtype}; whole numbers are needed. Give instance labels.")
    if not labels.size:
        raise InputError(f"the labels are empty, shape {labels.shape}; there is nothing to audit.")
    low, high = int(labels.min()), int(labels.max())
    if low < 0:
        raise InputError(f"the labels go down to {low}; 0 is background and objects count from 1.")
    if high > HIGHEST:
        raise InputError(
            f"the labels go up to {high}; {HIGHEST} is the highest that can be used. Renumber them."
        )
    several = dtype.kind != "b" and bool(((labels != 0) & (labels != high)).any())
    if not several:
        raise InputError(
            f"the labels hold {'one' if high else 'no'} object; a seam shows between two or more. "
            "Give instance labels."
        )
    letters = axes or ("yx", "zyx")[labels.ndim - 2] if labels.ndim in (2, 3) else axes
    letters = letters or guess_axes(labels.shape)
    if letters.lstrip("tc") not in ("yx", "zyx") or len(letters) != labels.ndim:
        raise InputError(
            f"the labels have the axes {letters!r}, shape {labels.shape}; (t)(z)yx can be used."
            " Transpose them, or convert colours to labels."
        )
    return LabelStack(labels, letters)


def check_embedding(embedding: PixelArray, stack: LabelStack) -> None:
    """Refuse an embedding that does not lie on the labels.

    Raises
    ------
    InputError
        If its shape is not that of the labels behind one axis of channels.
    """
    shape = tuple(embedding.shape)
    if shape[1:] != stack.shape or not prod(shape):
        raise InputError(
            f"the embedding has the shape {shape} and the labels {stack.shape}; it must be (c, "
            f"{', '.join(map(str, stack.shape))}). Give the embedding of this image."
        )


def per_axis(name: str, value: Any, stack: LabelStack) -> tuple[int | None, ...]:
    """Spread one number, or one per axis, over the axes of the labels; the last axes come last.

    Raises
    ------
    InputError
        If there are more numbers than spatial axes.
    """
    space = stack.space
    numbers: Sequence[Any] = value if isinstance(value, Sequence) else [value] * len(space)
    if len(numbers) > len(space):
        raise InputError(
            f"{name} has {len(numbers)} numbers and the labels have {len(space)} spatial axes; "
            "give one number for all, or one each."
        )
    missing = len(stack.axes) - len(numbers)
    return (*[None] * missing, *(int(number) for number in numbers))
