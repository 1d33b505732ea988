from typing import Any

import pytest
import torch
from hypothesis import given
from torch import Tensor, nn

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import UNet, fold_batch_norm
from napari_shift_unet.networks.unet import centre_crop
from random_networks import random_network
from strategies import small_specs


@pytest.mark.parametrize(("size", "output"), [(204, 20), (220, 36), (332, 148)])
def test_sizes_of_the_paper(size: int, output: int) -> None:
    spec = UNetSpec(embedding_dims=3, foreground=False)
    with torch.device("meta"):
        assert UNet(spec)(torch.empty(2, 1, size, size)).shape == (2, 3, output, output)


def test_feature_maps_double_per_level_and_the_head_has_no_activation() -> None:
    network = UNet(UNetSpec())
    weights = {name: tuple(value.shape[:2]) for name, value in network.named_parameters()}
    assert [weights[f"down.{level}.0.weight"][0] for level in range(4)] == [16, 32, 64, 128]
    assert weights["bottom.0.weight"] == (256, 128)
    assert [weights[f"up.{level}.0.weight"][1] for level in range(4)] == [32, 64, 128, 256]
    assert network(torch.rand(1, 1, 188, 188)).min() < 0


@given(small_specs(batch_norm=True))
def test_folding_batch_norm_is_exact(spec: UNetSpec) -> None:
    network = random_network(spec).double()
    window = spec.footprint.window_at_least(spec.period)
    image = torch.rand(1, spec.in_channels, *spec.footprint.input_size(window), dtype=torch.double)
    with torch.no_grad():
        before = network(image)
        after = fold_batch_norm(network)(image)
    assert not any(isinstance(m, nn.BatchNorm2d | nn.BatchNorm3d) for m in network.modules())
    torch.testing.assert_close(after, before, rtol=1e-10, atol=1e-10 * float(before.abs().max()))


def test_without_batch_norm_nothing_is_folded() -> None:
    network = UNet(UNetSpec(width=2, factors=(2,), batch_norm=False))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    after = fold_batch_norm(network).state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())


@pytest.mark.parametrize("factor", [1, 2, 3, 5, 7])
def test_fixed_upsampling_repeats_every_pixel(factor: int) -> None:
    spec = UNetSpec(factors=((factor, 2),), upsampling="fixed")
    (rise,) = UNet(spec).rise
    image = torch.rand(1, 3, 41, 43)
    wanted = image.repeat_interleave(factor, 2).repeat_interleave(2, 3)
    assert torch.equal(rise(image), wanted)
    assert torch.equal(rise(image.to(memory_format=torch.channels_last)), wanted)


def test_learnt_upsampling_is_rectified() -> None:
    (rise,) = UNet(UNetSpec(width=2, factors=(2,))).rise
    raised = rise(torch.randn(1, 4, 9, 9))
    assert raised.shape == (1, 2, 18, 18)
    assert raised.min() == 0 < raised.max()


@pytest.mark.parametrize("size", [(4, 2), (6, 8), (0, 8)])
def test_centre_crop_takes_the_same_off_both_sides(size: tuple[int, int]) -> None:
    x = torch.arange(48.0).view(1, 1, 6, 8)
    cropped = centre_crop(x, torch.Size(size))
    rows, columns = (6 - size[0]) // 2, (8 - size[1]) // 2
    assert torch.equal(cropped, x[:, :, rows : 6 - rows, columns : 8 - columns])
    assert cropped.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()


@pytest.mark.parametrize("settings", [{}, {"ndim": 3, "factors": ((1, 2, 2),)}], ids=str)
def test_the_same_seed_gives_the_same_weights(settings: dict[str, Any]) -> None:
    def weights() -> list[Tensor]:
        torch.manual_seed(3)
        return list(UNet(UNetSpec(width=2, **settings)).parameters())

    assert all(torch.equal(a, b) for a, b in zip(weights(), weights(), strict=True))
