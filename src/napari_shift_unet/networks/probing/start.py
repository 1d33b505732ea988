"""A first input that an unknown network takes: axes, channels and size."""

from collections.abc import Iterator
from itertools import chain
from math import prod

import torch
from torch import nn

from ...errors import ModelError
from .passes import Passes, Refused

USUAL_PX = (16, 32, 48, 64, 81, 96, 128, 192, 256)
ALL_PX = {2: range(17, 320), 3: range(17, 128)}
MAX_VALUES = 2**22


def find_start(
    network: nn.Module, name: str, ndim: int | None = None, channels: int | None = None
) -> tuple[int, tuple[int, ...]]:
    """Return channels and size in px of an input that the network takes.

    Spatial axes and channels are those that are given; what is not is guessed and tried.

    Raises
    ------
    ModelError
        If none was found; the sentence tells the last complaint of the network.
    """
    kinds = list(dict.fromkeys((ndim or d, channels or c) for d, c in _kinds(network)))
    tries = chain(
        ((kind, n) for n in USUAL_PX for kind in kinds),
        ((kind, n) for kind in kinds[:2] for n in ALL_PX[kind[0]]),
    )
    complaint = ""
    for (axes, count), n in tries:
        size = (n,) * axes
        if count * prod(size) > MAX_VALUES:
            continue
        try:
            if min(Passes(network, name, count)(torch.zeros(count, *size)).shape) > 0:
                return count, size
        except Refused as refused:
            complaint = complaint or str(refused)
    raise ModelError(
        f"{name} takes none of the images that were tried, of {USUAL_PX[0]} to {USUAL_PX[-1]} px "
        f"per axis (its first complaint: {complaint}). It must take one array (1, channels, y, x) "
        "or (1, channels, z, y, x)."
    )


def _kinds(network: nn.Module) -> Iterator[tuple[int, int]]:
    """Guess axes and channels from the weights of convolutions, the first ones first."""
    for weight in network.parameters():
        if weight.ndim in (4, 5):
            yield weight.ndim - 2, weight.shape[1]
    yield from ((2, 1), (2, 3), (3, 1))
