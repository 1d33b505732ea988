"""Where a training begins that nobody has tuned: channels by method, distances by data."""

from collections.abc import Sequence
from inspect import signature
from typing import Any

import numpy as np

from ..geometry import UNetSpec
from ..networks import Method
from .config import TrainConfig
from .dataset import Sample

EMBEDDING_DIMS: dict[Method, dict[int, int]] = {
    "discriminative": {2: 8, 3: 8},
    "semi-convolutional": {2: 2, 3: 3},
    "spatial-embedding": {2: 3, 3: 6},
}
"""Usual embedding channels by the number of axes: 8 give many objects room to get out of each
other's way; displacements need one per axis, and sigma one, or one per axis where they differ."""
NEIGHBOURHOOD = 6.0
"""Radii within which the discriminative loss pushes objects apart; those further away can be told
apart by their places."""


def network_for(method: Method, ndim: int, levels: int, **fields: Any) -> UNetSpec:
    """Return a U-Net with poolings of 2, in 3D of 1 x 2 x 2 at first, and the usual channels.

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
    factors: list[tuple[int, ...]] = [(2,) * ndim] * levels
    if ndim == 3 and levels:
        factors[0] = (1, 2, 2)
    dims = EMBEDDING_DIMS[method][ndim]
    return UNetSpec(ndim=ndim, factors=tuple(factors), embedding_dims=dims, **fields)


def first_guess(config: TrainConfig, samples: Sequence[Sample]) -> TrainConfig:
    """Return the recipe with distances that suit the size of the objects, unless it has them.

    Displaced pixels gather at the centres of their objects, which lie two radii apart: a bandwidth
    of one radius separates them. Those of the discriminative loss keep `delta_push` free.

    Parameters
    ----------
    config
        The recipe.
    samples
        What it is for; some have objects.
    """
    radius = _radius(samples, config.spec.ndim)
    loss, bandwidth = config.loss, radius
    if config.method == "discriminative":
        loss = {"neighbours_px": round(NEIGHBOURHOOD * radius, 1), **loss}
        bandwidth = _delta_push(config)
    clustering = {"bandwidth": round(bandwidth, 2), **config.clustering}
    return config.model_copy(update={"clustering": clustering, "loss": loss})


def _delta_push(config: TrainConfig) -> float:
    from .losses import discriminative_loss  # with torch, which the size of a network needs not

    default = signature(discriminative_loss).parameters["delta_push"].default
    return float(config.loss.get("delta_push", default))


def _radius(samples: Sequence[Sample], ndim: int) -> float:
    """Radius in px of a disc or ball of the median size."""
    size = float(np.median([len(pixels) for sample in samples for pixels in sample.objects]))
    return float(np.sqrt(size / np.pi) if ndim == 2 else np.cbrt(3 * size / (4 * np.pi)))
