"""Foreground against background, with the pixels that matter weighted up."""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, max_pool2d, max_pool3d

from .instances import compact

SMALL_OBJECT_PX = 200.0
MARGIN_PX = 4
MAX_POOL = {2: max_pool2d, 3: max_pool3d}


def foreground_loss(
    logit: Float[Tensor, "*space"], labels: Int[Tensor, "*space"]
) -> Float[Tensor, ""]:
    """Weighted cross entropy of the foreground; negative labels are left out.

    A pixel of an object smaller than 200 px weighs up to three times as much, as the square root of
    the object's size, and so does the background within 4 px of it: tiny nuclei are worth finding,
    and at their true size.
    """
    known = labels >= 0
    if not known.any():
        return logit.sum() * 0.0
    index, count = compact(labels)
    sizes = torch.bincount(index.flatten(), minlength=count).to(logit.dtype)
    weight = (SMALL_OBJECT_PX / sizes).sqrt().clamp(1.0, 3.0)[index]
    weight = torch.where(labels > 0, weight, torch.ones_like(weight))
    weight = MAX_POOL[labels.ndim](weight[None, None], 2 * MARGIN_PX + 1, 1, MARGIN_PX)[0, 0][known]
    target = (labels[known] > 0).to(logit.dtype)
    loss = binary_cross_entropy_with_logits(logit[known], target, weight, reduction="sum")
    return loss / weight.sum()
