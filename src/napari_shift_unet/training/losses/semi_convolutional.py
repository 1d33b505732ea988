"""Semi-convolutional embedding: pull every instance together after adding the coordinates."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .instances import compact, instance_means, norms
from .steered_mask import steered_mask_loss

EPSILON = 1e-6
"""Square of the distance in px below which its gradient fades."""


def semi_convolutional_loss(
    embedding: Float[Tensor, "d *space"],
    labels: Int[Tensor, "*space"],
    logit: Float[Tensor, "*space"] | None = None,
    sigma: Float[Tensor, ""] | None = None,
    *,
    mask_weight: float = 0.0,
    mask_margin: float = 0.5,
) -> Float[Tensor, ""]:
    """Mean over instances of the mean distance to the instance's mean embedding ([Nov], eq. 5).

    ::

        Psi_u = embedding_u + u in the first channels, one per axis; the others stay plain
        loss  = mean_k mean_{u in k} |Psi_u - mean_k Psi| + mask_weight * steered_mask_loss

    The coordinates count from the window's own corner. That is allowed here alone, where pixels of
    one window are compared: another origin adds the same to all of them.

    Parameters
    ----------
    embedding
        Raw channels of the network, in px.
    labels
        Instance ids; 0 is background, negative is not annotated, and neither is pulled.
    logit, sigma
        For `steered_mask_loss`, needed if `mask_weight` is not 0.
    mask_weight
        Weight of the masks around seeds; 0 leaves them out.
    mask_margin
        By how much the boxes of these masks are wider on each side, as a share of their own size.
    """
    psi = _add_coordinates(embedding)
    loss = _pull_together(psi, labels)
    if not mask_weight or logit is None or sigma is None:
        return loss
    return loss + mask_weight * steered_mask_loss(psi, labels, logit, sigma, mask_margin)


def _pull_together(
    psi: Float[Tensor, "d *space"], labels: Int[Tensor, "*space"]
) -> Float[Tensor, ""]:
    inside = labels > 0
    if not inside.any():
        return psi.sum() * 0.0
    values = psi[:, inside]  # (d, n)
    index, count = compact(labels[inside])
    means = instance_means(values, index, count)
    distance = norms(values - means[:, index], EPSILON)
    return instance_means(distance[None], index, count).mean()


def _add_coordinates(embedding: Float[Tensor, "d *space"]) -> Float[Tensor, "d *space"]:
    axes = [torch.arange(n, device=embedding.device) for n in embedding.shape[1:]]
    where = torch.stack(torch.meshgrid(*axes, indexing="ij")).to(embedding.dtype)
    return torch.cat([embedding[: len(axes)] + where, embedding[len(axes) :]])
