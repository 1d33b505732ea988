"""Where a training begins that nobody has tuned: channels by method, bandwidth by data."""

from collections.abc import Sequence
from inspect import signature
from typing import Any

import numpy as np

from ..geometry import UNetSpec
from ..networks import Method
from .config import TrainConfig
from .dataset import Sample

DISCRIMINATIVE_DIMS = 8
"""Enough for many objects to get out of each other's way."""


def embedding_dims(method: Method, ndim: int) -> int:
    """Return the usual number of embedding channels: for displaced ones what the axes need."""
    sizes: dict[Method, int] = {
        "discriminative": DISCRIMINATIVE_DIMS,
        "semi-convolutional": ndim,
        "spatial-embedding": 2 * ndim,
    }
    return sizes[method]


def network_for(method: Method, ndim: int, levels: int, **fields: Any) -> UNetSpec:
    """Return a U-Net with poolings of 2 and the usual channels.

    Parameters
    ----------
    method
        What the channels mean.
    ndim
        Number of spatial axes.
    levels
        Number of poolings.
    **fields
        Further ones of `UNetSpec`.
    """
    dims = embedding_dims(method, ndim)
    return UNetSpec(ndim=ndim, factors=(2,) * levels, embedding_dims=dims, **fields)


def first_clustering(config: TrainConfig, samples: Sequence[Sample]) -> TrainConfig:
    """Return the recipe with a bandwidth that suits the data, unless it has one.

    Displaced pixels gather at the centres of their objects, which lie two radii apart; those of the
    discriminative loss keep `delta_push` around theirs free.

    Parameters
    ----------
    config
        The recipe.
    samples
        What it is for; some have objects.
    """
    if "bandwidth" in config.clustering:
        return config
    if config.method == "discriminative":
        from .losses import discriminative_loss  # with torch, which the network's size needs not

        default = signature(discriminative_loss).parameters["delta_push"].default
        bandwidth = float(config.loss.get("delta_push", default))
    else:
        sizes = [len(pixels) for sample in samples for pixels in sample.objects]
        bandwidth = _radius(float(np.median(sizes)), config.spec.ndim)
    clustering = {**config.clustering, "bandwidth": round(bandwidth, 2)}
    return config.model_copy(update={"clustering": clustering})


def _radius(size: float, ndim: int) -> float:
    """Radius in px of a disc or ball of so many pixels."""
    if ndim == 2:
        return float(np.sqrt(size / np.pi))
    return float(np.cbrt(3 * size / (4 * np.pi)))
