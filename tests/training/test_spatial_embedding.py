"""The spatial-embedding loss against plain numpy written from its formula."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings.methods import SIGMA_AT_ZERO_PX
from napari_shift_unet.training.losses.lovasz import lovasz_hinge
from napari_shift_unet.training.losses.spatial_embedding import spatial_embedding_loss

CASES = [(2, 1), (2, 2), (3, 1), (3, 3)]


def _draw(ndim: int, sigmas: int, seed: int, size: int = 9) -> tuple[Any, Any, Any, Any]:
    generator = torch.Generator().manual_seed(seed)
    shape = tuple(range(size, size + ndim))
    labels = torch.randint(-1, 5, shape, generator=generator)
    embedding = torch.randn(ndim + sigmas, *shape, generator=generator, dtype=torch.double) * 0.3
    seeds = torch.randn(2, *shape, generator=generator, dtype=torch.double)
    classes = labels % 2
    return embedding, labels, seeds, classes


def _lovasz(logits: np.ndarray, truth: np.ndarray) -> float:
    margins = 1 - logits * (2 * truth - 1)
    order = np.argsort(-margins, kind="stable")
    margins, truth = margins[order], truth[order]
    jaccard = 1 - (truth.sum() - truth.cumsum()) / (truth.sum() + (1 - truth).cumsum())
    return float((np.maximum(margins, 0) * np.diff(jaccard, prepend=0)).sum())


def _by_formula(embedding: Any, labels: Any, seeds: Any, classes: Any) -> float:
    raw, truth = embedding.numpy(), labels.numpy()
    ndim, known = truth.ndim, labels.numpy() >= 0
    points = raw[:ndim] + np.indices(truth.shape)
    sigma = SIGMA_AT_ZERO_PX * np.exp(raw[ndim:])
    masks, smooth, own = [], [], np.zeros(truth.shape)
    for k in np.unique(truth[truth > 0]):
        inside = truth == k
        centre = points[:, inside].mean(1).reshape(-1, *[1] * ndim)
        mean = sigma[:, inside].mean(1).reshape(-1, *[1] * ndim)
        phi = np.exp(-(((points - centre) / mean) ** 2).sum(0) / 2)
        masks.append(_lovasz(2 * phi[known] - 1, inside[known].astype(float)))
        smooth.append(((sigma / mean - 1)[:, inside] ** 2).mean())
        own[inside] = phi[inside]
    loss = np.mean(masks) + np.mean(smooth)
    for number, logits in enumerate(seeds.numpy()):
        target = np.where(classes.numpy() == number, own, 0)
        loss += 10 * ((1 / (1 + np.exp(-logits)) - target)[known] ** 2).mean()
    return float(loss)


@pytest.mark.parametrize(("ndim", "sigmas"), CASES, ids=str)
@given(seed=st.integers(0, 10**6))
def test_the_formula(ndim: int, sigmas: int, seed: int) -> None:
    drawn = _draw(ndim, sigmas, seed)
    assert float(spatial_embedding_loss(*drawn)) == pytest.approx(_by_formula(*drawn), rel=1e-5)


@pytest.mark.parametrize(("ndim", "sigmas"), CASES, ids=str)
def test_gradients(ndim: int, sigmas: int) -> None:
    embedding, labels, seeds, classes = _draw(ndim, sigmas, 0, size=4)

    def loss(channels: torch.Tensor) -> torch.Tensor:
        return spatial_embedding_loss(channels, labels)

    assert torch.autograd.gradcheck(loss, embedding.requires_grad_())

    def seed_loss(logits: torch.Tensor) -> torch.Tensor:
        return spatial_embedding_loss(embedding.detach(), labels, logits, classes)

    assert torch.autograd.gradcheck(seed_loss, seeds.requires_grad_())


def test_a_perfect_network_has_no_loss() -> None:
    labels = torch.zeros(12, 12, dtype=torch.long)
    labels[2:5, 2:5], labels[7:10, 6:11] = 1, 2
    embedding = torch.zeros(3, 12, 12)
    embedding[2] = -4
    seeds = torch.full((1, 12, 12), -20.0)
    places = torch.stack(torch.meshgrid(torch.arange(12.0), torch.arange(12.0), indexing="ij"))
    embedding[:2] = 100 - 2 * places  # the background lies far away, and spread out
    for k in (1, 2):
        inside = labels == k
        embedding[:2, inside] = places[:, inside].mean(1, keepdim=True) - places[:, inside]
        seeds[:, inside] = 20.0
    assert float(spatial_embedding_loss(embedding, labels, seeds)) == pytest.approx(0, abs=1e-6)
    assert float(spatial_embedding_loss(embedding * 0, labels, seeds)) > 0.1


def test_windows_without_objects_or_annotation() -> None:
    embedding, labels, seeds, _ = _draw(2, 1, 3)
    embedding.requires_grad_()
    nothing = spatial_embedding_loss(embedding, labels * 0 - 1, seeds)
    nothing.backward()
    assert float(nothing.detach()) == 0
    empty = spatial_embedding_loss(embedding, labels * 0, seeds)
    expected = 10 * torch.sigmoid(seeds).square().mean((1, 2)).sum()
    assert float(empty.detach()) == pytest.approx(float(expected))


@given(seed=st.integers(0, 10**6))
def test_lovasz_of_all_masks_is_the_mean_of_each(seed: int) -> None:
    generator = np.random.default_rng(seed)
    mask = np.concatenate([[0, 1, 2], generator.integers(0, 3, 40)])
    truth, logits = generator.random(43) < 0.4, generator.normal(size=43)
    truth[:3] = True
    found = lovasz_hinge(*map(torch.from_numpy, (logits, truth, mask)), 3)
    each = [_lovasz(logits[mask == k], truth[mask == k].astype(float)) for k in range(3)]
    assert float(found) == pytest.approx(np.mean(each))
