"""Reading in strips gives what one pass gives, for less memory."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import fold_batch_norm
from napari_shift_unet.networks.unet import CHANNELS_LAST
from napari_shift_unet.prediction.onednn import use_onednn
from napari_shift_unet.prediction.strips import (
    STRIP_BYTES,
    Streamed,
    streamable,
    streamed_bytes,
    strip_rows,
)
from random_networks import random_network
from strategies import small_specs
from torch_memory import peak_bytes


@given(small_specs(padding="valid"), st.data())
@settings(max_examples=25)
def test_strips_of_any_height_give_the_output_of_one_pass(
    spec: UNetSpec, data: st.DataObject
) -> None:
    footprint = spec.footprint
    wanted = data.draw(st.tuples(*[st.integers(1, 40 if spec.ndim == 2 else 9)] * spec.ndim))
    size = footprint.input_size(footprint.window_at_least(wanted))
    rows = data.draw(st.integers(1, 3)) * spec.period[0]
    network = fold_batch_norm(random_network(spec).eval())
    image = torch.rand(1, spec.in_channels, *size).to(memory_format=CHANNELS_LAST[spec.ndim])
    with torch.inference_mode():
        whole = network(image)
        found = Streamed(use_onednn(network), rows)(image)  # type: ignore[arg-type]
    assert found.shape == whole.shape
    spread = float(whole.max().clamp(min=0) - whole.min().clamp(max=0)) or 1.0
    assert float((found - whole).abs().max()) < 1e-5 * spread


def test_strips_in_bfloat16_are_those_of_one_pass() -> None:
    spec = UNetSpec(width=4, factors=(2, 2))
    network = fold_batch_norm(random_network(spec).eval())
    image = torch.rand(1, 1, *spec.footprint.input_size((36, 20)))
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        whole, found = network(image).float(), Streamed(network, 8)(image)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, whole, rtol=0.02, atol=0.02 * float(whole.abs().max()))


@pytest.mark.parametrize("height", [188, 876, 2236])
def test_strips_are_whole_periods_of_even_height(height: int) -> None:
    spec = UNetSpec()
    rows = strip_rows(spec, (height, 876))
    assert rows % 16 == 0
    assert rows == 16 or 4 * spec.width * rows * 876 <= STRIP_BYTES
    assert -(-height // rows) * rows - height < 16 * -(-height // rows)


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({}, (684, 396)),
        ({"ndim": 3, "width": 8, "factors": (2, 2)}, (60, 84, 84)),
    ],
    ids=str,
)
def test_the_forecast_holds_the_peak_memory(settings: dict, size: tuple[int, ...]) -> None:
    spec = UNetSpec(**settings)
    network = use_onednn(fold_batch_norm(random_network(spec).eval()))
    streamed = Streamed(network)  # type: ignore[arg-type]
    image = torch.zeros(1, spec.in_channels, *size)
    image = image.to(memory_format=CHANNELS_LAST[spec.ndim])
    output = 4 * spec.out_channels * torch.Size(spec.output_size(size)).numel()
    streamed(image)  # packs the weights
    measured = image.nbytes + peak_bytes(lambda: streamed(image)) - output
    assert 0.6 * streamed_bytes(spec, size) < measured < 1.05 * streamed_bytes(spec, size)


def test_only_networks_whose_rows_are_known_are_read_in_strips() -> None:
    assert streamable(random_network(UNetSpec(width=2, factors=(2,))))
    assert not streamable(random_network(UNetSpec(width=2, factors=(2,), padding="same")))
    assert not streamable(nn.Sequential(random_network(UNetSpec(width=2, factors=(2,)))))
