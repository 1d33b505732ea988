"""The U-Net family of the paper as one frozen description, and all that follows from it."""

from collections.abc import Generator, Sequence
from math import prod
from numbers import Integral
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..errors import InputError
from ..settings import Settings
from .axis import Axis
from .footprint import Footprint
from .layers import FeatureMap, Layer

Channels = Annotated[int, Field(ge=1, le=4096)]
Factor = Annotated[int, Field(ge=1, le=16)]
Kernel = Annotated[int, Field(ge=1, le=31)]
MAX_PERIOD = 4096
MAX_PARAMETERS = 2**30
MAX_POOL_VALUES = 3
"""Memory per value while it is pooled, in values: torch notes its place too, in 8 bytes."""


class UNetSpec(Settings):
    """A U-Net of `len(factors)` poolings; per-axis tuples are in order (z,) y, x.

    Plain integers are accepted where all axes agree: ``factors=(2, 2)``, ``kernel=3``. The bounds
    are far beyond any useful network; they keep a damaged model file from asking for all memory.
    """

    ndim: Literal[2, 3] = 2
    """Number of spatial axes."""
    in_channels: Channels = 1
    """Image channels that the network reads."""
    width: Channels = 16
    """Feature maps on the first level."""
    growth: Annotated[int, Field(ge=1, le=8)] = 2
    """Feature maps of a level over those of the level above."""
    factors: Annotated[tuple[tuple[Factor, ...], ...], Field(max_length=12)] = ((2, 2),) * 4
    """Pooling factor per level and axis, first level first."""
    kernel: tuple[Kernel, ...] = (3, 3)
    """Kernel size per axis in px, odd."""
    convs: Annotated[int, Field(ge=1, le=16)] = 2
    """Convolutions per level on the way down, and again on the way up."""
    padding: Literal["valid", "same"] = "valid"
    """`valid` convolutions shrink the image; `same` ones pad it with zeros inside the network."""
    upsampling: Literal["learnt", "fixed"] = "learnt"
    """Transposed convolution of stride f, or nearest neighbour."""
    batch_norm: bool = True
    """Batch normalisation after every convolution; a constant affine map at prediction."""
    embedding_dims: Channels = 2
    """Channels of the head that hold the embedding."""
    foreground: bool = True
    """Whether one more channel of the head holds the foreground logit."""

    @model_validator(mode="before")
    @classmethod
    def _broadcast(cls, values: Any) -> Any:
        ndim = values.get("ndim", 2) if isinstance(values, dict) else None
        if ndim not in (2, 3):
            return values
        factors, kernel = values.get("factors", (2,) * 4), values.get("kernel", 3)
        if isinstance(factors, list | tuple):
            factors = tuple(_for_all_axes(f, int(ndim)) for f in factors)
        return values | {"factors": factors, "kernel": _for_all_axes(kernel, int(ndim))}

    @field_validator("kernel")
    @classmethod
    def _odd(cls, kernel: tuple[int, ...]) -> tuple[int, ...]:
        if any(k % 2 == 0 for k in kernel):
            raise InputError(f"kernel is {list(kernel)} px; it must be odd so that it has a centre")
        return kernel

    @model_validator(mode="after")
    def _is_reasonable(self) -> Self:
        for name, per_axis in [("kernel", self.kernel), *(("factors", f) for f in self.factors)]:
            if len(per_axis) != self.ndim:
                raise InputError(f"{name} has {len(per_axis)} axes; the network has {self.ndim}")
        if max(self.period) > MAX_PERIOD:
            raise InputError(f"period is {list(self.period)} px; it must not exceed {MAX_PERIOD}")
        if self.parameters > MAX_PARAMETERS:
            raise InputError(
                f"the network has {self.parameters:.1e} parameters; more than {MAX_PARAMETERS:.1e} "
                "are refused. Choose a smaller width or fewer levels"
            )
        return self

    @property
    def levels(self) -> int:
        """Number of poolings, l in the paper."""
        return len(self.factors)

    @property
    def out_channels(self) -> int:
        """Channels that the network returns."""
        return self.embedding_dims + int(self.foreground)

    @property
    def parameters(self) -> int:
        """Number of trainable values."""
        return sum(layer.parameters for layer in self._layers())

    @property
    def period(self) -> tuple[int, ...]:
        """Shift equivariance period per axis in px: the product of the factors ([R], section 3)."""
        return tuple(self._axis(axis).period for axis in range(self.ndim))

    def channels(self, level: int) -> int:
        """Feature maps on a level; level 0 is the image's own resolution."""
        return int(self.width * self.growth**level)

    def concatenated_channels(self, level: int) -> int:
        """Feature maps that the upward convolutions of a level read: its skip and what comes up."""
        return self.channels(level) + self._risen_channels(level)

    @property
    def footprint(self) -> Footprint:
        """What a tiling has to know of this network."""
        axes = [self._axis(axis) for axis in range(self.ndim)]
        valid = self.padding == "valid"
        return Footprint(
            period=self.period,
            context=self.context,
            window_base=tuple(axis.smallest_output for axis in axes) if valid else self.period,
            window_step=self.period,
            required_context=self.context if valid else tuple(axis.margin for axis in axes),
            layers=tuple(self._layers()),
        )

    @property
    def context(self) -> tuple[int, ...]:
        """Pixels read beyond the output window on each side, per axis.

        Half of what `valid` convolutions take away. With `same` padding, what a block of one period
        sees beyond its edge, rounded up to the period so that tiles stay on the lattice.
        """
        axes = [self._axis(axis) for axis in range(self.ndim)]
        if self.padding == "valid":
            return tuple(axis.shrink // 2 for axis in axes)
        return tuple(-(-axis.margin // axis.period) * axis.period for axis in axes)

    @property
    def receptive_reach(self) -> tuple[int, ...]:
        """Farthest input pixel, per axis in px, that an output pixel of any phase sees.

        Counted for `same` padding, where output and input share one frame.
        """
        return tuple(self._axis(axis).reach for axis in range(self.ndim))

    def output_size(self, input_size: Sequence[int]) -> tuple[int, ...]:
        """Size in px per axis that the network returns for an input.

        Raises
        ------
        InputError
            If some level cannot be pooled without a remainder, or nothing is left.
        """
        size = tuple(input_size)
        if len(size) != self.ndim:
            raise InputError(f"network input has {len(size)} axes; this network has {self.ndim}.")
        if not self.is_legal_input(size):
            nearest = [self.legal_inputs(axis, near=n) for axis, n in enumerate(size)]
            raise InputError(
                f"network input is {list(size)} px; its levels must divide by the pooling factors. "
                f"Use, per axis, one of {nearest}."
            )
        if self.padding == "same":
            return size
        return tuple(n - self._axis(axis).shrink for axis, n in enumerate(size))

    def is_legal_input(self, input_size: Sequence[int]) -> bool:
        """Whether the network accepts an input of this size in px per axis."""
        if len(input_size) != self.ndim:
            return False
        for axis, n in enumerate(input_size):
            smallest = self._smallest_input(axis)
            if n < smallest or (n - smallest) % self.period[axis]:
                return False
        return True

    def legal_inputs(self, axis: int, near: int, count: int = 2) -> list[int]:
        """Return the `count` legal input sizes of an axis that are nearest to `near` px, sorted."""
        smallest, period = self._smallest_input(axis), self.period[axis]
        steps = max(0, (near - smallest) // period)
        around = range(max(0, steps - count), steps + count + 1)
        sizes = [smallest + k * period for k in around]
        return sorted(sorted(sizes, key=lambda n: (abs(n - near), n))[:count])

    def _axis(self, axis: int) -> Axis:
        factors = tuple(per_axis[axis] for per_axis in self.factors)
        return Axis(factors, self.convs * (self.kernel[axis] - 1))

    def _smallest_input(self, axis: int) -> int:
        sizes = self._axis(axis)
        return sizes.smallest_output + sizes.shrink if self.padding == "valid" else sizes.period

    def _risen_channels(self, level: int) -> int:
        """Feature maps after the upsampling to a level; a fixed one changes only their size."""
        return self.channels(level if self.upsampling == "learnt" else level + 1)

    def _layers(self) -> Generator[Layer, None, None]:
        """Walk through the network as its forward pass does, and note what is in memory."""
        ones, zeros = (1,) * self.ndim, (0,) * self.ndim
        x = FeatureMap(ones, zeros, self.in_channels)
        held = [x]
        for level, factors in enumerate(self.factors):
            x = yield from self._convolutions(x, level, held)
            held.append(x)
            x = x.pooled(factors)
            yield Layer(x, (*held, x.widened(x.channels * MAX_POOL_VALUES)))
        x = yield from self._convolutions(x, self.levels, held)
        for level, factors in reversed(list(enumerate(self.factors))):
            risen = x.upsampled(factors, self._risen_channels(level))
            learnt = x.channels * (self.upsampling == "learnt")
            weights = learnt * risen.channels * prod(factors) + bool(learnt) * risen.channels
            yield Layer(risen, (*held, x, risen), learnt * risen.channels, weights)
            x = risen.widened(self.concatenated_channels(level))
            yield Layer(x, (*held, risen, x))
            held.pop()
            x = yield from self._convolutions(x, level, held)
        y = x.widened(self.out_channels)
        work = x.channels * y.channels
        yield Layer(y, (*held, x, y), work, work + y.channels)

    def _convolutions(
        self, x: FeatureMap, level: int, held: Sequence[FeatureMap]
    ) -> Generator[Layer, None, FeatureMap]:
        """Walk through one run of convolutions, whose first input stays in memory to its end."""
        loss = tuple(k - 1 if self.padding == "valid" else 0 for k in self.kernel)
        kept = (*held,) if any(x is other for other in held) else (*held, x)
        for number in range(self.convs):
            y = x.convolved(loss, self.channels(level))
            work = x.channels * y.channels * prod(self.kernel)
            parameters = work + y.channels * (2 if self.batch_norm else 1)
            yield Layer(y, (*kept, x, y) if number else (*kept, y), work, parameters)
            x = y
        return x


def _for_all_axes(value: Any, ndim: int) -> Any:
    """Repeat a plain integer for every axis; anything else is left to pydantic to judge."""
    return (value,) * ndim if isinstance(value, Integral) else value
