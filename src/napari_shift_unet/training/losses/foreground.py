"""Foreground against background, with the pixels that matter weighted up."""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from .instances import compact

SMALL_OBJECT_PX = 200.0


def foreground_loss(
    logit: Float[Tensor, "*space"], labels: Int[Tensor, "*space"]
) -> Float[Tensor, ""]:
    """Weighted cross entropy of the foreground; negative labels are left out.

    A pixel of an object smaller than 200 px weighs up to three times as much, as the square root of
    the object's size, so that tiny nuclei are worth finding.
    """
    known = labels >= 0
    if not known.any():
        return logit.sum() * 0.0
    index, count = compact(labels)
    sizes = torch.bincount(index.flatten(), minlength=count).to(logit.dtype)
    weight = (SMALL_OBJECT_PX / sizes).sqrt().clamp(1.0, 3.0)[index]
    weight = torch.where(labels > 0, weight, torch.ones_like(weight))[known]
    target = (labels[known] > 0).to(logit.dtype)
    loss = binary_cross_entropy_with_logits(logit[known], target, weight, reduction="sum")
    return loss / weight.sum()
