"""Discriminative loss: pull each instance together, push instances apart, stay near the origin."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .instances import compact, instance_means, norms

EPSILON = 1e-12


def discriminative_loss(
    embedding: Float[Tensor, "d *space"],
    labels: Int[Tensor, "*space"],
    *,
    delta_pull: float = 0.5,
    delta_push: float = 1.5,
    regularisation: float = 1e-3,
    neighbours_px: float | None = None,
    background: bool = False,
) -> Float[Tensor, ""]:
    """Pull + push + regularisation ([DB], eqs. 1 to 4; [R], section 4).

    ::

        pull = mean_c mean_{x in c} max(0, |mu_c - e_x| - delta_pull)^2
        push = mean_{a != b} max(0, 2 delta_push - |mu_a - mu_b|)^2
        reg  = mean_c |mu_c|

    Parameters
    ----------
    embedding
        Raw channels of the network.
    labels
        Instance ids; 0 is background, negative is not annotated.
    delta_pull, delta_push
        Margins in embedding units.
    regularisation
        Weight of the last term.
    neighbours_px
        Push only instances whose centres are this near; `None` pushes all pairs.
    background
        Whether the background is one more instance, as in the figures of [R].
    """
    inside = labels >= 0 if background else labels > 0
    if not inside.any():
        return embedding.sum() * 0.0
    values = embedding[:, inside]  # (d, n)
    index, count = compact(labels[inside])
    means = instance_means(values, index, count)  # (d, k)
    distance = norms(values - means[:, index], EPSILON)
    pull = instance_means((distance - delta_pull).clamp(min=0).square()[None], index, count).mean()
    loss = pull + regularisation * norms(means, EPSILON).mean()
    if count == 1:
        return loss
    pairs = torch.triu_indices(count, count, 1, device=values.device)
    if neighbours_px is not None:
        where = inside.nonzero().T.to(values.dtype)  # (axes, n)
        centres = instance_means(where, index, count)
        near = norms(centres[:, pairs[0]] - centres[:, pairs[1]], EPSILON) <= neighbours_px
        if background and bool((labels == 0).any()):
            near |= pairs[0] == 0
        pairs = pairs[:, near]
    if pairs.shape[1] == 0:
        return loss
    apart = norms(means[:, pairs[0]] - means[:, pairs[1]], EPSILON)
    return loss + (2 * delta_push - apart).clamp(min=0).square().mean()
