"""Which input sizes a network takes, found by trying."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import lcm

from ...errors import ModelError
from ...geometry import UNetSpec

OutputSize = Callable[[tuple[int, ...]], tuple[int, ...] | None]
MAX_SCAN_PX = 512
"""Sizes in a row that are tried; a step can be half of it."""
NARROW_PX = 4
"""Output of a strip across its axis, at least."""


@dataclass(frozen=True, slots=True)
class AxisSizes:
    """Inputs of ``base + k * step`` px along one axis give outputs of `shrink` px less."""

    base: int
    step: int
    shrink: int

    def at_least(self, length: int) -> int:
        """Return the smallest possible input that is not smaller than `length` px."""
        return self.base + max(0, -(-(length - self.base) // self.step)) * self.step

    @property
    def narrow(self) -> int:
        """A small input in px, whose output has room for one step."""
        return self.at_least(self.shrink + max(self.step, NARROW_PX))

    def every(self, period: int) -> "AxisSizes":
        """Return those inputs among which tiles can differ by whole periods only.

        Multiples of the period come first: a network that takes any size pads the others inside.
        """
        step = lcm(self.step, period)
        candidates = range(self.base, self.base + step, self.step)
        base = min(candidates, key=lambda n: (n % period != 0, n))
        return AxisSizes(base, step, self.shrink)


def sizes_of(spec: UNetSpec) -> tuple[AxisSizes, ...]:
    """Return the sizes of a network of this project, which need no trying."""
    smallest = tuple(spec.legal_inputs(axis, 0, 1)[0] for axis in range(spec.ndim))
    rows = zip(smallest, spec.period, spec.output_size(smallest), strict=True)
    return tuple(AxisSizes(n, period, n - m) for n, period, m in rows)


def try_sizes(output_size: OutputSize, start: tuple[int, ...], name: str) -> tuple[AxisSizes, ...]:
    """Find the sizes per axis of a network that takes inputs of `start` px.

    Raises
    ------
    ModelError
        If it takes no other size, or its output has another resolution than its input.
    """
    size, found = start, []
    for axis in range(len(start)):
        found.append(_along(output_size, size, axis, name))
        size = (*size[:axis], found[-1].base, *size[axis + 1 :])
    return tuple(found)


def _along(output_size: OutputSize, size: tuple[int, ...], axis: int, name: str) -> AxisSizes:
    @cache
    def output(n: int) -> int | None:
        found = output_size((*size[:axis], n, *size[axis + 1 :]))
        return found[axis] if found is not None and found[axis] > 0 else None

    step, gain = _cycle(output, size[axis], "zyx"[axis - len(size)], name)
    if gain != step:
        raise ModelError(
            f"{name} returns {gain} px for every {step} px that it reads; tiles need a network "
            "whose output has the resolution of its input. Add an upsampling, or leave one out."
        )
    cycle = range(size[axis], size[axis] + step)
    shrinks = {n: n - m for n in cycle if (m := output(n)) is not None}
    length = min(shrinks, key=lambda n: (abs(shrinks[n]), n % step != 0, n))
    shrink = shrinks[length]
    return AxisSizes(_smallest(output, length, step, shrink), step, shrink)


def _cycle(
    output: Callable[[int], int | None], start: int, letter: str, name: str
) -> tuple[int, int]:
    """Return after how many px of input the outputs repeat, and how much larger they are then."""
    scanned = 2
    while scanned <= MAX_SCAN_PX:
        outputs = [output(start + i) for i in range(scanned + 1)]
        for step in range(1, scanned // 2 + 1):
            gain = _gain(outputs, step)
            if gain:
                return step, gain
        scanned *= 2
    if any(output(start + i) for i in range(1, MAX_SCAN_PX)):
        raise ModelError(
            f"{name} returns {output(start)} px for inputs of {start} px along {letter}, and does "
            "not return more for larger ones in any regular way; it must answer for every pixel."
        )
    raise ModelError(
        f"{name} takes inputs of {start} px along {letter} and of no other size; export it with "
        "sizes that may vary (dynamic_shapes of torch.export, torch.jit.script)."
    )


def _gain(outputs: list[int | None], step: int) -> int:
    """Return by how much outputs grow with each step, 0 if they do not repeat."""
    gains = set()
    for before, after in zip(outputs, outputs[step:], strict=False):
        if (before is None) != (after is None):
            return 0
        if before is not None and after is not None:
            gains.add(after - before)
    return gains.pop() if len(gains) == 1 else 0


def _smallest(output: Callable[[int], int | None], length: int, step: int, shrink: int) -> int:
    """Return the smallest input of the same kind, by bisection."""
    good, bad = 0, -(-length // step)
    while bad - good > 1:
        middle = (good + bad) // 2
        n = length - middle * step
        good, bad = (middle, bad) if output(n) == n - shrink else (good, middle)
    return length - good * step
