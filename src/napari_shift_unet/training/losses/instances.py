"""Means over instances of one window, without a loop over them."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def compact(labels: Int[Tensor, "*space"]) -> tuple[Int[Tensor, "*space"], int]:
    """Return labels renumbered to 0 .. k - 1 in increasing order of id, and k."""
    ids, index = torch.unique(labels, return_inverse=True)
    return index, int(ids.numel())


def instance_means(
    values: Float[Tensor, "c n"], index: Int[Tensor, "n"], count: int
) -> Float[Tensor, "c k"]:
    """Return the mean of each instance's values; `index` is compact, so that none is empty."""
    sums = values.new_zeros(values.shape[0], count).index_add(1, index, values)
    sizes = torch.bincount(index, minlength=count).to(values.dtype)
    return sums / sizes


def norms(vectors: Float[Tensor, "d n"], epsilon: float) -> Float[Tensor, "n"]:
    """Return the length of each column; below the root of `epsilon` its gradient fades to zero."""
    return (vectors.square().sum(0) + epsilon).sqrt()
