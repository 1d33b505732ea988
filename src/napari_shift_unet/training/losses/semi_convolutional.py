"""Semi-convolutional embedding: pull every instance together after adding the coordinates."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .instances import compact, instance_means

EPSILON = 1e-6
"""Squared distance in px^2 below which the gradient of the distance is smoothed."""


def semi_convolutional_loss(
    embedding: Float[Tensor, "d *space"], labels: Int[Tensor, "*space"]
) -> Float[Tensor, ""]:
    """Mean over instances of the mean distance to the instance's mean embedding ([Nov], eq. 5).

    Parameters
    ----------
    embedding
        Raw channels of the network; the first ``len(space)`` are displacements in px to which the
        pixel's coordinates are added, the others stay plain.
    labels
        Instance ids; 0 is background, negative is not annotated, and neither takes part.
    """
    inside = labels > 0
    if not inside.any():
        return embedding.sum() * 0.0
    where = inside.nonzero().T  # (axes, n)
    values = embedding[:, inside]  # (d, n)
    axes = where.shape[0]
    psi = torch.cat([values[:axes] + where.to(values.dtype), values[axes:]])
    index, count = compact(labels[inside])
    means = instance_means(psi, index, count)
    distance = ((psi - means[:, index]).square().sum(0) + EPSILON).sqrt()
    return instance_means(distance[None], index, count).mean()
