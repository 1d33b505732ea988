"""Losses against the formulas of the papers, written out instance by instance in plain numpy."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import Tensor

from napari_shift_unet.training.losses import (
    discriminative_loss,
    foreground_loss,
    semi_convolutional_loss,
    steered_mask_loss,
)

label_images = st.sampled_from([(5, 6), (3, 4, 3)]).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.sampled_from((-1, 0, 0, 1, 2, 7)))
)
Loss = Callable[..., Tensor]


def _random(shape: tuple[int, ...], seed: int, scale: float = 2.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, scale, shape)


def _instances(labels: np.ndarray, lowest: int = 1) -> list[np.ndarray]:
    return [labels == number for number in np.unique(labels) if number >= lowest]


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b))


def _mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))


def _discriminative(
    embedding: np.ndarray,
    labels: np.ndarray,
    delta_pull: float = 0.5,
    delta_push: float = 1.5,
    regularisation: float = 1e-3,
    neighbours_px: float | None = None,
    background: bool = False,
) -> float:
    found = _instances(labels, 0 if background else 1)
    means = [embedding[:, mask].mean(1) for mask in found]
    pulls = [
        _mean([max(0, _distance(mean, x) - delta_pull) ** 2 for x in embedding[:, mask].T])
        for mask, mean in zip(found, means, strict=True)
    ]
    pushes = []
    for a, b in combinations(range(len(found)), 2):
        centres = [np.argwhere(found[i]).mean(0) for i in (a, b)]
        near = neighbours_px is None or _distance(centres[0], centres[1]) <= neighbours_px
        if near or labels[found[a]][0] == 0:
            pushes.append(max(0, 2 * delta_push - _distance(means[a], means[b])) ** 2)
    norms = [_distance(mean, 0 * mean) for mean in means]
    return _mean(pulls) + _mean(pushes) + regularisation * _mean(norms)


def _semi_convolutional(embedding: np.ndarray, labels: np.ndarray) -> float:
    psi = embedding.copy()
    psi[: labels.ndim] += np.indices(labels.shape)
    losses = []
    for mask in _instances(labels):
        distances = np.linalg.norm(psi[:, mask] - psi[:, mask].mean(1, keepdims=True), axis=0)
        losses.append(distances.mean())
    return _mean(losses)


def _steered_mask(
    psi: np.ndarray, labels: np.ndarray, logit: np.ndarray, sigma: float, margin: float
) -> float:
    losses = []
    for mask in _instances(labels):
        places = np.argwhere(mask)
        seed = max(map(tuple, places), key=lambda place: logit[place])
        wider = np.ceil((np.ptp(places, axis=0) + 1) * margin)
        low, high = places.min(0) - wider, places.max(0) + wider
        entropies = []
        for place in np.ndindex(labels.shape):
            in_box = (low <= place).all() and (place <= high).all()
            if in_box and labels[place] >= 0:
                distance = _distance(psi[:, *place], psi[:, *seed])
                score = logit[place] - distance / sigma
                probability = 1 / (1 + np.exp(-score))
                entropies.append(-np.log(probability if mask[place] else 1 - probability))
        losses.append(_mean(entropies))
    return _mean(losses)


def _foreground(logit: np.ndarray, labels: np.ndarray) -> float:
    total = weights = 0.0
    for place in np.ndindex(labels.shape):
        if labels[place] < 0:
            continue
        size = (labels == labels[place]).sum()
        weight = np.clip((200 / size) ** 0.5, 1, 3) if labels[place] > 0 else 1.0
        probability = 1 / (1 + np.exp(-logit[place]))
        total -= weight * np.log(probability if labels[place] > 0 else 1 - probability)
        weights += weight
    return total / weights if weights else 0.0


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"delta_pull": 0.0, "delta_push": 3.0, "regularisation": 1e-4},
        {"background": True},
        {"neighbours_px": 2.1},
        {"neighbours_px": 2.1, "background": True},
    ],
    ids=str,
)
@given(labels=label_images, seed=st.integers(0, 99), dims=st.integers(1, 3))
def test_discriminative(settings: dict[str, Any], labels: np.ndarray, seed: int, dims: int) -> None:
    embedding = _random((dims, *labels.shape), seed)
    found = discriminative_loss(torch.from_numpy(embedding), torch.from_numpy(labels), **settings)
    assert found.item() == pytest.approx(_discriminative(embedding, labels, **settings), abs=1e-5)


@given(labels=label_images, seed=st.integers(0, 99), more=st.integers(0, 2))
def test_semi_convolutional(labels: np.ndarray, seed: int, more: int) -> None:
    embedding = _random((labels.ndim + more, *labels.shape), seed)
    found = semi_convolutional_loss(torch.from_numpy(embedding), torch.from_numpy(labels))
    # The distance is smoothed at 1e-3 px, which a pixel alone in its instance shows.
    assert found.item() == pytest.approx(_semi_convolutional(embedding, labels), abs=2e-3)


@given(
    labels=label_images,
    seed=st.integers(0, 99),
    more=st.integers(0, 2),
    sigma=st.sampled_from([0.7, 3.0]),
    margin=st.sampled_from([0.0, 0.5, 1.5]),
)
def test_steered_masks(
    labels: np.ndarray, seed: int, more: int, sigma: float, margin: float
) -> None:
    embedding = _random((labels.ndim + more, *labels.shape), seed)
    logit = _random(labels.shape, seed + 100)
    raw, truth, score = (torch.tensor(array) for array in (embedding, labels, logit))
    width = torch.tensor(sigma, dtype=torch.float64)
    found = steered_mask_loss(raw, truth, score, width, margin)
    wanted = _steered_mask(embedding, labels, logit, sigma, margin)
    assert found.item() == pytest.approx(wanted, abs=2e-3)
    embedding[: labels.ndim] += np.indices(labels.shape)
    together = semi_convolutional_loss(
        raw, truth, score, width, mask_weight=0.3, mask_margin=margin
    )
    wanted = 0.3 * _steered_mask(embedding, labels, logit, sigma, margin)
    pulled = semi_convolutional_loss(raw, truth).item()
    assert together.item() - pulled == pytest.approx(wanted, abs=2e-3)


def test_a_steered_mask_whose_seed_lies_apart_has_no_loss() -> None:
    labels = torch.zeros(9, 9, dtype=torch.int64)
    labels[1:4, 1:4], labels[1:4, 4:7] = 1, 2
    psi = 100.0 * labels[None].float()
    logit = torch.where(labels > 0, 20.0, -20.0)
    loss = steered_mask_loss(psi, labels, logit, torch.tensor(1.0))
    assert loss.item() == pytest.approx(0, abs=1e-3)
    mixed = steered_mask_loss(psi, labels, logit, torch.tensor(100.0))
    assert mixed.item() > 1


def test_a_semi_convolutional_embedding_that_points_at_the_centre_has_no_loss() -> None:
    labels = torch.zeros(9, 9, dtype=torch.int64)
    labels[1:4, 1:4], labels[5:8, 2:7] = 1, 2
    offsets = torch.zeros(2, 9, 9)
    for number in (1, 2):
        places = (labels == number).nonzero().float()
        offsets[:, labels == number] = (places.mean(0) - places).T
    assert semi_convolutional_loss(offsets, labels).item() == pytest.approx(0, abs=2e-3)


@given(labels=label_images, seed=st.integers(0, 99))
def test_foreground(labels: np.ndarray, seed: int) -> None:
    logit = _random(labels.shape, seed)
    found = foreground_loss(torch.from_numpy(logit), torch.from_numpy(labels))
    assert found.item() == pytest.approx(_foreground(logit, labels), rel=1e-6)


def test_large_objects_weigh_as_much_as_background() -> None:
    labels = torch.zeros(40, 40, dtype=torch.int64)
    labels[:20] = 1
    loss = foreground_loss(torch.zeros(40, 40), labels)
    assert loss.item() == pytest.approx(np.log(2), rel=1e-6)


LABELS = torch.tensor([[1, 1, 0, 2], [1, -1, 2, 2], [3, 3, 0, 0]])


@pytest.mark.parametrize(
    ("loss", "channels"),
    [
        (discriminative_loss, 2),
        (lambda e, t: discriminative_loss(e, t, background=True, neighbours_px=3.0), 2),
        (lambda e, t: discriminative_loss(e, t, delta_push=3.0, delta_pull=0.0), 2),
        (semi_convolutional_loss, 3),
        (lambda e, t: steered_mask_loss(e[:4], t, e[4], e[5].flatten()[0].exp()), 6),
        (lambda e, t: foreground_loss(e[0], t), 1),
    ],
    ids=["discriminative", "neighbours", "all pairs", "semi-convolutional", "masks", "foreground"],
)
@pytest.mark.parametrize(
    "labels", [LABELS, torch.stack([LABELS, LABELS.flip(1)])], ids=["2D", "3D"]
)
def test_gradients(loss: Loss, channels: int, labels: Tensor) -> None:
    embedding = torch.from_numpy(_random((channels, *labels.shape), 1)).requires_grad_()
    assert torch.autograd.gradcheck(lambda e: loss(e, labels), (embedding,))
    gradient = torch.autograd.grad(loss(embedding, labels), embedding)[0]
    assert (gradient[:, labels < 0] == 0).all()


@pytest.mark.parametrize("loss", [discriminative_loss, semi_convolutional_loss])
@pytest.mark.parametrize("labels", [torch.zeros(3, 4).long(), torch.full((3, 4), -1)])
def test_a_window_without_objects_has_no_loss_and_no_gradient(loss: Loss, labels: Tensor) -> None:
    embedding = torch.rand(2, 3, 4, requires_grad=True)
    found = loss(embedding, labels)
    found.backward()  # type: ignore[no-untyped-call]
    assert found.item() == 0
    assert embedding.grad is not None
    assert (embedding.grad == 0).all()


@pytest.mark.parametrize("loss", [discriminative_loss, semi_convolutional_loss])
def test_a_collapsed_embedding_has_finite_gradients(loss: Loss) -> None:
    embedding = torch.zeros(2, 3, 4)
    embedding[:] -= torch.stack(torch.meshgrid(torch.arange(3.0), torch.arange(4.0), indexing="ij"))
    embedding.requires_grad_()
    loss(embedding, LABELS).backward()  # type: ignore[no-untyped-call]
    assert embedding.grad is not None
    assert embedding.grad.isfinite().all()
