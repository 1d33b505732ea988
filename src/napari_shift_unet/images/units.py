"""Units of length: files say them in many spellings, the project says pixel or micrometer."""

PIXEL = "pixel"
MICROMETER = "micrometer"

_MICROMETERS = {
    ("angstrom", "å", "\\u00c5"): 1e-4,
    ("picometer", "picometre", "pm"): 1e-6,
    ("nanometer", "nanometre", "nm"): 1e-3,
    ("micrometer", "micrometre", "micron", "microns", "um", "µm", "μm", "\\u00b5m"): 1.0,
    ("millimeter", "millimetre", "mm"): 1e3,
    ("centimeter", "centimetre", "cm"): 1e4,
    ("meter", "metre", "m"): 1e6,
}


def micrometers(unit: str | None) -> float | None:
    """How many micrometres `unit` is, in any usual spelling; None where it is no unit of length."""
    spelling = (unit or "").strip().lower()
    for names, factor in _MICROMETERS.items():
        if spelling in names:
            return factor
    return None


def in_known_unit(length: float, unit: str | None) -> tuple[float, str]:
    """`length` in micrometres, or as it is in pixels where `unit` is no unit of length.

    Returns
    -------
    tuple[float, str]
        The length, and `"micrometer"` or `"pixel"`.
    """
    factor = micrometers(unit)
    return (length, PIXEL) if factor is None else (length * factor, MICROMETER)
