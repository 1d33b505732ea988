"""Certificates: given to every run without seams, and to no other."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.images import Image
from napari_shift_unet.networks import Model
from napari_shift_unet.prediction import Checked, Precision, drain
from napari_shift_unet.segmentation import (
    Certificate,
    EmbeddedImage,
    Refusal,
    SegmentConfig,
    certify_events,
    embed_image,
    segment,
)
from napari_shift_unet.segmentation.certificate import certificate_facts
from napari_shift_unet.segmentation.certifying import draw_places, window_size
from random_networks import random_model

SPEC = UNetSpec(width=2, factors=(2, 2), convs=1, embedding_dims=2)
SAME = SPEC.model_copy(update={"padding": "same"})
VOLUME = UNetSpec(ndim=3, width=2, factors=((1, 2, 2), (2, 2, 2)), convs=1, embedding_dims=3)
MODELS = {spec: random_model(spec) for spec in (SPEC, SAME, VOLUME)}
MODEL = MODELS[SPEC]


def noise(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, shape, dtype=np.uint8)


def embedded(
    pixels: np.ndarray | Image,
    model: Model = MODEL,
    tile: int = 16,
    crop: int | str = "auto",
    precision: Precision = "float32",
) -> EmbeddedImage:
    image = pixels if isinstance(pixels, Image) else Image(pixels, "zyx"[-pixels.ndim :])
    config = SegmentConfig(tile=tile, crop=crop, device="cpu", precision=precision)
    return drain(embed_image(image, model, config))


def certified(found: EmbeddedImage, windows: int = 8, seed: int = 0) -> Certificate | Refusal:
    return drain(certify_events(found, windows, seed))


@settings(max_examples=8)
@given(
    spec=st.sampled_from([SPEC, SAME]),
    shape=st.tuples(st.integers(3, 60), st.integers(3, 60)),
    kept=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_a_legal_run_is_certified(
    spec: UNetSpec, shape: tuple[int, int], kept: int, seed: int
) -> None:
    found = embedded(noise(shape, seed), MODELS[spec], tile=4 * kept)
    certificate = certified(found, seed=seed)
    assert isinstance(certificate, Certificate)
    crossings = any(found.prediction.plan.seams)
    assert bool(certificate.check.windows) == crossings
    if crossings:
        assert certificate.check.relative_difference < 1e-5


@settings(max_examples=8)
@given(
    shape=st.tuples(st.integers(30, 60), st.integers(30, 60)),
    crop=st.sampled_from([9, 10, 11, 13, 14, 15]),
    seed=st.integers(0, 99),
)
def test_an_illegal_run_is_not_and_differs(shape: tuple[int, int], crop: int, seed: int) -> None:
    refused = certified(embedded(noise(shape, seed), crop=crop), seed=seed)
    assert isinstance(refused, Refusal)
    assert refused.check.relative_difference > 1e-3
    assert f"the crop of {crop} px along y and x is off the 4-px lattice" in refused.reason
    assert "predicted again, differed by up to" in refused.reason


def test_volumes_and_planes() -> None:
    volume = embedded(noise((9, 30, 26)), MODELS[VOLUME], tile=8)
    assert isinstance(volume.certificate, Certificate)
    assert volume.certificate.check.relative_difference < 1e-5
    movie = embedded(Image(noise((5, 40, 40)), "tyx"))
    checked = certified(movie, windows=3).check.windows
    assert {len(window.plane) for window in checked} == {1}
    off = embedded(Image(noise((5, 40, 40)), "tyx"), crop=14)
    assert off.certificate.check.relative_difference > 1e-3


@settings(max_examples=20)
@given(
    shape=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    tile=st.integers(1, 70),
    planes=st.integers(1, 4),
    count=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_windows_lie_on_the_lattice_and_across_borders(
    shape: tuple[int, int], tile: int, planes: int, count: int, seed: int
) -> None:
    plan = plan_tiles(shape, SPEC.footprint, tile)
    places = draw_places(plan, planes, count, seed)
    assert len(places) == len(set(places)) <= count
    assert bool(places) == any(plan.seams)
    assert places == draw_places(plan, planes, count, seed)
    size = window_size(plan)
    for place in places:
        assert 0 <= place.plane < planes
        for start, n, seams, period in zip(place.start, size, plan.seams, plan.period, strict=True):
            assert start >= 0
            assert start % period == 0
            inside = [seam for seam in seams if start < seam < start + n]
            assert inside or not seams
            middle = start + n / 2
            assert not seams or start == 0 or min(abs(s - middle) for s in inside) <= period / 2


def test_the_seed_decides() -> None:
    found = embedded(noise((150, 140)))
    assert _windows(certified(found)) == _windows(certified(found))
    assert _windows(certified(found)) != _windows(certified(found, seed=1))


def _windows(found: Certificate | Refusal) -> list[tuple[int, ...]]:
    assert found.check is not None
    return [window.start for window in found.check.windows]


def test_a_certificate_costs_little_of_a_large_image() -> None:
    check = embedded(noise((220, 200))).certificate.check
    assert 3 < len(check.windows) <= 8
    assert check.cost <= 0.05


def test_what_run_json_states() -> None:
    found = segment(noise((60, 50)), model=replace(MODEL, hash="ab" * 32), tile=16, device="cpu")
    facts = json.loads(json.dumps(found.facts))["certificate"]
    assert facts["model_hash"] == "ab" * 32
    assert (facts["period"], facts["crop"]) == ([4, 4], list(found.plan.crop))
    assert facts["context_px"] == list(found.plan.context)
    assert facts["normalisation"]["percentiles"] == [1.0, 99.8]
    assert facts["normalisation"]["intensity_range"] == found.facts["image"]["intensity_range"]
    assert facts["arithmetic"] == {"precision": "float32", "device": "cpu"}
    assert facts["relative_difference"] <= facts["tolerance"] == 1e-5
    differences = [window["difference"] for window in facts["windows"]]
    assert facts["maximum_difference"] == max(differences)
    for part in ("'random' (SHA-256 abababababab)", "16 x 16 px on its 4 x 4 px lattice", "1 and"):
        assert part in facts["methods"]


def test_where_no_tiles_meet_there_is_nothing_to_check() -> None:
    facts = segment(noise((20, 20)), model=MODEL, tile=32, device="cpu").facts["certificate"]
    assert (facts["windows"], facts["maximum_difference"], facts["cost"]) == ([], None, 0)
    assert facts["methods"].endswith("in one pass, so that no tiles had to be stitched.")


def test_no_certificate_in_run_json_but_the_reason() -> None:
    facts = segment(noise((60, 50)), model=MODEL, tile=16, crop=14, device="cpu").facts
    assert facts["certificate"] is None
    assert "14 px along y and x" in facts["no_certificate"]
    assert "only parts" in certificate_facts(None)["no_certificate"]


class Shifted(nn.Module):
    """Does not keep what is said of it: takes the mean out of the tile."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.network(x)
        return y - y.mean((2, 3), keepdim=True)


