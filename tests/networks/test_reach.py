"""How far a network really sees, by the gradients of its outputs."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import UNet

AVERAGE: dict[int, type[nn.Module]] = {2: nn.AvgPool2d, 3: nn.AvgPool3d}
NETWORKS: list[dict[str, Any]] = [
    {"factors": (2,)},
    {"factors": (2, 2)},
    {"factors": (3, 2), "convs": 1},
    {"factors": (2, 3), "convs": 1},
    {"factors": ((1, 2), (2, 3)), "kernel": (5, 3), "convs": 1},
    {"factors": ((2, 1), (1, 2)), "kernel": (3, 1)},
    {"ndim": 3, "factors": ((1, 2, 2),), "convs": 1},
]
networks = pytest.mark.parametrize("settings", NETWORKS, ids=str)
upsamplings = pytest.mark.parametrize("upsampling", ["learnt", "fixed"])


def _transparent(spec: UNetSpec) -> UNet:
    """Return a network in which each output depends on all that it can see.

    Weights are positive, and pooling takes means: a maximum has a gradient for one pixel only.
    """
    network = UNet(spec).double().eval()
    network.pool = nn.ModuleList(AVERAGE[spec.ndim](factors) for factors in spec.factors)
    for parameter in network.parameters():
        nn.init.constant_(parameter, 0.01)
    return network


def _seen(image: Tensor, output: Tensor) -> list[tuple[int, int]]:
    """Return the first and last input position per axis that an output depends on."""
    (gradient,) = torch.autograd.grad(output, image, retain_graph=True)
    places = gradient[0, 0].nonzero()
    return list(zip(places.amin(0).tolist(), places.amax(0).tolist(), strict=True))


@networks
@upsamplings
def test_reach_and_margin_of_padded_networks(settings: dict[str, Any], upsampling: str) -> None:
    spec = UNetSpec(
        width=1, growth=1, padding="same", upsampling=upsampling, batch_norm=False, **settings
    )
    footprint = spec.footprint
    size = footprint.input_size(spec.period)
    image = torch.ones(1, 1, *size, dtype=torch.double, requires_grad=True)
    output = _transparent(spec)(image).sum(1)[0]
    reach, margin = [0] * spec.ndim, [0] * spec.ndim
    for phase in range(max(spec.period)):
        place = [c + min(phase, t - 1) for c, t in zip(spec.context, spec.period, strict=True)]
        for axis, (first, last) in enumerate(_seen(image, output[*place])):
            assert 0 <= first <= last < size[axis]
            start, stop = spec.context[axis], spec.context[axis] + spec.period[axis] - 1
            reach[axis] = max(reach[axis], place[axis] - first, last - place[axis])
            margin[axis] = max(margin[axis], start - first, last - stop)
    assert tuple(reach) == spec.receptive_reach
    assert tuple(margin) == footprint.required_context


@networks
@upsamplings
def test_unpadded_networks_see_their_whole_input_and_no_window_needs_less(
    settings: dict[str, Any], upsampling: str
) -> None:
    spec = UNetSpec(width=1, growth=1, upsampling=upsampling, batch_norm=False, **settings)
    size = spec.footprint.input_size(spec.footprint.window_base)
    image = torch.ones(1, 1, *size, dtype=torch.double, requires_grad=True)
    output = _transparent(spec)(image)
    assert _seen(image, output.sum()) == [(0, n - 1) for n in size]
