"""The Lovasz hinge of many binary masks at once."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from .instances import instance_means


def lovasz_hinge(
    logits: Float[Tensor, "n"],
    truth: Bool[Tensor, "n"],
    mask: Int[Tensor, "n"],
    count: int,
) -> Float[Tensor, ""]:
    """Mean over masks of the Lovasz extension of their Jaccard loss (Berman et al. 2018, sec. 3).

    ::

        m_i  = 1 - logit_i * (1 if truth_i else -1), sorted downwards within a mask
        J_i  = 1 - (T - sum_{j<=i} truth_j) / (T + sum_{j<=i} (1 - truth_j)),  T = sum_j truth_j
        loss = sum_i max(0, m_i) (J_i - J_{i-1})

    Parameters
    ----------
    logits
        Positive where a pixel is taken for a part of its mask. Pixels at a logit of -1 or below
        that belong to no mask do not change the loss, and may be left out.
    truth
        Whether the pixel is a part of the mask.
    mask
        Number of the mask from 0 to `count` - 1 to which a pixel counts; no mask is without pixels.
    count
        Number of masks.
    """
    signs = truth.to(logits.dtype) * 2 - 1
    margins = 1 - logits * signs
    order = torch.argsort(margins.detach(), descending=True)
    order = order[torch.argsort(mask[order], stable=True)]
    margins, sorted_truth, mask = margins[order], truth[order].to(logits.dtype), mask[order]
    sizes = torch.bincount(mask, minlength=count)
    first = sizes.cumsum(0) - sizes
    hits = _running_sum(sorted_truth, first, mask)
    misses = _running_sum(1 - sorted_truth, first, mask)
    total = instance_means(sorted_truth[None], mask, count)[0] * sizes
    jaccard = 1 - (total[mask] - hits) / (total[mask] + misses)
    step = jaccard.diff(prepend=jaccard.new_zeros(1))
    step[first] = jaccard[first]
    return (margins.clamp(min=0) * step).sum() / count


def _running_sum(
    values: Float[Tensor, "n"], first: Int[Tensor, "k"], mask: Int[Tensor, "n"]
) -> Float[Tensor, "n"]:
    """Return sums from the first pixel of each mask; exact, for the values are 0 or 1."""
    total = values.double().cumsum(0)
    return (total - (total[first] - values[first])[mask]).to(values.dtype)
