"""The layers of a network as far as computing and memory go."""

from dataclasses import dataclass
from math import prod


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """An array inside a network; its size is ``(input - offset) / scale`` px per axis."""

    scale: tuple[int, ...]
    offset: tuple[int, ...]
    channels: int

    def size(self, network_input: tuple[int, ...]) -> tuple[int, ...]:
        """Size in px per axis for a network input of the given size."""
        axes = zip(network_input, self.offset, self.scale, strict=True)
        return tuple((n - offset) // scale for n, offset, scale in axes)

    def values(self, network_input: tuple[int, ...]) -> int:
        """Return the number of values, all channels together."""
        return self.channels * prod(self.size(network_input))

    def convolved(self, loss: tuple[int, ...], channels: int) -> "FeatureMap":
        """Return what a convolution makes of it that takes `loss` of its own px per axis."""
        axes = zip(self.offset, loss, self.scale, strict=True)
        offset = tuple(before + lost * scale for before, lost, scale in axes)
        return FeatureMap(self.scale, offset, channels)

    def pooled(self, factors: tuple[int, ...]) -> "FeatureMap":
        """Return what a pooling makes of it."""
        scale = tuple(s * f for s, f in zip(self.scale, factors, strict=True))
        return FeatureMap(scale, self.offset, self.channels)

    def upsampled(self, factors: tuple[int, ...], channels: int) -> "FeatureMap":
        """Return what an upsampling makes of it."""
        scale = tuple(s // f for s, f in zip(self.scale, factors, strict=True))
        return FeatureMap(scale, self.offset, channels)

    def widened(self, channels: int) -> "FeatureMap":
        """Return an array of the same size with another number of channels."""
        return FeatureMap(self.scale, self.offset, channels)


@dataclass(frozen=True, slots=True)
class Layer:
    """One operation of a network."""

    output: FeatureMap
    held: tuple[FeatureMap, ...]
    """All that is in memory while it runs, its output included."""
    work_per_pixel: int = 0
    """Multiply-adds per pixel of the output."""
    parameters: int = 0
    """Trainable values."""

    def work(self, network_input: tuple[int, ...]) -> int:
        """Multiply-adds for a network input of the given size in px per axis."""
        return self.work_per_pixel * prod(self.output.size(network_input))

    def held_values(self, network_input: tuple[int, ...]) -> int:
        """Values in memory while it runs."""
        return sum(feature_map.values(network_input) for feature_map in self.held)