def test_a_network_that_breaks_its_promise_is_refused() -> None:
    found = embedded(noise((60, 50)), replace(MODEL, network=Shifted(MODEL.network)))
    assert found.prediction.plan.legal
    assert isinstance(found.certificate, Refusal)
    assert "more than 1e-05 of it. Probe the network" in found.certificate.reason


def test_damaged_output_is_refused() -> None:
    found = embedded(noise((60, 50)))
    spoilt = replace(found.prediction, output=np.full_like(found.prediction.output, np.nan))
    assert isinstance(certified(replace(found, prediction=spoilt)), Refusal)


def test_half_precision_has_a_tolerance_of_its_own() -> None:
    found = embedded(noise((60, 50)), precision="bfloat16")
    assert isinstance(found.certificate, Certificate)
    assert found.certificate.facts["tolerance"] > 1e-5
    assert "whole image, up to the rounding of bfloat16." in found.certificate.methods


def test_a_check_can_be_cancelled() -> None:
    events = certify_events(embedded(noise((150, 140))))
    assert isinstance(next(events), Checked)
    events.close()
    with pytest.raises(StopIteration):
        next(events)


def test_too_little_memory_for_the_check_spoils_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_shift_unet.prediction.runner import OutOfMemory
    from napari_shift_unet.segmentation import certifying

    def fail(*_: object) -> None:
        raise OutOfMemory

    found = embedded(noise((60, 50)))
    monkeypatch.setattr(certifying, "Runner", fail)
    refused = certified(found)
    assert isinstance(refused, Refusal)
    assert refused.reason.startswith("memory ran out")
