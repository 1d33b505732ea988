"""The U-Net family of the paper as one frozen description, and all that follows from it."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..errors import InputError
from .footprint import Footprint, Layer

Positive = Annotated[int, Field(ge=1)]


class UNetSpec(BaseModel):
    """A U-Net of `len(factors)` poolings; per-axis tuples are in order (z,) y, x.

    Plain integers are accepted where all axes agree: ``factors=(2, 2)``, ``kernel=3``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    ndim: Literal[2, 3] = 2
    """Number of spatial axes."""
    in_channels: Positive = 1
    """Image channels that the network reads."""
    width: Positive = 16
    """Feature maps on the first level."""
    growth: Positive = 2
    """Feature maps of a level over those of the level above."""
    factors: tuple[tuple[Positive, ...], ...] = ((2, 2),) * 4
    """Pooling factor per level and axis, first level first."""
    kernel: tuple[Positive, ...] = (3, 3)
    """Kernel size per axis in px, odd."""
    convs: Positive = 2
    """Convolutions per level on the way down, and again on the way up."""
    padding: Literal["valid", "same"] = "valid"
    """`valid` convolutions shrink the image; `same` ones pad it with zeros inside the network."""
    upsampling: Literal["learnt", "fixed"] = "learnt"
    """Transposed convolution of stride f, or nearest neighbour."""
    batch_norm: bool = True
    """Batch normalisation after every convolution; a constant affine map at prediction."""
    embedding_dims: Positive = 2
    """Channels of the head that hold the embedding."""
    foreground: bool = True
    """Whether one more channel of the head holds the foreground logit."""

    @model_validator(mode="before")
    @classmethod
    def _broadcast(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        values = dict(values)
        ndim = values.get("ndim", 2)
        if ndim not in (2, 3):
            return values
        factors = values.get("factors", (2, 2, 2, 2))
        values["factors"] = tuple(
            (f,) * ndim if isinstance(f, int) else tuple(f) for f in factors
        )
        kernel = values.get("kernel", 3)
        values["kernel"] = (kernel,) * ndim if isinstance(kernel, int) else tuple(kernel)
        return values

    @field_validator("kernel")
    @classmethod
    def _odd(cls, kernel: tuple[int, ...]) -> tuple[int, ...]:
        if any(k % 2 == 0 for k in kernel):
            raise ValueError(f"kernel is {list(kernel)} px; it must be odd so that it has a centre")
        return kernel

    @model_validator(mode="after")
    def _axes_agree(self) -> Self:
        for name, per_axis in [("kernel", self.kernel), *(("factors", f) for f in self.factors)]:
            if len(per_axis) != self.ndim:
                raise ValueError(f"{name} has {len(per_axis)} axes; the network has {self.ndim}")
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
    def period(self) -> tuple[int, ...]:
        """Shift equivariance period per axis in px: the product of the factors ([R], section 3)."""
        return tuple(prod(f[axis] for f in self.factors) for axis in range(self.ndim))

    def channels(self, level: int) -> int:
        """Feature maps on a level; level 0 is the image's own resolution."""
        return int(self.width * self.growth**level)

    def concatenated_channels(self, level: int) -> int:
        """Feature maps that the upward convolutions of a level read: its skip and what comes up."""
        risen = level if self.upsampling == "learnt" else level + 1
        return self.channels(level) + self.channels(risen)

    @property
    def footprint(self) -> Footprint:
        """What a tiling has to know of this network."""
        required = self.context
        base = tuple(self._smallest_output(axis) for axis in range(self.ndim))
        return Footprint(
            period=self.period,
            context=required,
            window_base=base,
            window_step=self.period,
            required_context=required,
            layers=tuple(self._layers()),
        )

    @property
    def context(self) -> tuple[int, ...]:
        """Pixels read beyond the output window on each side, per axis.

        Half of what `valid` convolutions take away; with `same` padding the reach of the padding,
        rounded up to the period so that tiles stay on the lattice.
        """
        if self.padding == "valid":
            return tuple(self._shrink(axis) // 2 for axis in range(self.ndim))
        pairs = zip(self.receptive_reach, self.period, strict=True)
        return tuple(-(-reach // period) * period for reach, period in pairs)

    @property
    def receptive_reach(self) -> tuple[int, ...]:
        """Farthest input pixel, per axis, that an output pixel of any phase sees; `same` padding."""
        return tuple(self._reach(axis) for axis in range(self.ndim))

    def output_size(self, input_size: Sequence[int]) -> tuple[int, ...]:
        """Size in px per axis that the network returns for an input.

        Raises
        ------
        InputError
            If some level cannot be pooled without a remainder, or nothing is left.
        """
        size = tuple(input_size)
        if not self.is_legal_input(size):
            nearest = [
                sorted(self.legal_inputs(axis, near=n, count=2)) for axis, n in enumerate(size)
            ]
            raise InputError(
                f"network input is {list(size)} px; its levels must divide by the pooling factors. "
                f"Use, per axis, one of {nearest}."
            )
        if self.padding == "same":
            return size
        return tuple(n - self._shrink(axis) for axis, n in enumerate(size))

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
        """Return the `count` legal input sizes of an axis that are nearest to `near` px."""
        smallest, period = self._smallest_input(axis), self.period[axis]
        steps = max(0, (near - smallest) // period)
        around = range(max(0, steps - count), steps + count + 1)
        sizes = [smallest + k * period for k in around]
        return sorted(sizes, key=lambda n: (abs(n - near), n))[:count]

    def _loss_per_level(self, axis: int) -> int:
        return self.convs * (self.kernel[axis] - 1)

    def _shrink(self, axis: int) -> int:
        loss = self._loss_per_level(axis)
        scales = self._scales(axis)
        return loss * (2 * sum(scales[:-1]) + scales[-1])

    def _scales(self, axis: int) -> list[int]:
        scales = [1]
        for factors in self.factors:
            scales.append(scales[-1] * factors[axis])
        return scales

    def _smallest_input(self, axis: int) -> int:
        if self.padding == "same":
            return self.period[axis]
        return self._smallest_output(axis) + self._shrink(axis)

    def _smallest_output(self, axis: int) -> int:
        if self.padding == "same":
            return self.period[axis]
        loss = self._loss_per_level(axis)
        bottom = 1
        while True:
            size = bottom
            for factors in reversed(self.factors):
                size = size * factors[axis] - loss
                if size < 1:
                    break
            else:
                return size
            bottom += 1

    def _reach(self, axis: int) -> int:
        return max(self._reach_of_phase(axis, phase) for phase in range(self.period[axis]))

    def _reach_of_phase(self, axis: int, phase: int) -> int:
        grow = self._loss_per_level(axis) // 2
        low = high = phase
        skips = []
        for factors in self.factors:
            low, high = low - grow, high + grow
            skips.append((low, high))
            low, high = low // factors[axis], high // factors[axis]
        low, high = low - grow, high + grow
        for factors, (skip_low, skip_high) in zip(
            reversed(self.factors), reversed(skips), strict=True
        ):
            factor = factors[axis]
            low, high = min(low * factor, skip_low), max(high * factor + factor - 1, skip_high)
            low, high = low - grow, high + grow
        return max(phase - low, high - phase)

    def _layers(self) -> Iterator[Layer]:
        axes = range(self.ndim)
        scales = [self._scales(axis) for axis in axes]
        lost = [0] * self.ndim
        channels = self.in_channels

        def convolutions(level: int, descending: bool, first_in: int) -> Iterator[Layer]:
            channels_in = first_in
            for _ in range(self.convs):
                if self.padding == "valid":
                    for axis in axes:
                        lost[axis] += (self.kernel[axis] - 1) * scales[axis][level]
                yield layer(level, descending, channels_in, self.channels(level), prod(self.kernel))
                channels_in = self.channels(level)

        def layer(level: int, descending: bool, inputs: int, outputs: int, taps: int) -> Layer:
            scale = tuple(scales[axis][level] for axis in axes)
            return Layer(level, descending, scale, tuple(lost), inputs, outputs, taps)

        for level in range(self.levels + 1):
            yield from convolutions(level, level < self.levels, channels)
            channels = self.channels(level)
        for level in reversed(range(self.levels)):
            if self.upsampling == "learnt":
                yield layer(level, False, channels, self.channels(level), 1)
            yield from convolutions(level, False, self.concatenated_channels(level))
            channels = self.channels(level)
        yield layer(0, False, channels, self.out_channels, 1)
