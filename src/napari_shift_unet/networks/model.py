"""A network together with all that is known of it."""

from dataclasses import dataclass

from torch import nn

from ..geometry import Footprint
from .config import ModelConfig


@dataclass(frozen=True)
class Model:
    """What `predict` needs: weights, footprint and the meaning of the channels."""

    config: ModelConfig
    network: nn.Module
    """In evaluation mode, single precision, on the CPU; `predict` works on a copy."""
    footprint: Footprint
    hash: str
    """SHA-256 of the model file, in hexadecimal; empty for a network that was never saved."""

    @property
    def in_channels(self) -> int:
        """Image channels that the network reads."""
        return self.config.spec.in_channels

    @property
    def out_channels(self) -> int:
        """Channels that the network returns: embedding, then foreground logit if there is one."""
        return self.config.spec.out_channels
