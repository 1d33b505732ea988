"""What is minimised is made of the losses, window by window."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.training import TrainConfig
from napari_shift_unet.training.criterion import Criterion, make_criterion
from napari_shift_unet.training.losses import (
    discriminative_loss,
    foreground_loss,
    semi_convolutional_loss,
    spatial_embedding_loss,
    steered_mask_loss,
)

LABELS = torch.tensor([[1, 1, 0, 2], [1, -1, 2, 2], [3, 3, 0, 0]])


def _criterion(method: str, *, foreground: bool = True, **loss: Any) -> Criterion:
    spec = UNetSpec(foreground=foreground, embedding_dims=3)
    return make_criterion(TrainConfig(method=method, spec=spec, foreground_weight=7.0, loss=loss))


def _masks(output: Tensor, labels: Tensor) -> Tensor:
    """Masks of one window with coordinates added, at the sigma of the start."""
    psi = output[:3].clone()
    psi[:2] += torch.stack(torch.meshgrid(torch.arange(3), torch.arange(4), indexing="ij"))
    return steered_mask_loss(psi, labels, output[3], torch.tensor(4.0), 1.0)


@pytest.fixture
def output() -> Tensor:
    return 2 * torch.randn(2, 4, 3, 4)


@pytest.fixture
def labels() -> Tensor:
    return torch.stack([LABELS, LABELS.flip(0)])


def test_foreground_is_weighed_and_the_batch_averaged(output: Tensor, labels: Tensor) -> None:
    parts = [
        discriminative_loss(o[:3], truth, delta_pull=0.1) + 7 * foreground_loss(o[3], truth)
        for o, truth in zip(output, labels, strict=True)
    ]
    found = _criterion("discriminative", delta_pull=0.1)(output, labels)
    torch.testing.assert_close(found, (parts[0] + parts[1]) / 2)


def test_without_a_foreground_all_channels_are_embedding(output: Tensor, labels: Tensor) -> None:
    parts = [semi_convolutional_loss(o, t) for o, t in zip(output, labels, strict=True)]
    found = _criterion("semi-convolutional", foreground=False)(output, labels)
    torch.testing.assert_close(found, (parts[0] + parts[1]) / 2)


def test_a_seed_map_takes_the_place_of_the_foreground(output: Tensor, labels: Tensor) -> None:
    parts = [
        spatial_embedding_loss(o[:3], truth, o[3:], seed_weight=2.0)
        for o, truth in zip(output, labels, strict=True)
    ]
    found = _criterion("spatial-embedding", seed_weight=2.0)(output, labels)
    torch.testing.assert_close(found, (parts[0] + parts[1]) / 2)
    without = _criterion("spatial-embedding", foreground=False)(output[:, :3], labels)
    parts = [spatial_embedding_loss(o[:3], t) for o, t in zip(output, labels, strict=True)]
    torch.testing.assert_close(without, (parts[0] + parts[1]) / 2)


def test_losses_are_in_single_precision_whatever_the_network_computes_in(
    output: Tensor, labels: Tensor
) -> None:
    found = _criterion("discriminative")(output.bfloat16(), labels)
    assert found.dtype == torch.float32


def test_masks_are_learnt_with_a_sigma_of_their_own(output: Tensor, labels: Tensor) -> None:
    criterion = _criterion("semi-convolutional", mask_weight=0.5, mask_margin=1.0)
    parts = [
        semi_convolutional_loss(o[:3], t) + 7 * foreground_loss(o[3], t) + 0.5 * _masks(o, t)
        for o, t in zip(output, labels, strict=True)
    ]
    found = criterion(output, labels)
    torch.testing.assert_close(found, (parts[0] + parts[1]) / 2)
    assert criterion.learnt() == {"sigma": 4.0}
    optimiser = torch.optim.Adam(criterion.parameters(), lr=0.1)
    found.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
    assert abs(np.log(criterion.learnt()["sigma"] / 4.0)) == pytest.approx(0.1, rel=1e-2)


@pytest.mark.parametrize("method", ["discriminative", "semi-convolutional"])
def test_a_batch_without_objects_moves_nothing_but_the_foreground(
    method: str, output: Tensor
) -> None:
    criterion = _criterion(method, **({} if method == "discriminative" else {"mask_weight": 1.0}))
    output.requires_grad_()
    criterion(output, torch.zeros(2, 3, 4, dtype=torch.int64)).backward()
    assert output.grad is not None
    assert (output.grad[:, :3] == 0).all()
    assert (output.grad[:, 3] != 0).all()
    assert all((parameter.grad == 0).all() for parameter in criterion.parameters())


def test_a_background_among_the_instances_is_dropped_as_the_largest_of_them() -> None:
    told = _criterion("discriminative", foreground=False, background=True).learnt()
    assert told == {"largest_is_background": True}
    assert _criterion("discriminative", foreground=False).learnt() == {}
    assert _criterion("discriminative", background=True).learnt() == {}


def test_unknown_losses_and_settings_are_refused() -> None:
    _criterion("discriminative", delta_push=3.0, background=True)
    _criterion("semi-convolutional")
    with pytest.raises(
        InputError, match=r"loss\.delta_pul is no setting .* Use delta_pull, delta_pu"
    ):
        _criterion("discriminative", delta_pul=0.1)
    with pytest.raises(InputError, match=r"needs a network with a foreground"):
        _criterion("semi-convolutional", foreground=False, mask_weight=1.0)
