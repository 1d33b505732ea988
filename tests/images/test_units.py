import pytest

from napari_shift_unet.images.units import in_known_unit, micrometers


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("µm", 1.0),
        ("μm", 1.0),
        ("um", 1.0),
        ("Micron", 1.0),
        ("\\u00B5m", 1.0),
        (" micrometer ", 1.0),
        ("nm", 1e-3),
        ("millimeter", 1e3),
        ("pixel", None),
        ("second", None),
        ("", None),
        (None, None),
    ],
)
def test_spellings(unit, factor):
    assert micrometers(unit) == factor


def test_lengths_come_in_micrometres_or_pixels():
    assert in_known_unit(650.0, "nm") == (pytest.approx(0.65), "micrometer")
    assert in_known_unit(2.0, "parsec") == (2.0, "pixel")
