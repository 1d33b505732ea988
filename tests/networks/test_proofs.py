"""Lemma 1 and the constant image of the paper, exact and without training ([R], sec. 3 and 4)."""

from itertools import product
from math import prod
from typing import Any

import pytest
import torch

from napari_shift_unet.geometry.axis import Axis
from napari_shift_unet.networks import UNet
from networks.proofs import block_maximum, diagonal_image, identity_net, prime_net

NETWORKS: list[dict[str, Any]] = [
    {"factors": (2,)},
    {"factors": (2, 2)},
    {"factors": (3,)},
    {"factors": (2, 3), "convs": 1},
    {"factors": ((1, 2), (2, 2)), "kernel": (5, 3), "convs": 1},
    {"factors": (2, 2, 2), "kernel": 1},
    {"ndim": 3, "factors": (2,)},
    {"ndim": 3, "factors": ((1, 2, 2), 2), "convs": 1},
]
networks = pytest.mark.parametrize("settings", NETWORKS, ids=str)
paddings = pytest.mark.parametrize("padding", ["valid", "same"])


def _blocks_begin_at(network: UNet) -> tuple[int, ...]:
    """Return where a block begins in the network's input, per axis."""
    spec = network.spec
    if spec.padding == "same":
        return (0,) * spec.ndim
    axes = [
        Axis(tuple(f[a] for f in spec.factors), spec.convs * (spec.kernel[a] - 1))
        for a in range(spec.ndim)
    ]
    return tuple(axis.loss // 2 * sum(axis.scales[:-1]) for axis in axes)


@networks
@paddings
def test_the_identity_net_returns_the_maximum_of_each_block(
    settings: dict[str, Any], padding: str
) -> None:
    network = identity_net(padding=padding, **settings)
    spec = network.spec
    size = spec.footprint.input_size(
        spec.footprint.window_at_least((3 * max(spec.period),) * spec.ndim)
    )
    image = torch.rand(1, 1, *size, dtype=torch.double)
    maximum = block_maximum(image, spec.period, _blocks_begin_at(network))
    margins = [(n - m) // 2 for n, m in zip(size, spec.output_size(size), strict=True)]
    inner = tuple(slice(m, n - m) for m, n in zip(margins, size, strict=True))
    assert torch.equal(network(image), maximum[:, :, *inner])


@networks
@paddings
def test_the_identity_net_has_as_many_relative_distinct_functions_as_a_period_has_pixels(
    settings: dict[str, Any], padding: str
) -> None:
    network = identity_net(padding=padding, **settings)
    spec = network.spec
    window = spec.footprint.window_at_least(tuple(2 * t for t in spec.period))
    size = spec.footprint.input_size(window)
    image = diagonal_image(tuple(n + 2 * t for n, t in zip(size, spec.period, strict=True)))
    output = spec.output_size(size)
    pixel = [n - t for n, t in zip(output, spec.period, strict=True)]
    seen = {}
    for shift in product(*(range(2 * t) for t in spec.period)):
        # The image moves by -shift, and the output pixel that belongs to the same place with it.
        moved = image[:, :, *(slice(s, s + n) for s, n in zip(shift, size, strict=True))]
        place = [p - s for p, s in zip(pixel, shift, strict=True)]
        if min(place) >= 0:
            seen[shift] = network(moved)[0, 0, *place].item()
    block = list(product(*(range(t) for t in spec.period)))
    assert set(block) <= set(seen)
    assert len({seen[shift] for shift in block}) == prod(spec.period)
    for shift, value in seen.items():
        same = tuple(s % t for s, t in zip(shift, spec.period, strict=True))
        assert value == seen[same]


@networks
@paddings
def test_the_prime_net_numbers_the_pixels_of_each_block_whatever_the_image(
    settings: dict[str, Any], padding: str
) -> None:
    network = prime_net(padding=padding, **settings)
    spec = network.spec
    window = spec.footprint.window_at_least(tuple(2 * t for t in spec.period))
    size = spec.footprint.input_size(window)
    output = network(torch.rand(1, 1, *size, dtype=torch.double))
    assert torch.equal(output, network(torch.zeros(1, 1, *size, dtype=torch.double)))
    for start in product(
        *(range(0, n - t + 1) for n, t in zip(output.shape[2:], spec.period, strict=True))
    ):
        block = output[0, 0, *(slice(s, s + t) for s, t in zip(start, spec.period, strict=True))]
        assert block.unique().numel() == prod(spec.period)
    for axis, period in enumerate(spec.period, start=2):
        length = output.shape[axis] - period
        assert torch.equal(output.narrow(axis, 0, length), output.narrow(axis, period, length))
    for value in output.unique().tolist():
        assert len(_prime_factors(int(value))) == spec.levels


def _prime_factors(number: int) -> set[int]:
    factors, divisor = set(), 2
    while number > 1:
        if number % divisor:
            divisor += 1
        else:
            number //= divisor
            assert divisor not in factors
            factors.add(divisor)
    return factors
