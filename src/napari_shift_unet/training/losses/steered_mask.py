"""Masks cut out by a steered kernel around the most confident pixel of each instance."""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from .instances import compact, instance_means, norms

EPSILON = 1e-6
"""Square of the distance in embedding units below which its gradient fades."""


def steered_mask_loss(
    psi: Float[Tensor, "d *space"],
    labels: Int[Tensor, "*space"],
    logit: Float[Tensor, "*space"],
    sigma: Float[Tensor, ""],
    margin: float = 0.5,
) -> Float[Tensor, ""]:
    """Mean over instances of the mean cross entropy of their masks ([Nov], secs. 3.4 and 3.5).

    ::

        u_k  = argmax_{u in k} s_u                        (seed; s is the foreground logit)
        p_u  = sigmoid(s_u + log K(u_k, u)),  K(u, v) = exp(-|Psi_u - Psi_v| / sigma)
        loss = mean_k mean_{u in box of k} cross entropy of p_u, the truth being whether u is in k

    The paper's regions are proposals of a detector. Here they are the boxes of the true instances,
    widened, as a user draws them.

    Parameters
    ----------
    psi
        Embedding with the coordinates added.
    labels
        Instance ids; 0 is background, negative is not annotated and takes no part.
    logit
        Of the foreground.
    sigma
        Width of the kernel in embedding units; learnt with the network.
    margin
        By how much boxes are wider on each side, as a share of their own size.
    """
    inside = labels > 0
    if not inside.any():
        return (psi.sum() + logit.sum() + sigma) * 0.0
    index, count = compact(labels[inside])
    pixels, instance = _pixels_of_boxes(inside.nonzero(), index, count, margin, labels.shape)
    truth, score, values = labels.flatten(), logit.flatten(), psi.flatten(1)
    known = truth[pixels] >= 0
    pixels, instance = pixels[known], instance[known]
    seeds = inside.flatten().nonzero()[:, 0][_most_confident(logit.detach()[inside], index, count)]
    own = seeds[instance]
    distance = norms(values[:, pixels] - values[:, own], EPSILON)
    entropy = binary_cross_entropy_with_logits(
        score[pixels] - distance / sigma,
        (truth[pixels] == truth[own]).to(score.dtype),
        reduction="none",
    )
    return instance_means(entropy[None], instance, count).mean()


def _most_confident(
    logit: Float[Tensor, "n"], index: Int[Tensor, "n"], count: int
) -> Int[Tensor, "k"]:
    """Return the pixel of the largest logit of each instance."""
    order = torch.argsort(logit, stable=True)
    order = order[torch.argsort(index[order], stable=True)]
    return order[torch.bincount(index, minlength=count).cumsum(0) - 1]


def _pixels_of_boxes(
    where: Int[Tensor, "n axes"],
    index: Int[Tensor, "n"],
    count: int,
    margin: float,
    shape: torch.Size,
) -> tuple[Int[Tensor, "m"], Int[Tensor, "m"]]:
    """Return flat positions of all pixels of the widened box of each instance, and whose it is."""
    column = index[:, None].expand_as(where)
    empty = where.new_zeros(count, len(shape))
    first = empty.scatter_reduce(0, column, where, "amin", include_self=False)
    last = empty.scatter_reduce(0, column, where, "amax", include_self=False)
    wider = ((last - first + 1) * margin).ceil().long()
    first = (first - wider).clamp(min=0)
    last = torch.minimum(last + wider, where.new_tensor(shape) - 1)
    size = last - first + 1  # (k, axes)
    volume = size.prod(1)
    instance = torch.repeat_interleave(volume)
    rest = torch.arange(len(instance), device=where.device) - (volume.cumsum(0) - volume)[instance]
    flat, stride = torch.zeros_like(rest), 1
    for axis in reversed(range(len(shape))):
        length = size[instance, axis]
        flat = flat + stride * (rest % length + first[instance, axis])
        rest, stride = rest // length, stride * shape[axis]
    return flat, instance
