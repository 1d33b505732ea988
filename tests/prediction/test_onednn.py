from typing import Any

import pytest
import torch
from torch import nn

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.prediction.onednn import OneDnn, use_onednn
from random_networks import random_network
from torch_memory import peak_bytes


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"padding": "same"},
        {"padding": (1, 0)},
        {"stride": 2},
        {"dilation": 2},
        {"bias": False},
        {"groups": 3},
        {"padding": "same", "kernel_size": (1, 5)},
    ],
    ids=str,
)
def test_it_is_the_same_convolution(settings: dict[str, Any]) -> None:
    convolution = nn.Conv2d(3, 6, **{"kernel_size": 3, **settings})
    x = torch.rand(2, 3, 17, 12)
    with torch.no_grad():
        torch.testing.assert_close(OneDnn(convolution)(x), convolution(x))


def test_it_is_the_same_network_in_3d_for_a_fraction_of_the_memory() -> None:
    spec = UNetSpec(ndim=3, width=4, factors=((1, 2, 2),))
    window = spec.footprint.window_at_least((16, 32, 32))
    x = torch.rand(1, 1, *spec.footprint.input_size(window))
    x = x.to(memory_format=torch.channels_last_3d)
    plain, replaced = random_network(spec), use_onednn(random_network(spec))
    assert not any(type(layer) is nn.Conv3d for layer in replaced.children())
    with torch.inference_mode():
        before, after = plain(x), replaced(x)
        torch.testing.assert_close(after, before, atol=1e-5, rtol=1e-5)
        assert peak_bytes(lambda: replaced(x)) < 0.6 * peak_bytes(lambda: plain(x))


def test_without_onednn_nothing_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    network = use_onednn(random_network(UNetSpec(width=2, factors=(2,))))
    assert not any(isinstance(layer, OneDnn) for layer in network.modules())
