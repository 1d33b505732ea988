"""A network seen along one axis: long inputs, as narrow as it takes them on the other axes."""

from copy import copy
from typing import Literal, Self

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from .passes import Passes
from .sizes import AxisSizes

Side = Literal["before", "after"]
TOLERANCE = {torch.double: 1e-9, torch.float: 1e-4}
"""What rounding may change, in parts of the largest output."""
STRONG = 1e3


class Strip:
    """Asks a network what its outputs along one axis depend on, and whether two runs agree."""

    def __init__(
        self, passes: Passes, sizes: tuple[AxisSizes, ...], axis: int, *, spreads_nan: bool
    ) -> None:
        self.passes, self.axis, self.sizes = passes, axis, sizes[axis]
        self._others = tuple(s.narrow for s in sizes)
        self._spreads_nan = spreads_nan
        self._reached: dict[tuple[int, int, Side], int] = {}
        self._image = torch.empty(0)
        self._outputs: dict[tuple[int, int], Tensor] = {}

    def every(self, period: int) -> Self:
        """Return the strip for inputs that differ by whole periods only."""
        sizes = self.sizes.every(period)
        if sizes == self.sizes:
            return self
        other = copy(self)
        other.sizes = sizes
        return other

    def size(self, length: int) -> tuple[int, ...]:
        """Return the size of an input of this length in px."""
        return (*self._others[: self.axis], length, *self._others[self.axis + 1 :])

    def reach(self, length: int, count: int, side: Side = "before") -> int:
        """Return how many outputs from one end an input of this length depend on its end.

        Parameters
        ----------
        length
            Of the input in px.
        count
            Of the first, or last, input px that are changed: to NaN, which no weight can hide, or
            to strong noise, for a network that replaces NaN.
        side
            At which end.

        Returns
        -------
        int
            Place of the farthest output that changes, counted from that end, from 1; 0 if none.
        """
        key = length, count, side
        if key not in self._reached:
            self._reached[key] = self._measured_reach(length, count, side)
        return self._reached[key]

    def output(self, start: int, length: int, total: int) -> Float[Tensor, "o n *other"]:
        """Return the outputs for a piece of an image of noise, the axis of the strip second.

        The image is made for its `total` length in px; the piece begins at `start`.
        """
        if self._image.shape[1:] != self.size(total):
            self._image = self.passes.noise(self.size(total), self.axis)
            self._outputs = {}
        if (start, length) not in self._outputs:
            output = self.passes.ordinary(self._image.narrow(self.axis + 1, start, length))
            self._outputs[start, length] = output.movedim(self.axis + 1, 1)
        return self._outputs[start, length]

    def _measured_reach(self, length: int, count: int, side: Side) -> int:
        image = self.passes.noise(self.size(length), self.axis).float()
        first = 0 if side == "before" else length - count
        changed = image.clone()
        part = changed.narrow(self.axis + 1, first, count)
        if self._spreads_nan:
            part.fill_(torch.nan)
            differs = self.passes(changed).isnan()
        else:
            part.mul_(STRONG).neg_()
            differs = self.passes(changed) != self.passes(image)
        reached = self._along(differs)
        places = (reached if side == "before" else reached.flip(0)).nonzero()
        return int(places.max()) + 1 if len(places) else 0

    def _along(self, differs: Bool[Tensor, "o *window"]) -> Bool[Tensor, "n"]:
        moved = differs.movedim(self.axis + 1, 0)
        return moved.reshape(len(moved), -1).any(1)


def agree(
    one: Float[Tensor, "o n *other"],
    other: Float[Tensor, "o n *other"],
    tolerance: float | None = None,
) -> bool:
    """Whether two outputs are the same but for rounding.

    Rounding may change what `TOLERANCE` says, or `tolerance`, relative to the largest value of the
    same channel.
    """
    allowed = TOLERANCE[one.dtype] if tolerance is None else tolerance
    largest = one.abs().flatten(1).amax(1)
    return bool(((one - other).abs().flatten(1).amax(1) <= allowed * largest).all())
