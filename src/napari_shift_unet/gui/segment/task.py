"""What is to be tiled."""

from dataclasses import dataclass
from math import prod
from typing import Self

from ...geometry import Footprint, MeasuredSpec, UNetSpec
from ...images import Image

Size = tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """The size of what is predicted, and what is known of the network that does it."""

    shape: Size
    """Spatial shape of one plane or volume in px."""
    planes: int
    """Number of them, predicted one after the other."""
    footprint: Footprint
    in_channels: int
    out_channels: int

    @property
    def axes(self) -> str:
        """Letters of the spatial axes."""
        return "zyx"[-len(self.shape) :]

    @classmethod
    def of(cls, image: Image, spec: UNetSpec | MeasuredSpec) -> Self:
        """Return what an image gives a network to do."""
        space = "zyx"[-spec.ndim :]
        return cls(
            shape=tuple(image.size(letter) for letter in space),
            planes=prod(image.size(a) for a in image.axes if a not in space and a != "c"),
            footprint=spec.footprint,
            in_channels=spec.in_channels,
            out_channels=spec.out_channels,
        )
