"""What a probe tells others, in examples and as JSON."""

import json

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from foreign_networks import Function, PlainUNet
from napari_shift_unet.errors import ModelError
from napari_shift_unet.generators import drain
from napari_shift_unet.geometry import plan_tiles
from napari_shift_unet.networks import exact_tiles, probe, probe_events, verdict_facts
from napari_shift_unet.networks.probing.axis import AxisVerdict
from napari_shift_unet.networks.probing.sizes import AxisSizes
from napari_shift_unet.networks.probing.verdict import Verdict

axis_verdicts = st.builds(
    lambda step, multiple, base, shrink, padding, reach: AxisVerdict(
        AxisSizes(base + shrink, step, shrink),
        step * multiple,
        (padding + reach, padding + reach),
        (padding, padding),
    ),
    st.integers(1, 40),
    st.integers(1, 3),
    st.integers(1, 40),
    st.integers(0, 60),
    st.integers(0, 30),
    st.integers(0, 10),
)


@given(st.lists(axis_verdicts, min_size=2, max_size=3))
def test_every_example_is_a_legal_plan(axes: list[AxisVerdict]) -> None:
    verdict = Verdict(1, 3, tuple(axes))
    tiles = exact_tiles(verdict)
    assert tiles
    for tile in tiles:
        shape = tuple(3 * n for n in tile.crop)
        plan = plan_tiles(shape, verdict.footprint, tile.window, tile.crop)
        assert (plan.output_window, plan.input_size) == (tile.window, tile.reads)
        assert not any(n % period for n, period in zip(tile.crop, plan.period, strict=True))


def test_the_examples_lie_near_the_usual_sizes() -> None:
    verdict = Verdict(1, 3, (AxisVerdict(AxisSizes(20, 4, 0), 4, (11, 11), (11, 11)),) * 2)
    assert [tile.window for tile in exact_tiles(verdict)] == [(128,) * 2, (256,) * 2, (512,) * 2]
    assert [tile.reads for tile in exact_tiles(verdict)] == [(152,) * 2, (280,) * 2, (536,) * 2]


def test_nothing_is_exact_about_an_inexact_network() -> None:
    torch.manual_seed(0)
    verdict = probe(PlainUNet(norm=lambda n: nn.GroupNorm(1, n)).eval())
    facts = verdict_facts("net", verdict)
    assert (exact_tiles(verdict), facts["tiles"], facts["exact"]) == ((), [], False)
    assert json.loads(json.dumps(facts)) == facts


class Hidden(nn.Module):
    """Reads five channels, which nothing but a trial tells."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = [torch.rand(2, 5, 3, 3)]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = self.weight[0].to(x.dtype)
        return torch.nn.functional.conv2d(x, weight, padding=1)


def test_channels_that_cannot_be_found_can_be_given() -> None:
    with pytest.raises(ModelError, match="takes none of the images"):
        probe(Hidden().eval())
    verdict = drain(probe_events(Hidden().eval(), "net", ndim=2, channels=5))
    assert (verdict.in_channels, verdict.period) == (5, (1, 1))


def test_what_is_given_is_what_is_tried() -> None:
    network = Function(lambda convolution, x: convolution(x), inputs=2).eval()
    assert probe(network).in_channels == 2
    with pytest.raises(ModelError, match="takes none of the images"):
        drain(probe_events(network, "net", ndim=3, channels=2))
