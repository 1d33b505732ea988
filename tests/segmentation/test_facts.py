"""The facts of a run, and the page that explains them."""

import re
from pathlib import Path

import numpy as np

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.segmentation import segment
from random_networks import random_model

PAGE = Path(__file__).parents[2] / "docs" / "run-json.md"


def documented(text: str) -> set[str]:
    """Return the keys that the first column of a table names."""
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_fact_is_explained() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (40, 50), dtype=np.uint8)
    model = random_model(UNetSpec(width=1, factors=(2,), convs=1, embedding_dims=1))
    runs, certificate = PAGE.read_text("utf-8").split("## The certificate")
    for crop in (16, 15):
        facts = segment(pixels, model=model, tile=16, crop=crop, device="cpu").facts
        assert set(facts) - {"seconds_of"} <= documented(runs)
        stated = facts["certificate"]
        assert (stated is None) == (crop == 15)
        assert stated is None or set(stated) == documented(certificate)
