"""What a tiling has to know of a network, whoever built it."""

from dataclasses import dataclass, replace
from math import prod

from ..errors import InputError

BYTES_PER_VALUE = 4


@dataclass(frozen=True, slots=True)
class Layer:
    """One convolution of a network; its output size is ``(input - offset) // scale`` per axis."""

    level: int
    descending: bool
    scale: tuple[int, ...]
    offset: tuple[int, ...]
    channels_in: int
    channels_out: int
    kernel_volume: int

    def size(self, network_input: tuple[int, ...]) -> tuple[int, ...]:
        """Output size in px per axis for a network input of the given size."""
        pairs = zip(network_input, self.offset, self.scale, strict=True)
        return tuple((n - offset) // scale for n, offset, scale in pairs)

    @property
    def work_per_pixel(self) -> int:
        """Multiply-adds per output pixel of this layer."""
        return self.channels_in * self.channels_out * self.kernel_volume


@dataclass(frozen=True, slots=True)
class Footprint:
    """Period, context and possible output windows of a network; all tuples are per axis, in px."""

    period: tuple[int, ...]
    """A shift of the input by this much shifts the output by the same ([R], section 3)."""
    context: tuple[int, ...]
    """Read beyond the output window, on each of the two sides."""
    window_base: tuple[int, ...]
    """The smallest output window."""
    window_step: tuple[int, ...]
    """Output windows are ``window_base + k * window_step``."""
    required_context: tuple[int, ...]
    """The context below which padding inside the network reaches the output."""
    layers: tuple[Layer, ...] = ()
    """For the forecast of computing and memory; empty where the layers are unknown."""

    @property
    def ndim(self) -> int:
        """Number of spatial axes."""
        return len(self.period)

    def with_context(self, context: tuple[int, ...]) -> "Footprint":
        """Return the same network read with another context, as a `same` padded one allows.

        Raises
        ------
        InputError
            If the network is unpadded, so that its context follows from its layers alone.
        """
        if context == self.context:
            return self
        if self.window_base != self.period or self.window_step != self.period:
            raise InputError(
                f"context is {list(context)} px, but an unpadded network always reads "
                f"{list(self.context)} px; leave the context out."
            )
        if any(c < 0 or c % t for c, t in zip(context, self.period, strict=True)):
            raise InputError(
                f"context is {list(context)} px; it must be a multiple of {list(self.period)} px "
                f"per axis. Use {list(self.context)} for an exact result."
            )
        return replace(self, context=context)

    def input_size(self, window: tuple[int, ...]) -> tuple[int, ...]:
        """Network input in px per axis that gives the output window."""
        return tuple(w + 2 * c for w, c in zip(window, self.context, strict=True))

    def is_window(self, window: tuple[int, ...]) -> bool:
        """Whether the network can return an output window of exactly this size."""
        axes = zip(window, self.window_base, self.window_step, strict=True)
        return all(w >= base and (w - base) % step == 0 for w, base, step in axes)

    def window_at_least(self, size: tuple[int, ...]) -> tuple[int, ...]:
        """Return the smallest possible output window that holds `size`, in px per axis."""
        axes = zip(size, self.window_base, self.window_step, strict=True)
        return tuple(base + max(0, -(-(n - base) // step)) * step for n, base, step in axes)

    def next_smaller_window(self, window: tuple[int, ...]) -> tuple[int, ...] | None:
        """Return the next window below, halved along its longest axis; None at the smallest legal one.

        "Legal" means that at least one period can be kept of it.
        """
        smallest = self.window_at_least(self.period)
        shrinkable = [a for a in range(self.ndim) if window[a] > smallest[a]]
        if not shrinkable:
            return None
        axis = max(shrinkable, key=lambda a: window[a])
        wanted = list(smallest)
        wanted[axis] = max(smallest[axis], window[axis] // 2)
        halved = self.window_at_least(tuple(wanted))[axis]
        if halved >= window[axis]:
            halved = window[axis] - self.window_step[axis]
        return (*window[:axis], halved, *window[axis + 1 :])

    def legal_crops(self, window: tuple[int, ...]) -> tuple[range, ...]:
        """Every crop per axis that leaves no seam: n * period, n >= 1, inside the window."""
        pairs = zip(window, self.period, strict=True)
        return tuple(range(period, w + 1, period) for w, period in pairs)

    def work(self, window: tuple[int, ...]) -> int:
        """Multiply-adds of one pass; pixels read where the layers are unknown."""
        size = self.input_size(window)
        if not self.layers:
            return prod(size)
        return sum(layer.work_per_pixel * prod(layer.size(size)) for layer in self.layers)

    @property
    def ideal_work_per_pixel(self) -> float:
        """Multiply-adds per image pixel if every pixel of every layer were computed once."""
        if not self.layers:
            return 1.0
        return sum(layer.work_per_pixel / prod(layer.scale) for layer in self.layers)

    def activation_bytes(self, window: tuple[int, ...]) -> int:
        """Peak memory in bytes of one pass in single precision: held skips, input and output.

        Zero where the layers are unknown.
        """
        size = self.input_size(window)
        skips: dict[int, int] = {}
        peak, previous = 0, prod(size) * (self.layers[0].channels_in if self.layers else 0)
        for layer in self.layers:
            volume = prod(layer.size(size))
            values_in = max(previous, volume * layer.channels_in)
            values_out = volume * layer.channels_out
            peak = max(peak, sum(skips.values()) + values_in + values_out)
            if layer.descending:
                skips[layer.level] = values_out
            else:
                skips.pop(layer.level, None)
            previous = values_out
        return peak * BYTES_PER_VALUE
