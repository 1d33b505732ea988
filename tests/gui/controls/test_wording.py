import pytest

from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.gui.controls.wording import (
    bytes_text,
    count_text,
    legal_text,
    seconds_text,
    sizes_text,
)


@pytest.mark.parametrize(
    ("sizes", "text"), [((144, 144), "144 px"), ((16, 144, 144), "16 × 144 × 144 px")]
)
def test_sizes(sizes, text):
    assert sizes_text(sizes) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 tiles"), (1, "1 tile"), (18496, "18,496 tiles")]
)
def test_counts(count, text):
    assert count_text(count, "tile") == text


@pytest.mark.parametrize(
    ("count", "text"), [(12, "1 MB"), (310_400_000, "310 MB"), (12_440_000_000, "12.4 GB")]
)
def test_bytes(count, text):
    assert bytes_text(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (1.6, "2 s"),
        (89.4, "89 s"),
        (89.6, "90 s"),
        (100, "2 min"),
        (3599, "1 h 0 min"),
        (4800, "1 h 20 min"),
    ],
)
def test_durations(seconds, text):
    assert seconds_text(seconds) == text


def test_why_a_plan_is_legal():
    flat = plan_tiles((520, 696), UNetSpec().footprint, 148)
    assert legal_text(flat) == "144 px is 9 × 16 px, the network's period"
    spec = UNetSpec(ndim=3, width=2, factors=((1, 2, 2), (2, 2, 2)))
    volume = plan_tiles((40, 90, 90), spec.footprint, (8, 32, 32))
    assert legal_text(volume) == "the crop is a multiple of 2 × 4 × 4 px, the network's period"
