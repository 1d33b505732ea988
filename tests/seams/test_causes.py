"""Why there is a seam: every cause from a real case, and none that the evidence does not carry."""

import json
from functools import cache

import numpy as np
import pytest
import torch
from torch import nn

from blobs import blobs
from foreign_networks import Function, PlainUNet, attention, normalised, with_coordinates
from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.images import Image, Normalisation, select
from napari_shift_unet.networks import Verdict, probe
from napari_shift_unet.prediction import drain, predict
from napari_shift_unet.seams import AxisTiling, Cause, audit, causes_of, cut_labels
from napari_shift_unet.segmentation import EmbeddedImage, run_facts, segment
from random_networks import random_model

TRUTH = blobs((200, 230), radius=8)
TILINGS = [AxisTiling(70), AxisTiling(64, 20)]
CUT = cut_labels(TRUTH, TILINGS)


def names(causes: tuple[Cause, ...]) -> list[str]:
    for cause in causes:
        for sentence in (cause.evidence, cause.remedy):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
    return [cause.name for cause in causes]


def noise(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)


def as_read(facts: dict[str, object]) -> dict[str, object]:
    return json.loads(json.dumps(facts))  # type: ignore[no-any-return]


def points(labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return an embedding in which every label is somewhere, `(2, *shape)`."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 10, (labels.max() + 1, 2))
    return np.moveaxis(centres[labels], -1, 0) + rng.normal(0, 0.3, (2, *labels.shape))


# Runs of this project


def test_a_crop_off_the_lattice() -> None:
    spec = UNetSpec(width=1, factors=(2, 2, 2, 2), convs=1, embedding_dims=1, padding="same")
    found = segment(noise((170, 150)), model=random_model(spec), tile=160, crop=148, device="cpu")
    (cause,) = causes_of(run=as_read(found.facts))
    assert names((cause,)) == ["crop off the lattice"]
    assert cause.evidence == (
        "Along y and x, the crop is 148 px. 148 is 9 x 16 + 4: each tile begins 4 px further off "
        "the lattice."
    )
    assert cause.remedy.endswith("a multiple of the period of 16 px: 144 px, or 160 px.")
    smaller = {"crop": [148, 140], "tile": [148, 148], "period": [16, 16]}
    y, x = causes_of(run=smaller)
    assert y.remedy.endswith(
        "along y a multiple of the period of 16 px: 144 px, or 160 px of larger tiles."
    )
    assert "140 is 8 x 16 + 12" in x.evidence


def test_only_axes_with_seams_are_named() -> None:
    spec = UNetSpec(width=1, factors=(2,), convs=1, embedding_dims=1)
    model = random_model(spec)
    found = segment(noise((40, 9)), model=model, tile=10, crop=9, device="cpu")
    (cause,) = causes_of(run=found.facts)
    assert cause.evidence.startswith("Along y, the crop is 9 px")
    assert causes_of(run=segment(noise((9, 9)), model=model, crop="none", device="cpu").facts) == ()
    assert causes_of(run=segment(noise((40, 30)), model=model, tile=10, device="cpu").facts) == ()


def test_too_little_context_of_a_padded_network() -> None:
    spec = UNetSpec(width=1, factors=(2, 2), convs=1, embedding_dims=1, padding="same")
    model = random_model(spec)
    selection = select(Image(noise((40, 50)), "yx"), 2)
    plan = plan_tiles((40, 50), spec.footprint.with_context((4, 4)), 16)
    ranges = (Normalisation(0.0, 255.0),)
    prediction = drain(predict(selection, model, plan, ranges, device="cpu"))
    embedded = EmbeddedImage(selection, model, prediction, ranges)
    facts = run_facts(embedded, embedded.default_clustering, 0, 0.0)
    (cause,) = causes_of(run=as_read(facts))
    needs = spec.footprint.required_context[0]
    assert names((cause,)) == ["context too small"]
    assert "Along y and x, tiles read 4 px beyond what they return, and" in cause.evidence
    assert f"reaches up to {needs - 4} px into what is kept" in cause.evidence


# Networks


def _pooled(convolution: nn.Module, x: torch.Tensor) -> torch.Tensor:
    y: torch.Tensor = convolution(x)
    return y * torch.sigmoid(y.mean((2, 3), keepdim=True))


def _noisy(convolution: nn.Module, x: torch.Tensor) -> torch.Tensor:
    y: torch.Tensor = convolution(x)
    return y + 0.1 * torch.randn_like(y)


@cache
def probed(name: str) -> Verdict:
    torch.manual_seed(0)
    networks = {
        "group": lambda: PlainUNet(1, norm=lambda n: nn.GroupNorm(1, n)),
        "instance": lambda: PlainUNet(1, norm=nn.InstanceNorm2d),
        "pooled": lambda: Function(_pooled),
        "attention": lambda: Function(attention),
        "noise": lambda: Function(_noisy),
        "coordinates": lambda: Function(with_coordinates, 2),
        "aligned": lambda: PlainUNet(1, up="aligned"),
        "normalised": lambda: Function(normalised),
        "five": lambda: nn.Sequential(nn.Conv2d(1, 2, 5, 5), nn.ConvTranspose2d(2, 2, 5, 5)),
        "wide": lambda: nn.Conv2d(1, 2, 9, padding=4),
    }
    if name == "dropout":
        return probe(PlainUNet(1, dropout=0.3).train())
    return probe(networks[name]().eval())


@pytest.mark.parametrize(
    ("network", "cause"),
    [
        ("group", "whole-tile operator"),
        ("instance", "whole-tile operator"),
        ("pooled", "whole-tile operator"),
        ("attention", "whole-tile operator"),
        ("dropout", "randomness"),
        ("noise", "randomness"),
        ("coordinates", "tile-local coordinates"),
        ("aligned", "tile-local coordinates"),
        ("normalised", "per-tile normalisation"),
    ],
)
def test_flaws_of_networks(network: str, cause: str) -> None:
    verdict = probed(network)
    found = causes_of(verdict=verdict)
    assert names(found) == [cause]
    of_run = as_read({"crop": [64, 64], "reasons": verdict.footprint.flaws})
    assert causes_of(run=of_run) == found
    assert causes_of(run=of_run, verdict=verdict) == found


def test_a_network_without_flaws_causes_nothing() -> None:
    assert causes_of(verdict=probed("five")) == ()


def test_a_run_of_another_program_with_a_probed_network() -> None:
    run = {"crop": [64, 60], "context_px": [2, 4]}
    assert causes_of(run=run) == ()
    (crop,) = causes_of(run={"crop": [64, 60]}, verdict=probed("five"))
    assert crop.evidence.startswith("Along y, the crop is 64 px. 64 is 12 x 5 + 4")
    (context,) = causes_of(run=run, verdict=probed("wide"))
    assert context.name == "context too small"
    assert context.evidence.startswith("Along y, tiles read 2 px beyond what they return")
    assert "sees 4 px" in context.evidence


# Labels


def test_a_last_tile_that_was_moved_back() -> None:
    moved = cut_labels(TRUTH, [AxisTiling(70, 0, moved=True), None])
    found = causes_of(audited=audit(moved))
    assert names(found) == ["moved last tile", "cannot be told from labels alone"]
    assert "the last tile begins at 130 px instead of 140 px, moved back by 10 px" in (
        found[0].evidence
    )


def test_labels_alone_do_not_tell() -> None:
    (cause,) = causes_of(audited=audit(CUT))
    assert names((cause,)) == ["cannot be told from labels alone"]
    assert "every 70 px along y (p = " in cause.evidence
    assert "every 64 px along x (p = " in cause.evidence
    assert "Give the embedding" in cause.remedy
    assert causes_of(audited=audit(TRUTH)) == ()


def test_labels_cut_where_the_embedding_goes_on() -> None:
    found = causes_of(audited=audit(CUT, embedding=points(TRUTH)))
    assert set(names(found)) == {"per-tile clustering"}
    assert "pairs look split at seams and labels differ across" in found[0].evidence
    assert "but the embedding goes on: it jumps" in found[0].evidence


def test_labels_cut_where_the_embedding_jumps_too() -> None:
    (cause,) = causes_of(audited=audit(CUT, embedding=points(CUT)))
    assert names((cause,)) == ["cannot be told without the network"]
    assert "Probe the network" in cause.remedy


def test_distance_of_seams_and_period_of_a_probed_network() -> None:
    (cause,) = causes_of(audited=audit(CUT), verdict=probed("five"))
    assert cause.name == "crop off the lattice"
    assert cause.evidence.startswith("Along x, the distance of the seams (p = ")
    assert "64 is 12 x 5 + 4" in cause.evidence
    assert names(causes_of(audited=audit(CUT), verdict=probed("pooled"))) == ["whole-tile operator"]


def test_labels_of_a_known_run_are_explained_by_the_run() -> None:
    run = {"crop": [70, 64], "period": [2, 2], "reasons": []}
    assert causes_of(run=run, audited=audit(CUT)) == ()
