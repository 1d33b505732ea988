"""Clusters of any number and shape: the dense parts of the embedding, by scikit-learn's HDBSCAN."""

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial import cKDTree

from .binning import check_finite
from .config import ClusterConfig
from .pixels import PixelEmbedding

MAX_SAMPLE = 2**13
"""Points that are clustered; those between them follow. More would be too slow for a slider."""
NEIGHBOURS, FEWEST = 10, 20
"""Points that make a place dense, and those that a cluster has at least. Half of both lost 0.01
to 0.03 AP on validation images, for nuclei fell apart."""


def decode_hdbscan(pixels: PixelEmbedding, config: ClusterConfig) -> Int[np.ndarray, " n"]:
    """Find the dense parts of a sample of the pixels; each pixel belongs to its nearest sample.

    Campello et al. 2013. The smallest cluster is `min_size`, as a share of the sample. Noise joins
    the nearest cluster, or none with `assign_rest` off. If there is nothing but noise, as with a
    single object, all pixels are one cluster.

    Raises
    ------
    InputError
        If an embedding is not finite.
    """
    from sklearn.cluster import HDBSCAN  # slow to import

    points = pixels.points.T.astype(np.float64)
    check_finite(points)
    sample = _sample(points)
    smallest = max(FEWEST, round(config.min_size * len(sample) / max(1, len(points))))
    if len(sample) <= smallest:
        return np.zeros(len(points), np.int64)
    found = HDBSCAN(smallest, min_samples=NEIGHBOURS, algorithm="kd_tree", copy=True)
    labels = found.fit_predict(sample)
    if labels.max() < 0:
        return np.zeros(len(points), np.int64)
    if config.assign_rest:
        sample, labels = sample[labels >= 0], labels[labels >= 0]
    _, nearest = cKDTree(sample).query(points)
    return np.asarray(labels[nearest], np.int64)


def _sample(points: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "m d"]:
    """Take every so-many-th point along the axes: the same ones for any order of the points."""
    order = np.lexsort(points.T)
    size = min(len(points), MAX_SAMPLE)
    places = (np.arange(size) + 0.5) * len(points) / max(1, size)
    sample: np.ndarray = points[order[places.astype(np.int64)]]
    return sample
