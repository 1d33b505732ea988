"""From embedded pixels to labelled objects."""

import numpy as np
from jaxtyping import Bool, Int

from .components import draw_clusters, number_parts
from .config import ClusterConfig
from .decoders import DECODERS
from .pixels import Foreground, PixelEmbedding

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
    return label_listed(Foreground(pixels[inside], np.flatnonzero(inside), pixels.space), config)


def label_listed(found: Foreground, config: ClusterConfig) -> Int[np.ndarray, "*space"]:
    """Group the pixels of the foreground, which has been listed already; see `label_instances`."""
    pixels = listed = found.pixels
    if config.by_part and pixels.confidence is not None and config.method == "mean-shift":
        listed = pixels.apart(number_parts(found.places, found.space), REACH * config.bandwidth)
    clusters = DECODERS[config.method](listed, config)
    if pixels.confidence is None and config.largest_is_background:
        clusters = np.where(clusters == _largest(clusters), -1, clusters)
    return draw_clusters(
        found.places, clusters, found.space, config.split_components, config.min_size
    )


def _largest(clusters: Int[np.ndarray, " n"]) -> int:
    """Return the cluster of most pixels; of several the lowest."""
    return int(np.bincount(clusters[clusters >= 0], minlength=1).argmax())
