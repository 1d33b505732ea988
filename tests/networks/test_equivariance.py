"""A shift of the input by the period shifts the output; a smaller one does not."""

from math import prod
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import UNet
from networks.proofs import identity_net
from random_networks import random_network
from strategies import small_specs


def _difference(network: UNet, axis: int, shift: int) -> float:
    """Compare outputs of an image and of the image shifted along an axis, where both are exact.

    Relative to the range of the output.
    """
    spec = network.spec
    periods = tuple(3 * t for t in spec.period)
    size = spec.footprint.input_size(spec.footprint.window_at_least(periods))
    longer = [n + shift if a == axis else n for a, n in enumerate(size)]
    image = torch.rand(1, spec.in_channels, *longer, dtype=torch.double)
    with torch.no_grad():
        here, there = (_exact(network, image.narrow(axis + 2, s, size[axis])) for s in (0, shift))
    length = here.shape[axis + 2] - shift
    aligned = here.narrow(axis + 2, shift, length) - there.narrow(axis + 2, 0, length)
    spread = here.max() - here.min()
    return float(aligned.abs().max() / spread) if spread > 0 else 0.0


def _exact(network: UNet, image: Tensor) -> Tensor:
    """Return the output without the margin that zeros reach from the network's own padding."""
    output: Tensor = network(image)
    context = network.spec.context if network.spec.padding == "same" else (0,) * network.spec.ndim
    inner = (slice(c, n - c) for c, n in zip(context, output.shape[2:], strict=True))
    return output[:, :, *inner]


@given(small_specs(), st.data())
def test_a_shift_by_the_period_commutes(spec: UNetSpec, data: st.DataObject) -> None:
    network = random_network(spec, data.draw(st.integers(0, 99))).double()
    for axis, period in enumerate(spec.period):
        assert _difference(network, axis, period) < 1e-12


@pytest.mark.parametrize("upsampling", ["learnt", "fixed"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    "settings",
    [{"factors": (2, 2)}, {"factors": ((3, 2), (1, 2))}, {"ndim": 3, "factors": ((1, 2, 3),)}],
    ids=str,
)
def test_no_smaller_shift_commutes(settings: dict[str, Any], padding: str, upsampling: str) -> None:
    spec = UNetSpec(width=4, padding=padding, upsampling=upsampling, **settings)
    network = random_network(spec).double()
    for axis, period in enumerate(network.spec.period):
        for shift in range(1, period):
            assert _difference(network, axis, shift) > 1e-3


@pytest.mark.parametrize("factors", [(2,), (2, 2), (3,), (2, 2, 2), ((2, 3), (1, 2))], ids=str)
def test_the_measured_period_of_the_identity_net(factors: Any) -> None:
    network = identity_net(factors=factors)
    for axis, period in enumerate(network.spec.period):
        shifts = range(1, 2 * period + 1)
        commuting = [shift for shift in shifts if _difference(network, axis, shift) == 0]
        assert commuting == [period, 2 * period]


def _distinct(output: Tensor) -> int:
    """Count the embeddings that differ; output is (1, channels, *space)."""
    vectors = output.flatten(2)[0].T
    spread = (vectors.max() - vectors.min()).clamp(min=1e-9)
    return len(set(map(tuple, (vectors / spread).round(decimals=6).tolist())))


@pytest.mark.parametrize(
    "settings",
    [
        {"factors": (2, 2)},
        {"factors": (3,)},
        {"factors": ((1, 2), (2, 2))},
        {"ndim": 3, "factors": (2,)},
    ],
    ids=str,
)
def test_a_constant_image_gets_an_id_per_phase_if_upsampling_is_learnt_and_one_if_not(
    settings: dict[str, Any],
) -> None:
    for upsampling in ("learnt", "fixed"):
        spec = UNetSpec(width=8, upsampling=upsampling, embedding_dims=3, **settings)
        network = random_network(spec).double()
        window = spec.footprint.window_at_least(tuple(3 * t for t in spec.period))
        image = torch.ones(1, 1, *spec.footprint.input_size(window), dtype=torch.double)
        with torch.no_grad():
            output = network(image)
        assert _distinct(output) == (prod(spec.period) if upsampling == "learnt" else 1)
        for axis, period in enumerate(spec.period, start=2):
            length = output.shape[axis] - period
            again = output.narrow(axis, period, length) - output.narrow(axis, 0, length)
            assert again.abs().max() <= 1e-12 * output.abs().max()


def test_zeros_at_the_edge_make_a_same_padded_network_aware_of_the_place() -> None:
    spec = UNetSpec(width=8, factors=(2,), upsampling="fixed", padding="same", embedding_dims=3)
    with torch.no_grad():
        output = random_network(spec).double()(torch.ones(1, 1, 40, 40, dtype=torch.double))
    assert _distinct(output) > 30
    assert _distinct(output[:, :, 16:-16, 16:-16]) == 1
