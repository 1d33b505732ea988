"""Period, padding and faults of a network along one axis."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .passes import Refused
from .sizes import AxisSizes
from .strip import Side, Strip, agree

SIDES: tuple[Side, Side] = ("before", "after")
Fault = Literal["whole tile", "place", "size"]
MAX_LENGTH_PX, MAX_STEPS = 2048, 16
"""Longest strip, in px or in steps of its sizes, whichever is more. A network that sees farther is
taken for one that sees the whole tile."""
FIRST_STEPS = 5
"""Output of the first strip, in steps: enough for a network without padding."""
ROOM_PX = 48
MAX_SHIFT_PX = 512
MAX_MULTIPLE = 8


@dataclass(frozen=True, slots=True)
class AxisVerdict:
    """What was measured along one axis, in px."""

    sizes: AxisSizes
    """Inputs among which tiles can be chosen."""
    period: int | None = None
    """Smallest shift of the input that shifts the output by the same; `None` if there is none."""
    margin: tuple[int, int] | None = None
    """How far a block of one period sees beyond the output of its tile, before and after."""
    padding: tuple[int, int] | None = None
    """How many outputs padding inside the network reaches, before and after."""
    fault: Fault | None = None
    """Why no tiling is exact."""


def measure_axis(strip: Strip) -> AxisVerdict:
    """Measure a network along one axis.

    The period is the smallest shift that keeps both what an output depends on, found with NaN, and
    its values, compared on noise ([R], section 3). What holds for it is then checked for inputs of
    two sizes.
    """
    reach = _local_reach(strip)
    if reach and strip.sizes.step == 1:
        strip = strip.every(_plateau(strip, reach))
        reach = _local_reach(strip)
    if reach is None:
        return AxisVerdict(strip.sizes, fault="whole tile")
    period = _period(strip, reach)
    if period is None:
        return AxisVerdict(strip.sizes, fault="place")
    strip = strip.every(period)
    length = _length(strip.sizes, reach, period)
    margins, paddings = zip(*(_ends(strip, length, period, side) for side in SIDES), strict=True)
    same = _same_in_a_larger_tile(strip, length, paddings)
    return AxisVerdict(strip.sizes, period, margins, paddings, None if same else "size")


def _ends(strip: Strip, length: int, period: int, side: Side) -> tuple[int, int]:
    """Return margin and padding at one end.

    Padding begins where the image ends: what depends on it is what depends on the first period of
    the image, one period earlier.
    """
    padding = strip.reach(length, period, side) - period
    if padding <= 0:
        return 0, 0
    blocks = -(-padding // period)
    block = (1 + blocks) * period  # begins here, and does not depend on the first `low` px
    low, high = period, 2 * period
    while high - low > 1:
        middle = (low + high) // 2
        clear = strip.reach(length, middle, side) <= block
        low, high = (middle, high) if clear else (low, middle)
    return block - low, padding


def _local_reach(strip: Strip) -> tuple[int, int] | None:
    """Return how many outputs the first, and the last, step of an input reaches.

    `None` if they reach all of them, however long the input is.
    """
    sizes = strip.sizes
    length = sizes.at_least(sizes.shrink + FIRST_STEPS * sizes.step)
    limit = max(MAX_LENGTH_PX, sizes.at_least(MAX_STEPS * sizes.step))
    while length <= limit:
        output = length - sizes.shrink
        try:
            before = strip.reach(length, sizes.step, "before")
            after = strip.reach(length, sizes.step, "after") if before < output else output
        except (Refused, MemoryError):
            return None
        if before < output and after < output:
            return before, after
        length = sizes.at_least(2 * length)
    return None


def _period(strip: Strip, reach: tuple[int, int]) -> int | None:
    """Return the smallest shift that commutes with the network, `None` if none was found."""
    unit = strip.sizes.step
    multiples = (n * unit for n in range(1, MAX_MULTIPLE + 1))
    shifts = (t for t in multiples if t == unit or t <= MAX_SHIFT_PX)
    period = next((t for t in shifts if _commutes(strip, reach, t)), None)
    if period is None:
        return None
    # The shifts that commute are the multiples of the period: divide while they still do.
    for prime in _primes(period):
        while period % prime == 0 and _is_a_period(strip, reach, period // prime, period):
            period //= prime
    return period


def _is_a_period(strip: Strip, reach: tuple[int, int], shift: int, period: int) -> bool:
    """Whether a part of a period is one too, in what outputs depend on and in their values."""
    length = _length(strip.sizes, reach, period)
    depends = (
        strip.reach(length, count) == strip.reach(length, count - shift) + shift
        for count in range(period + shift, period, -1)
    )
    return all(depends) and _commutes(strip, reach, shift)


def _commutes(strip: Strip, reach: tuple[int, int], shift: int) -> bool:
    """Whether a shifted input gives the shifted output, wherever padding does not reach."""
    before, after = reach
    length = _length(strip.sizes, reach, shift)
    output = length - strip.sizes.shrink
    here, there = (strip.output(start, length, length + shift) for start in (0, shift))
    kept = output - shift - before - after
    return agree(here.narrow(1, before + shift, kept), there.narrow(1, before, kept))


def _same_in_a_larger_tile(strip: Strip, length: int, padding: tuple[int, int]) -> bool:
    """Whether outputs that padding does not reach are the same in a tile of the next size."""
    before, after = padding
    sizes = strip.sizes
    total = length + sizes.step
    output = length - sizes.shrink
    whole = strip.output(0, total, total)
    first, last = (strip.output(start, length, total) for start in (0, sizes.step))
    kept = output - before - after
    return agree(whole.narrow(1, before, kept), first.narrow(1, before, kept)) and agree(
        whole.narrow(1, before + sizes.step, kept), last.narrow(1, before, kept)
    )


def _plateau(strip: Strip, reach: tuple[int, int]) -> int:
    """Return the width in px over which the reach of the first px of the input stays the same.

    Pooling makes it a staircase, and no smaller shift can bring a step of it onto itself.
    """
    length = strip.sizes.at_least(3 * sum(reach) + strip.sizes.shrink)
    longest = max(MAX_LENGTH_PX, length)
    while length <= longest:
        limit = length - strip.sizes.shrink - reach[1]

        def reached(count: int, length: int = length) -> int:
            return strip.reach(length, count)

        first = _next_step(reached, 1, limit)
        second = _next_step(reached, first, limit) if first else None
        if first and second:
            return second - first
        length = strip.sizes.at_least(2 * length)
    return 1


def _next_step(reached: Callable[[int], int], start: int, limit: int) -> int | None:
    """Return the smallest number of px after `start` that reaches farther, by bisection."""
    here, stride = reached(start), 1
    while start + stride <= limit and reached(start + stride) == here:
        stride *= 2
    if start + stride > limit or reached(start + stride) >= limit:
        return None
    low, high = start + stride // 2, start + stride
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if reached(middle) == here else (low, middle)
    return high


def _length(sizes: AxisSizes, reach: tuple[int, int], shift: int) -> int:
    """Return an input in px whose output has room between its ends, for three shifts at least."""
    return sizes.at_least(sizes.shrink + sum(reach) + max(3 * shift, ROOM_PX))


def _primes(number: int) -> list[int]:
    """Return the prime factors of a number, each once."""
    return [p for p in range(2, number + 1) if number % p == 0 and all(p % q for q in range(2, p))]
