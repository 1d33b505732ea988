"""Ways to group embedded pixels; a further one is a function in a file of its own, named here."""

from typing import Protocol

import numpy as np
from jaxtyping import Int

from .config import ClusterConfig, ClusterMethod
from .hdbscan import decode_hdbscan
from .kmeans import decode_k_means
from .modes import mean_shift
from .pixels import PixelEmbedding
from .seeds import decode_greedy_seeds


class Decoder(Protocol):
    """Groups embedded pixels; the groups must not depend on the order of the pixels."""

    def __call__(self, pixels: PixelEmbedding, config: ClusterConfig) -> Int[np.ndarray, " n"]:
        """Return a number from 0 for the cluster of each pixel, or -1 for one that has none."""


def decode_mean_shift(pixels: PixelEmbedding, config: ClusterConfig) -> Int[np.ndarray, " n"]:
    """Every pixel belongs to the nearest mode of the density, see `mean_shift`."""
    return mean_shift(pixels.points.T, config.bandwidth, config.kernel).labels


DECODERS: dict[ClusterMethod, Decoder] = {
    "mean-shift": decode_mean_shift,
    "greedy-seeds": decode_greedy_seeds,
    "k-means": decode_k_means,
    "hdbscan": decode_hdbscan,
}
