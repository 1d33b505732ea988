"""Sizes along one axis of a U-Net; each axis is counted by itself and all of them alike."""

from dataclasses import dataclass
from itertools import accumulate
from math import prod
from operator import mul


@dataclass(frozen=True, slots=True)
class Axis:
    """What the poolings and convolutions of a U-Net do to one axis; units px.

    A level is a run of convolutions. Positions are counted from 0, where a pooling block begins.
    """

    factors: tuple[int, ...]
    """Pooling factor per level, first level first."""
    loss: int
    """``convs * (kernel - 1)``: what one run of unpadded convolutions takes away, always even."""

    @property
    def period(self) -> int:
        """Product of the factors ([R], section 3)."""
        return prod(self.factors)

    @property
    def scales(self) -> tuple[int, ...]:
        """Image pixels per pixel of each level, from 1 to the period."""
        return tuple(accumulate(self.factors, mul, initial=1))

    @property
    def shrink(self) -> int:
        """Input minus output size of an unpadded network; all levels but the deepest run twice."""
        *passed, deepest = self.scales
        return self.loss * (2 * sum(passed) + deepest)

    @property
    def smallest_output(self) -> int:
        """Smallest output of an unpadded network of which no level is empty."""
        size = 1
        for factor in self.factors:
            size = -(-(size + self.loss) // factor)
        for factor in reversed(self.factors):
            size = size * factor - self.loss
        return size

    @property
    def margin(self) -> int:
        """How far a block of one period sees beyond its edges, the same on each side."""
        return -self.seen_from(0)[0]

    @property
    def reach(self) -> int:
        """Distance of the farthest input pixel that an output pixel of any phase sees."""
        distances = []
        for phase in range(self.period):
            first, last = self.seen_from(phase)
            distances += [phase - first, last - phase]
        return max(distances)

    def seen_from(self, position: int) -> tuple[int, int]:
        """Return the first and the last input pixel that an output pixel depends on.

        Followed through the deepest level: a skip sees no farther.
        """
        grow = self.loss // 2
        first = last = position
        for factor in self.factors:
            first, last = (first - grow) // factor, (last + grow) // factor
        first, last = first - grow, last + grow
        for factor in reversed(self.factors):
            first, last = first * factor - grow, last * factor + factor - 1 + grow
        return first, last
