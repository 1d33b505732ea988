"""A network of unknown layers, as far as it was measured."""

from typing import Literal

from pydantic import Field

from ..settings import Settings
from .footprint import Footprint


class MeasuredSpec(Settings):
    """What a `UNetSpec` says of its network, for one of which only the behaviour is known."""

    ndim: Literal[2, 3]
    """Number of spatial axes."""
    in_channels: int = Field(ge=1)
    """Image channels that the network reads."""
    embedding_dims: int = Field(ge=1)
    """Channels that it returns and that hold the embedding."""
    foreground: bool
    """Whether one more channel, the last, holds the foreground logit."""
    footprint: Footprint
    """What a tiling has to know of it."""

    @property
    def out_channels(self) -> int:
        """Channels that the network returns."""
        return self.embedding_dims + int(self.foreground)

    @property
    def period(self) -> tuple[int, ...]:
        """Shift equivariance period per axis in px."""
        return self.footprint.period

    @property
    def context(self) -> tuple[int, ...]:
        """Pixels read beyond the output window on each side, per axis."""
        return self.footprint.context
