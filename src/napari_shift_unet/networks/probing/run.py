"""Probing a network: what it does to shifts and sizes, by measurement alone."""

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import nn

from ...errors import ModelError
from ...generators import drain
from ...geometry import UNetSpec
from ..model import Model
from .axis import AxisVerdict, measure_axis
from .passes import Passes, Refused
from .sizes import AxisSizes, sizes_of, try_sizes
from .start import find_start
from .strip import Strip, agree
from .verdict import Verdict

GAIN, OFFSET = 2.5, 0.7
ALIKE = 1e-3
"""What a normalisation of the tile may leave of another contrast, relative to the output."""


@dataclass(frozen=True, slots=True)
class Probing:
    """What is measured next."""

    what: str
    done: int
    total: int


def probe(network: nn.Module | Model, name: str = "the network") -> Verdict:
    """Measure a network as `probe_events` does, in one call."""
    return drain(probe_events(network, name))


def probe_events(
    network: nn.Module | Model,
    name: str = "the network",
    *,
    ndim: int | None = None,
    channels: int | None = None,
) -> Generator[Probing, None, Verdict]:
    """Measure period, context and faults of a network that is only known by what it returns.

    Nothing is asked of its code or its layers; of a `Model` the sizes are known, of another network
    they are tried, from (batch, channels, (z,) y, x) to the same with other channels.

    Parameters
    ----------
    network
        In evaluation mode, single precision, on the CPU.
    name
        What the sentences call it.
    ndim, channels
        Spatial axes, 2 or 3, and channels of the images that it reads; `None` tries the usual ones
        and those of its weights. What a `Model` says of itself goes first.

    Yields
    ------
    Probing
        Before each part of the work.

    Raises
    ------
    ModelError
        If it takes no images, or returns something else than channels for every pixel.
    """
    yield Probing("sizes", 0, 1)
    network, name, reads, sizes = _interface(network, name, ndim, channels)
    try:
        return (yield from _measure(network, name, reads, sizes))
    except Refused as refused:
        raise ModelError(
            f"{name} fails on a tile that measuring needs ({refused}). Export it for tiles of any "
            "size."
        ) from refused


def _interface(
    network: nn.Module | Model, name: str, ndim: int | None, channels: int | None
) -> tuple[nn.Module, str, int, tuple[AxisSizes, ...]]:
    if isinstance(network, Model):
        spec, name = network.config.spec, f"the model '{network.config.name}'"
        network = network.network
        if isinstance(spec, UNetSpec):
            return network, name, spec.in_channels, sizes_of(spec)
    reads, start = find_start(network, name, ndim, channels)
    output_size = Passes(network, name, reads).output_size
    return network, name, reads, try_sizes(output_size, start, name)


def _measure(
    network: nn.Module, name: str, channels: int, sizes: tuple[AxisSizes, ...]
) -> Generator[Probing, None, Verdict]:
    total = 2 + len(sizes)
    yield Probing("randomness", 1, total)
    size = tuple(s.narrow for s in sizes)
    passes = Passes(network, name, channels, size)
    image = passes.noise(size, len(size)).float()
    output = passes.ordinary(image)
    unknown = tuple(map(AxisVerdict, sizes))
    if any(not torch.equal(passes(image), output) for _ in range(2)):
        return Verdict(channels, len(output), unknown, random=True)
    spreads_nan = bool(passes(torch.full_like(image, torch.nan)).isnan().all())
    found = list(unknown)
    for axis, letter in enumerate("zyx"[-len(sizes) :]):
        yield Probing(f"period and context along {letter}", 2 + axis, total)
        found[axis] = measure_axis(Strip(passes, sizes, axis, spreads_nan=spreads_nan))
    normalises = any(axis.fault == "whole tile" for axis in found) and agree(
        output, passes(GAIN * image + OFFSET), ALIKE
    )
    return Verdict(channels, len(output), tuple(found), normalises=normalises)
