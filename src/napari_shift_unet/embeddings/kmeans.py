"""A given number of clusters around their means."""

import numpy as np
from jaxtyping import Float, Int
from threadpoolctl import threadpool_limits

from .binning import BinnedPoints, check_finite
from .config import ClusterConfig
from .modes import nearest_mode
from .pixels import PixelEmbedding

MAX_BINS = 2**14
FINEST = 2**8
"""Bins along the widest axis, unless they are too many in all."""
STARTS = 4
"""Beginnings, of which the one that ends best counts."""


def decode_k_means(pixels: PixelEmbedding, config: ClusterConfig) -> Int[np.ndarray, " n"]:
    """Group pixels around `clusters` means, as in the synthetic test of [Nov], section 4.1.

    The means are those of weighted bins. If bins are fewer than clusters, each is one.

    Raises
    ------
    InputError
        If an embedding is not finite.
    """
    from sklearn.cluster import KMeans  # slow to import

    points = pixels.points.T.astype(np.float64)
    check_finite(points)
    if len(points) == 0:
        return np.zeros(0, np.int64)
    points -= points.min(axis=0)  # where the image begins must not change its bins
    summary = _summarise(points)
    k_means = KMeans(min(config.clusters, len(summary)), n_init=STARTS, random_state=0)
    with threadpool_limits(1):  # the order of sums must not depend on threads
        k_means.fit(summary.means, sample_weight=summary.counts)
    return nearest_mode(points, k_means.cluster_centers_)


def _summarise(points: Float[np.ndarray, "n d"]) -> BinnedPoints:
    """Gather points in as fine bins as can be worked with."""
    edge = float(np.ptp(points, axis=0).max()) / FINEST or 1.0
    summary = BinnedPoints.from_points(points, edge)
    while len(summary) > MAX_BINS:
        edge *= 2
        summary = BinnedPoints.from_points(points, edge)
    return summary
