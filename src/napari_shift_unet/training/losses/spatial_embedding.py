"""Spatial embedding: offsets to a common centre, a margin of its own, and a map of seeds."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ...embeddings.methods import SIGMA_AT_ZERO_PX
from .instances import compact, instance_means
from .lovasz import lovasz_hinge

LARGEST_LOG = 6.0
"""Bound of the sigma channels, so that a young network cannot overflow."""
NEGLIGIBLE = 1e-3
"""phi below which a pixel outside an instance does not change its loss."""


def spatial_embedding_loss(
    embedding: Float[Tensor, "d *space"],
    labels: Int[Tensor, "*space"],
    seed: Float[Tensor, "classes *space"] | None = None,
    classes: Int[Tensor, "*space"] | None = None,
    *,
    smooth_weight: float = 1.0,
    seed_weight: float = 10.0,
    seed_foreground: float = 1.0,
) -> Float[Tensor, ""]:
    """Lovasz hinge of the masks, smoothness of sigma, regression of the seeds ([Nev], sec. 3).

    ::

        e_x     = x + offset_x,  sigma_x = sigma_0 exp(s_x), in px; one sigma or one per axis
        C_k, sigma_k = means of e_x and sigma_x over instance k
        phi_k(x) = exp(-sum_i (e_x,i - C_k,i)^2 / (2 sigma_k,i^2))
        mask    = mean_k lovasz_hinge(2 phi_k - 1, x in k)
        smooth  = mean_k mean_{x in k} (sigma_x / sigma_k - 1)^2
        seed    = mean_x w_x (sigmoid(seed_x) - target_x)^2, target = phi of x's own instance, or 0;
                  summed over classes, where an instance of another class is background

    Sigma is compared with its mean as a share of it, so that large objects do not weigh more: the
    authors' images are 1 unit wide, ours are in px.

    Parameters
    ----------
    embedding
        Raw channels: one offset in px per axis, then one or as many logarithms of sigma.
    labels
        Instance ids; 0 is background, negative is not annotated and takes no part.
    seed
        Logits of one seed map per class; `None` for a network without one.
    classes
        Class of each pixel of an object, from 0; `None` if there is only class 0.
    smooth_weight, seed_weight
        Weights of the last two terms against the first.
    seed_foreground
        w of a pixel of an object; it is 1 in the background.
    """
    known = labels >= 0
    axes = labels.ndim
    where = known.nonzero().T  # (axes, n)
    truth = labels[known]
    channels = embedding[:, known]
    points = channels[:axes] + where.to(channels.dtype)
    sigma = SIGMA_AT_ZERO_PX * channels[axes:].clamp(-LARGEST_LOG, LARGEST_LOG).exp()
    inside = truth > 0
    loss = embedding.sum() * 0.0
    phi = torch.zeros_like(channels[0])
    if inside.any():
        index, count = compact(truth[inside])
        centres = instance_means(points[:, inside], index, count)  # (axes, k)
        sigmas = instance_means(sigma[:, inside], index, count)  # (1 or axes, k)
        deviation = (sigma[:, inside] / sigmas[:, index] - 1).square().mean(0)
        smooth = instance_means(deviation[None], index, count).mean()
        phi[inside] = _phi(points[:, inside], centres[:, index], sigmas[:, index]).detach()
        own = torch.full_like(truth, -1)
        own[inside] = index
        pixel, instance = _pairs(points, centres, sigmas, own)
        reached = _phi(points[:, pixel], centres[:, instance], sigmas[:, instance])
        mask = lovasz_hinge(2 * reached - 1, own[pixel] == instance, instance, count)
        loss = loss + mask + smooth_weight * smooth
    if seed is None or not known.any():
        return loss
    class_of = torch.zeros_like(truth) if classes is None else classes[known]
    weight = torch.where(inside, seed_foreground, 1.0)
    for number, logits in enumerate(seed):
        target = torch.where(class_of == number, phi, 0.0)
        error = (torch.sigmoid(logits[known]) - target).square()
        loss = loss + seed_weight * (weight * error).sum() / weight.sum()
    return loss


def _phi(
    points: Float[Tensor, "axes n"],
    centres: Float[Tensor, "axes #n"],
    sigmas: Float[Tensor, "s #n"],
) -> Float[Tensor, "n"]:
    return torch.exp(-((points - centres) / sigmas).square().sum(0) / 2)


@torch.no_grad()
def _pairs(
    points: Float[Tensor, "axes n"],
    centres: Float[Tensor, "axes k"],
    sigmas: Float[Tensor, "s k"],
    own: Int[Tensor, "n"],
) -> tuple[Int[Tensor, "m"], Int[Tensor, "m"]]:
    """Return pixel and instance wherever one belongs to the other or is not far from it."""
    pixels, instances = [], []
    for k in range(centres.shape[1]):
        near = _phi(points, centres[:, k : k + 1], sigmas[:, k : k + 1]) > NEGLIGIBLE
        found = (near | (own == k)).nonzero()[:, 0]
        pixels.append(found)
        instances.append(torch.full_like(found, k))
    return torch.cat(pixels), torch.cat(instances)
