"""Axes and pixel size in TIFF metadata, as ImageJ and OME keep them."""

import math
from typing import Any
from xml.etree import ElementTree

import tifffile

from ..errors import InputError
from .image import AXES, SAMPLES, Image, guess_axes
from .kind import LABELS_SOFTWARE
from .units import MICROMETER, PIXEL, in_known_unit

Lengths = dict[str, tuple[float, str]]
"""Pixel size and unit by spatial axis."""

_NO_UNIT = ("", PIXEL, "pixels")
_COLOURS = (tifffile.PHOTOMETRIC.RGB, tifffile.PHOTOMETRIC.YCBCR)


def name_axes(series: tifffile.TiffPageSeries) -> str:
    """Name the axes of a series in the project's letters."""
    letters, shape = str(series.axes).lower(), tuple(int(n) for n in series.shape)
    photometric = tifffile.PHOTOMETRIC(series.keyframe.photometric)
    if not (letters.endswith(SAMPLES) and photometric in _COLOURS):
        # Samples that are no colours, or lie in planes of their own, are channels.
        letters = letters.replace(SAMPLES, "c" if "c" not in letters else "?")
    unnamed = [letter for letter in letters if letter not in AXES + SAMPLES]
    if not unnamed:
        return letters
    if letters.endswith("yx") and len(unnamed) == len(letters) - 2:
        return guess_axes(shape)
    for letter in unnamed:
        free = next((name for name in "ztc" if name not in letters), None)
        if free is None:
            raise InputError(f"The TIFF has the axes {series.axes!r}; save t, c, z, y, x at most.")
        letters = letters.replace(letter, free, 1)
    return letters


def imagej_lengths(file: tifffile.TiffFile) -> Lengths:
    """Return the pixel size per spatial axis as ImageJ keeps it: resolution tags, spacing, unit."""
    metadata = file.imagej_metadata
    if not metadata:
        return {}
    tags = file.pages.first.tags
    steps = {"z": float(metadata.get("spacing", 1.0))}
    for letter, tag in (("y", "YResolution"), ("x", "XResolution")):
        count, per = tags[tag].value if tag in tags else (1, 1)
        steps[letter] = per / count if count and per else 1.0
    lengths: Lengths = {}
    for letter, step in steps.items():
        unit = str(metadata.get(f"{letter}unit", metadata.get("unit", PIXEL)))
        length, known = in_known_unit(abs(step), unit)
        if 0 < length < math.inf and (known == MICROMETER or unit.lower() in _NO_UNIT):
            lengths[letter] = (length, known)
    return lengths


def imagej_origin(file: tifffile.TiffFile) -> dict[str, float]:
    """Return the pixel position of the coordinate origin per spatial axis, as ImageJ keeps it."""
    metadata = file.imagej_metadata or {}
    return {letter: float(metadata.get(f"{letter}origin", 0.0)) for letter in "zyx"}


def ome_lengths(file: tifffile.TiffFile) -> Lengths:
    """Return the pixel size per spatial axis of the first image that the OME metadata describe."""
    if not file.ome_metadata:
        return {}
    pixels = ElementTree.fromstring(file.ome_metadata).find("{*}Image/{*}Pixels")
    lengths: Lengths = {}
    for letter in "zyx":
        name = f"PhysicalSize{letter.upper()}"
        size = math.nan if pixels is None else float(pixels.get(name, math.nan))
        if pixels is not None and 0 < size < math.inf:
            lengths[letter] = in_known_unit(size, pixels.get(f"{name}Unit", "µm"))
    return lengths


def own_places(file: tifffile.TiffFile) -> dict[str, float]:
    """Return the place per spatial axis that this package wrote into OME metadata.

    In files of others it is where the stage of a microscope stood, which is another thing.
    """
    own = file.pages.first.tags.valueof("Software") == LABELS_SOFTWARE
    if not file.ome_metadata or not own:
        return {}
    plane = ElementTree.fromstring(file.ome_metadata).find("{*}Image/{*}Pixels/{*}Plane")
    found = {} if plane is None else plane.attrib
    places = {letter: float(found.get(f"Position{letter.upper()}", 0.0)) for letter in "zyx"}
    return {letter: place for letter, place in places.items() if math.isfinite(place)}


def imagej_options(image: Image) -> dict[str, Any]:
    """Say to tifffile how to write the image's axes and pixel size for ImageJ."""
    scale = dict(zip(image.spatial_axes, image.scale, strict=True))
    units = dict(zip(image.spatial_axes, image.units, strict=True))
    metadata: dict[str, Any] = {"axes": image.axes.upper(), "unit": _imagej_unit(units["x"])}
    if units["y"] != units["x"]:
        metadata["yunit"] = _imagej_unit(units["y"])
    if "z" in scale:
        metadata |= {"spacing": scale["z"], "zunit": _imagej_unit(units["z"])}
    for letter, start in zip(image.spatial_axes, image.translate, strict=True):
        if start:
            metadata[f"{letter}origin"] = -start / scale[letter]
    return {"resolution": (1 / scale["x"], 1 / scale["y"]), "metadata": metadata}


def _imagej_unit(unit: str) -> str:
    return "um" if unit == MICROMETER else PIXEL


def ome_options(image: Image) -> dict[str, Any]:
    """Say to tifffile how to write the image's axes and pixel size as OME."""
    metadata: dict[str, Any] = {"axes": image.axes.upper()}
    for letter, size, unit in zip(image.spatial_axes, image.scale, image.units, strict=True):
        metadata[f"PhysicalSize{letter.upper()}"] = size
        metadata[f"PhysicalSize{letter.upper()}Unit"] = "µm" if unit == MICROMETER else PIXEL
    if any(image.translate):
        planes = math.prod(image.size(letter) for letter in image.axes if letter not in "yx")
        metadata["Plane"] = {
            f"Position{letter.upper()}": [place] * planes
            for letter, place in zip(image.spatial_axes, image.translate, strict=True)
        }
    return {"tile": (256, 256), "metadata": metadata}
