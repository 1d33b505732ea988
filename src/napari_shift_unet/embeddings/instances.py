"""From an embedding to labelled objects."""

import numpy as np
from jaxtyping import Float, Int

from ..errors import InputError
from .components import absorb_small, relabel_in_raster_order, split_components
from .config import ClusterConfig
from .decoders import DECODERS


def label_instances(
    embedding: Float[np.ndarray, "d *space"],
    foreground: Float[np.ndarray, "*space"] | None,
    config: ClusterConfig,
) -> Int[np.ndarray, "*space"]:
    """Group the pixels of the foreground into objects.

    Parameters
    ----------
    embedding
        Channels first, in whole-image coordinates.
    foreground
        Probability; without it every pixel belongs to some object.
    config
        How to group.

    Returns
    -------
    ndarray
        int32 labels 1 .. n in raster order of each object's first pixel, 0 is background.

    Raises
    ------
    InputError
        If the two arrays are not of one size, or an embedding of the foreground is not finite.
    """
    space = embedding.shape[1:]
    if foreground is not None and foreground.shape != space:
        raise InputError(
            f"The foreground has {foreground.shape} px and the embedding {space} px. "
            "Take both from one prediction."
        )
    inside = np.ones(space, bool)
    if foreground is not None:
        inside = foreground >= config.foreground_threshold
    labels = np.zeros(space, np.int64)
    labels[inside] = DECODERS[config.method](embedding[:, inside].T, config) + 1
    if config.split_components:
        labels = split_components(labels)
    return relabel_in_raster_order(absorb_small(labels, config.min_size))
