"""The forecast of computing and memory against the real network."""

from math import prod
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import UNet, fold_batch_norm
from napari_shift_unet.networks.unet import CHANNELS_LAST
from napari_shift_unet.prediction.onednn import use_onednn
from strategies import specs
from torch_memory import peak_bytes


def _count_work(network: nn.Module, image: Tensor) -> int:
    """Count multiply-adds layer by layer, from what each one reads and returns."""
    total = 0

    def note(layer: Any, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        taps = prod(layer.kernel_size) * layer.in_channels * layer.out_channels
        transposed = isinstance(layer, nn.ConvTranspose2d | nn.ConvTranspose3d)
        space = (inputs[0] if transposed else output).shape[2:]
        total += taps * prod(space)

    kinds = nn.Conv2d | nn.Conv3d | nn.ConvTranspose2d | nn.ConvTranspose3d
    for layer in network.modules():
        if isinstance(layer, kinds):
            layer.register_forward_hook(note)
    network(image)
    return total


@given(specs(max_period=12), st.data())
def test_multiply_adds_and_sizes_are_exact(spec: UNetSpec, data: st.DataObject) -> None:
    footprint = spec.footprint
    wanted = data.draw(st.tuples(*[st.integers(1, 60)] * spec.ndim))
    window = footprint.window_at_least(wanted)
    size = footprint.input_size(window)
    with torch.device("meta"):
        network = UNet(spec)
        image = torch.empty(1, spec.in_channels, *size)
    assert footprint.work(window) == _count_work(network, image)
    assert network(image).shape == (1, spec.out_channels, *spec.output_size(size))


@given(specs(max_period=36))
def test_parameters_are_exact(spec: UNetSpec) -> None:
    with torch.device("meta"):
        network = UNet(spec)
    assert spec.parameters == sum(parameter.numel() for parameter in network.parameters())


@given(specs(max_period=12))
def test_ideal_work_is_that_of_a_window_without_end(spec: UNetSpec) -> None:
    footprint = spec.footprint
    window = footprint.window_at_least((10**7,) * spec.ndim)
    assert footprint.work(window) / prod(window) == pytest.approx(
        footprint.ideal_work_per_pixel, rel=1e-3
    )


@pytest.mark.parametrize("upsampling", ["learnt", "fixed"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("settings", "window", "tolerance"),
    [
        ({}, 148, 0.05),
        ({"kernel": 5, "factors": (2, 2)}, 148, 0.05),
        ({"growth": 1, "factors": (3, 2), "batch_norm": False}, 148, 0.05),
        ({"kernel": 1, "convs": 3, "in_channels": 3}, 148, 0.05),
        ({"ndim": 3, "width": 8, "factors": (2, 2)}, 64, 0.05),
        ({"ndim": 3, "width": 8, "factors": ((1, 2, 2), 2), "convs": 1}, 64, 0.1),
        # Of a small window the scratch memory of the convolutions is a part that can be seen.
        ({}, 20, 0.25),
        ({"ndim": 3, "width": 8, "factors": (2, 2)}, 20, 0.25),
    ],
    ids=str,
)
def test_peak_memory(
    settings: dict[str, Any], window: int, tolerance: float, padding: str, upsampling: str
) -> None:
    spec = UNetSpec(**settings, padding=padding, upsampling=upsampling)
    footprint, layout = spec.footprint, CHANNELS_LAST[spec.ndim]
    output = footprint.window_at_least((window,) * spec.ndim)
    network = use_onednn(fold_batch_norm(UNet(spec).eval()))
    network = network.to(memory_format=layout)  # type: ignore[call-overload]
    image = torch.zeros(1, spec.in_channels, *footprint.input_size(output))
    image = image.to(memory_format=layout)
    with torch.inference_mode():
        network(image)  # packs the weights, which the forecast leaves out
        measured = image.nbytes + peak_bytes(lambda: network(image))
    assert footprint.activation_bytes(output) == pytest.approx(measured, rel=tolerance)
