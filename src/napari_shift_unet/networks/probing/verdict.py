"""What a probe found, in numbers and in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...geometry import Footprint
from .axis import AxisVerdict, Fault
from .sizes import AxisSizes

USUAL_HALO_PX = 32
"""Read around tiles of a network for which no context would be enough."""
FAULTS: dict[Fault, str] = {
    "whole tile": (
        "every output along {axes} depends on the whole tile, up to the largest that was tried: "
        "something acts on all of it, such as group or instance normalisation, global pooling, "
        "attention or padding that wraps around"
    ),
    "place": (
        "what the network returns along {axes} depends on the place in the tile, as with "
        "coordinates of its own or resizing to the tile's size: no shift was found that keeps it"
    ),
    "size": "what the network returns along {axes} depends on the size of the tile",
}
RANDOM = (
    "the network returns something else for the same tile: it draws random numbers, as a dropout "
    "does that was saved in training mode"
)
NORMALISES = "the network takes brightness and contrast out of each tile by itself"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a network can be tiled without seams, and how; per-axis tuples are (z,) y, x."""

    in_channels: int
    out_channels: int
    axes: tuple[AxisVerdict, ...]
    random: bool = False
    """Whether it returns something else for the same input."""
    normalises: bool = False
    """Whether it returns the same for another brightness and contrast of the whole tile."""

    @property
    def exact(self) -> bool:
        """Whether there are tiles and crops for which stitched equals whole."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why no tiling is exact, as clauses; empty if there is one."""
        found = [RANDOM] if self.random else []
        for fault, text in FAULTS.items():
            letters = "zyx"[-len(self.axes) :]
            names = _letters(letters, (axis.fault == fault for axis in self.axes))
            if names:
                found.append(text.format(axes=names))
        if found and self.normalises:
            found.append(NORMALISES)
        return tuple(found)

    @property
    def period(self) -> tuple[int | None, ...]:
        """Shift equivariance period in px; `None` where none was found."""
        return tuple(axis.period for axis in self.axes)

    @property
    def context_sides(self) -> tuple[tuple[int, int] | None, ...]:
        """Px that a block of one period sees before and after it; `None` where that is unknown.

        Without padding inside, what the network takes away.
        """
        return tuple(_context(axis) for axis in self.axes)

    @property
    def context(self) -> tuple[int | None, ...]:
        """The larger one of the two sides in px."""
        return tuple(max(sides) if sides else None for sides in self.context_sides)

    @property
    def surplus(self) -> tuple[int, ...]:
        """Px to leave out at the end of an input, for a network that loses an odd number of px."""
        return tuple(axis.sizes.shrink % 2 for axis in self.axes)

    @property
    def footprint(self) -> Footprint:
        """What a tiling has to know, of the network without its surplus.

        For one that cannot be exact, its flaws with the usual halo.
        """
        rows = [_axis_footprint(axis) for axis in self.axes]
        context, base, step, required = (tuple(column) for column in zip(*rows, strict=True))
        return Footprint(
            period=tuple(axis.period or axis.sizes.step for axis in self.axes),
            context=context,
            window_base=base,
            window_step=step,
            required_context=required,
            flaws=self.reasons,
        )

    @property
    def advice(self) -> tuple[str, ...]:
        """Which tiles and crops are exact, as sentences; empty if none is."""
        if not self.exact:
            return ()
        texts = [_advice(axis) for axis in self.axes]
        letters = "zyx"[-len(self.axes) :]
        return tuple(
            f"Along {_letters(letters, (other == text for other in texts))}: {text}."
            for text in dict.fromkeys(texts)
        )


def _advice(axis: AxisVerdict) -> str:
    context, base, step, _ = _axis_footprint(axis)
    crops = "any crop is" if axis.period == 1 else f"crops of n x {axis.period} px are"
    tiles = "tiles of any size" if base == step == 1 else f"tiles of {base} + n x {step} px"
    text = f"{crops} exact; {tiles} read {context} px more per side"
    padding = max(axis.padding or (0,))
    if padding:
        text += f", since padding inside the network reaches {padding} px of its output"
    return text


def _context(axis: AxisVerdict) -> tuple[int, int] | None:
    if axis.margin is None:
        return None
    before, after = axis.margin
    first = axis.sizes.shrink // 2 + axis.sizes.shrink % 2
    return before + first, after + axis.sizes.shrink // 2


def _axis_footprint(axis: AxisVerdict) -> tuple[int, int, int, int]:
    """Return context, smallest window, step of windows and required context in px."""
    sizes, period = _without_surplus(axis.sizes), axis.period or axis.sizes.step
    lost = sizes.shrink // 2
    padding = max(axis.padding) if axis.padding else max(0, USUAL_HALO_PX - lost)
    # A whole number of periods is left out, so that tiles begin on the network's own lattice.
    margin = -(-max(padding, -lost) // period) * period
    smallest = sizes.at_least(sizes.shrink + 2 * margin + 1)
    required = lost + max(axis.margin or (padding,))
    return margin + lost, smallest - sizes.shrink - 2 * margin, sizes.step, required


def _without_surplus(sizes: AxisSizes) -> AxisSizes:
    odd = sizes.shrink % 2
    return AxisSizes(sizes.base + odd, sizes.step, sizes.shrink + odd)


def _letters(letters: str, chosen: Iterable[bool]) -> str:
    return " and ".join(a for a, wanted in zip(letters, chosen, strict=True) if wanted)
