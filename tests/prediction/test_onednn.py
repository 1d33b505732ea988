from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.prediction.devices import Precision
from napari_shift_unet.prediction.onednn import OneDnn, computes_bfloat16, use_onednn
from napari_shift_unet.prediction.runner import Runner
from random_networks import random_model, random_network
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


def test_own_networks_compute_in_bfloat16_where_the_processor_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = random_model(UNetSpec(width=4, factors=(2, 2)))
    block = np.random.default_rng(0).random((1, *model.footprint.input_size((36, 20))), np.float32)

    def output(precision: Precision) -> np.ndarray:
        return Runner(model, torch.device("cpu"), precision)(block, (36, 20))

    exact, here = output("float32"), output("bfloat16")
    monkeypatch.setattr("napari_shift_unet.prediction.runner.computes_bfloat16", lambda: False)
    elsewhere = output("bfloat16")
    spread = exact.max() - exact.min()
    for rounded in (here, elsewhere):
        assert rounded.dtype == np.float32
        assert 1e-5 < np.abs(rounded - exact).max() / spread < 0.03
    assert all(weight.dtype == torch.float32 for weight in model.network.parameters())


def test_without_onednn_nothing_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert not computes_bfloat16()
    network = use_onednn(random_network(UNetSpec(width=2, factors=(2,))))
    assert not any(isinstance(layer, OneDnn) for layer in network.modules())
