"""What a tiling has to know of a network, whoever built it."""

from dataclasses import dataclass, field, replace
from math import prod

from ..errors import InputError
from .layers import Layer

BYTES_PER_VALUE = 4
UNKNOWN_VALUES_PER_PIXEL = 100
"""Guess for a network of unknown layers: a U-Net of 16 to 32 feature maps holds about as many."""


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
    """The context below which padding inside the network reaches the output window."""
    layers: tuple[Layer, ...] = field(default=(), repr=False)
    """For the forecast of computing and memory; empty where the layers are unknown."""
    flaws: tuple[str, ...] = ()
    """Why no tiling of this network is free of seams; empty for one that keeps to the law."""

    @property
    def ndim(self) -> int:
        """Number of spatial axes."""
        return len(self.period)

    def with_context(self, context: tuple[int, ...]) -> "Footprint":
        """Return the same network read with another context, as a `same` padded one allows.

        Raises
        ------
        InputError
            If the network is unpadded, so that its context follows from its layers alone, or if the
            context would shift the tiles off the lattice.
        """
        if context == self.context:
            return self
        if self.window_base != self.period or self.window_step != self.period:
            raise InputError(
                f"context is {list(context)} px, but an unpadded network always reads "
                f"{list(self.context)} px; leave the context out."
            )
        fits = len(context) == self.ndim and not any(
            c < 0 or c % t for c, t in zip(context, self.period, strict=True)
        )
        if not fits:
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
        if len(window) != self.ndim:
            return False
        axes = zip(window, self.window_base, self.window_step, strict=True)
        return all(w >= base and (w - base) % step == 0 for w, base, step in axes)

    def window_at_least(self, size: tuple[int, ...]) -> tuple[int, ...]:
        """Return the smallest possible output window that holds `size`, in px per axis."""
        axes = zip(size, self.window_base, self.window_step, strict=True)
        return tuple(base + max(0, -(-(n - base) // step)) * step for n, base, step in axes)

    def next_smaller_window(self, window: tuple[int, ...]) -> tuple[int, ...] | None:
        """Return a window of about half the size, cut along the longest axis that can be cut.

        No axis goes below the smallest legal window, the one that holds a period; `None` if the
        window is that already.
        """
        smallest = self.window_at_least(self.period)
        possible = [axis for axis in range(self.ndim) if window[axis] > smallest[axis]]
        if not possible:
            return None
        axis = max(possible, key=lambda a: window[a])
        half = tuple(max(n // 2, low) for n, low in zip(window, smallest, strict=True))
        shorter = min(self.window_at_least(half)[axis], window[axis] - self.window_step[axis])
        return (*window[:axis], shorter, *window[axis + 1 :])

    def legal_crops(self, window: tuple[int, ...]) -> tuple[range, ...]:
        """Every crop per axis that leaves no seam: n * period, n >= 1, inside the window."""
        pairs = zip(window, self.period, strict=True)
        return tuple(range(period, w + 1, period) for w, period in pairs)

    def work(self, window: tuple[int, ...]) -> int:
        """Multiply-adds of one pass; pixels read where the layers are unknown."""
        size = self.input_size(window)
        if not self.layers:
            return prod(size)
        return sum(layer.work(size) for layer in self.layers)

    @property
    def ideal_work_per_pixel(self) -> float:
        """Multiply-adds per image pixel if every pixel of every layer were computed once."""
        if not self.layers:
            return 1.0
        return sum(layer.work_per_pixel / prod(layer.output.scale) for layer in self.layers)

    def activation_bytes(self, window: tuple[int, ...]) -> int:
        """Peak memory in bytes of the feature maps of one pass in single precision.

        Normalisations count as folded into the convolutions; weights and the scratch memory of a
        convolution are not included. A guess from the pixels read where the layers are unknown.
        """
        size = self.input_size(window)
        if not self.layers:
            return prod(size) * UNKNOWN_VALUES_PER_PIXEL * BYTES_PER_VALUE
        return max(layer.held_values(size) for layer in self.layers) * BYTES_PER_VALUE
