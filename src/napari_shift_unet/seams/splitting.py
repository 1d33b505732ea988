"""An object taken apart by what the embedding says of its pixels."""

import numpy as np
from jaxtyping import Bool, Float, Int

from ..embeddings import ClusterConfig, PixelEmbedding
from ..embeddings.components import absorb_small, split_components
from ..embeddings.kmeans import decode_k_means
from ..errors import InputError

SMALLEST_SHARE = 0.05
"""Parts below this share of the object go to the part that they touch."""
GROUPS = 2


def split_by_embedding(
    points: Float[np.ndarray, "c *space"], inside: Bool[np.ndarray, "*space"]
) -> Int[np.ndarray, "*space"]:
    """Group the pixels of an object around two means, and take what hangs together as parts.

    Parameters
    ----------
    points
        Embedding of a box.
    inside
        The object.

    Returns
    -------
    ndarray
        1, 2, ... for the parts, the largest first; 0 outside of the object.

    Raises
    ------
    InputError
        If all its pixels are embedded alike, or what differs is too small to be an object.
    """
    pixels = PixelEmbedding(points)[inside]
    groups = decode_k_means(pixels, ClusterConfig(method="k-means", clusters=GROUPS))
    grouped = np.zeros(inside.shape, np.int64)
    grouped[inside] = groups + 1
    least = int(np.ceil(SMALLEST_SHARE * np.count_nonzero(inside)))
    parts = absorb_small(split_components(grouped), least)
    ids, sizes = np.unique(parts[parts > 0], return_counts=True)
    if len(ids) < GROUPS:
        raise InputError(
            "the embedding sees one object here; there is nothing to split. Merge, or keep it."
        )
    rank = np.zeros(int(ids.max()) + 1, np.int64)
    rank[ids[np.argsort(-sizes, kind="stable")]] = np.arange(len(ids)) + 1
    ranked: np.ndarray = rank[parts]
    ranked[inside & (ranked == 0)] = 1  # a crumb that touches none of them
    return ranked
