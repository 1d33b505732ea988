"""What a probe measures of this project's networks is what follows from their specification."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_shift_unet.geometry import Footprint, UNetSpec
from napari_shift_unet.networks import Verdict, probe, probe_events
from networks.proofs import identity_net, prime_net
from random_networks import random_model, random_network
from strategies import small_specs


def _same(verdict: Verdict, footprint: Footprint) -> bool:
    """Whether a probe found what is known, but for the layers."""
    found = verdict.footprint
    return verdict.exact and all(
        getattr(found, name) == getattr(footprint, name)
        for name in ("period", "context", "window_base", "window_step", "required_context")
    )


@settings(max_examples=15)
@given(small_specs(), st.integers(0, 99))
def test_a_probe_finds_what_the_specification_says(spec: UNetSpec, seed: int) -> None:
    verdict = probe(random_model(spec, seed))
    assert verdict.period == spec.period
    assert verdict.context == spec.footprint.required_context
    assert (verdict.in_channels, verdict.out_channels) == (spec.in_channels, spec.out_channels)
    assert _same(verdict, spec.footprint)
    assert verdict.reasons == ()


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("upsampling", ["learnt", "fixed"])
@pytest.mark.parametrize(
    "settings",
    [
        {"factors": (2,)},
        {"factors": (2, 2, 2)},
        {"factors": (3, 2), "convs": 1},
        {"factors": ((1, 2), (3, 2)), "in_channels": 2},
        {"ndim": 3, "factors": ((1, 2, 2),), "convs": 1},
    ],
    ids=str,
)
def test_nothing_has_to_be_known_of_a_network(
    settings: dict[str, Any], padding: str, upsampling: str
) -> None:
    spec = UNetSpec(width=2, growth=1, padding=padding, upsampling=upsampling, **settings)
    assert _same(probe(random_network(spec)), spec.footprint)


@pytest.mark.parametrize(
    "settings",
    [
        {"factors": (2,) * 4, "convs": 1},
        {"factors": (2,) * 5, "convs": 1},
        {"factors": (2,) * 5, "padding": "same", "upsampling": "fixed"},
        {"factors": (3,) * 3, "convs": 1},
        {"factors": (3,) * 4, "padding": "same", "convs": 1},
        {"factors": (3,) * 5, "padding": "same", "convs": 1, "kernel": (1, 3)},
    ],
    ids=str,
)
def test_long_periods(settings: dict[str, Any]) -> None:
    spec = UNetSpec(width=2, growth=1, **settings)
    verdict = probe(random_model(spec))
    assert _same(verdict, spec.footprint)
    assert verdict.period == spec.period


@pytest.mark.parametrize("network", [identity_net, prime_net])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_networks_of_the_proofs(network: Any, padding: str) -> None:
    spec = {"factors": (2, 3), "convs": 1, "padding": padding}
    assert probe(network(**spec).float()).period == (6, 6)


def test_the_two_sides_and_what_padding_spoils_are_told() -> None:
    padded = probe(random_model(UNetSpec(width=2, factors=(2,), padding="same")))
    assert padded.context_sides == ((8, 8), (8, 8))
    assert [axis.padding for axis in padded.axes] == [(8, 8), (8, 8)]
    assert padded.advice == (
        "Along y and x: crops of n x 2 px are exact; tiles of 2 + n x 2 px read 8 px more per "
        "side, since padding inside the network reaches 8 px of its output.",
    )
    spec = UNetSpec(width=2, factors=((1, 2), (2, 2)))
    assert probe(random_model(spec)).advice == (
        "Along y: crops of n x 2 px are exact; tiles of 2 + n x 2 px read 12 px more per side.",
        "Along x: crops of n x 4 px are exact; tiles of 4 + n x 4 px read 20 px more per side.",
    )


def test_a_probe_tells_what_it_does_and_leaves_the_network_alone() -> None:
    model = random_model(UNetSpec(width=2, factors=(2,)))
    before = {name: value.clone() for name, value in model.network.state_dict().items()}
    events = list(probe_events(model))
    assert [event.what for event in events] == [
        "sizes",
        "randomness",
        "period and context along y",
        "period and context along x",
    ]
    assert [event.done for event in events] == [0, 1, 2, 3]
    assert all(torch.equal(before[n], value) for n, value in model.network.state_dict().items())
    assert next(model.network.parameters()).dtype == torch.float
