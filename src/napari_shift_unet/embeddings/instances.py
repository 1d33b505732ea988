"""From embedded pixels to labelled objects."""

import numpy as np
from jaxtyping import Bool, Int

from .components import absorb_small, relabel_in_raster_order, split_components
from .config import ClusterConfig
from .decoders import DECODERS
from .pixels import PixelEmbedding

REACH = 4.0
"""Bandwidths over which no kernel of mean shift reaches."""


def label_instances(
    pixels: PixelEmbedding,
    config: ClusterConfig,
    within: Bool[np.ndarray, "*space"] | None = None,
) -> Int[np.ndarray, "*space"]:
    """Group the pixels of the foreground into objects.

    Parameters
    ----------
    pixels
        Embedded pixels of an image; without a confidence all are taken for foreground, but for the
        largest group if that is the background.
    config
        How to group.
    within
        Only these pixels are grouped, all others are background; `None` for all.

    Returns
    -------
    ndarray
        int32 labels 1 .. n in raster order of each object's first pixel, 0 is background.

    Raises
    ------
    InputError
        If an embedding of the foreground is not finite, or the method cannot be used without a
        confidence.
    """
    inside = np.ones(pixels.space, bool) if within is None else within
    if pixels.confidence is not None:
        inside = inside & (pixels.confidence >= config.foreground_threshold)
    labels = np.zeros(pixels.space, np.int64)
    listed = pixels[inside]
    if config.by_part and pixels.confidence is not None and config.method == "mean-shift":
        listed = listed.apart(split_components(inside)[inside], REACH * config.bandwidth)
    labels[inside] = DECODERS[config.method](listed, config) + 1
    if pixels.confidence is None and config.largest_is_background:
        labels[labels == _largest(labels)] = 0
    if config.split_components:
        labels = split_components(labels)
    return relabel_in_raster_order(absorb_small(labels, config.min_size))


def _largest(labels: Int[np.ndarray, "*space"]) -> int:
    """Return the label of most pixels, 0 apart; of several the lowest."""
    sizes = np.bincount(labels.ravel(), minlength=2)
    return 1 + int(sizes[1:].argmax())
