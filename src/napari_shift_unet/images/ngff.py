"""OME-NGFF multiscales metadata: versions 0.4 (zarr 2) and 0.5 (zarr 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from .image import AXES, Image
from .units import MICROMETER, in_known_unit, micrometers

VERSION = "0.5"
_READABLE = ("0.4", "0.5")
_TYPES = {"t": "time", "c": "channel"}


@dataclass(frozen=True)
class Multiscale:
    """What the metadata say of one image.

    Attributes
    ----------
    paths : tuple[str, ...]
        Arrays within the group, full resolution first.
    axes : str
        One letter of tczyx per axis.
    scale, translate, units : tuple
        Per spatial axis, of the full resolution, as in `Image`.
    """

    paths: tuple[str, ...]
    axes: str
    scale: tuple[float, ...]
    translate: tuple[float, ...]
    units: tuple[str, ...]


def parse(attributes: Mapping[str, Any]) -> Multiscale:
    """Read the attributes of a zarr group.

    Raises
    ------
    InputError
        If they do not describe an image, or in a way that cannot be read.
    """
    ome = attributes.get("ome", attributes)
    if not isinstance(ome, Mapping) or "multiscales" not in ome:
        raise InputError(_not_an_image(attributes))
    try:
        entry = ome["multiscales"][0]
        version = str(ome.get("version", entry.get("version", "0.4")))
        if not version.startswith(_READABLE):
            raise InputError(f"it is OME-Zarr {version}; {' and '.join(_READABLE)} can be read")
        names = [str(axis["name"]).lower() for axis in entry["axes"]]
        if any(len(name) != 1 or name not in AXES for name in names):
            raise InputError(f"its axes are {names}; t, c, z, y and x can be read")
        axes = "".join(names)
        full = entry["datasets"][0]["coordinateTransformations"]
        steps = [*full, *entry.get("coordinateTransformations", ())]
        scale, translate = _compose(steps, len(axes))
        space = [at for at, letter in enumerate(axes) if letter in "zyx"]
        named = [entry["axes"][at].get("unit") for at in space]
        factors = [micrometers(unit) or 1.0 for unit in named]
        return Multiscale(
            paths=tuple(str(dataset["path"]) for dataset in entry["datasets"]),
            axes=axes,
            scale=tuple(scale[at] * by for at, by in zip(space, factors, strict=True)),
            translate=tuple(translate[at] * by for at, by in zip(space, factors, strict=True)),
            units=tuple(in_known_unit(1.0, unit)[1] for unit in named),
        )
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"its multiscales metadata are damaged ({error!r})") from error


def multiscales(image: Image, factors: Sequence[Mapping[str, int]]) -> dict[str, Any]:
    """Describe an image whose levels are stored as arrays "0", "1", ... as `multiscales` entry.

    Parameters
    ----------
    image : Image
        Axes, pixel size, unit and place of the full resolution.
    factors : sequence of mapping
        Per level the shrinking by axis letter; 1 where an axis is not named. Pixel (0, 0) of each
        level lies where that of the full resolution does.
    """
    axes: list[dict[str, str]] = []
    for letter, unit in zip(image.axes, image.units_along(image.axes), strict=True):
        axis = {"name": letter, "type": _TYPES.get(letter, "space")}
        axes.append(axis | ({"unit": unit} if unit == MICROMETER else {}))
    size, start = image.scale_along(image.axes), image.translate_along(image.axes)
    datasets = [
        {
            "path": str(level),
            "coordinateTransformations": [
                {
                    "type": "scale",
                    "scale": [n * by.get(a, 1) for n, a in zip(size, image.axes, strict=True)],
                },
                {"type": "translation", "translation": list(start)},
            ],
        }
        for level, by in enumerate(factors)
    ]
    return {"name": image.name, "axes": axes, "datasets": datasets}


def _compose(steps: Sequence[Mapping[str, Any]], ndim: int) -> tuple[list[float], list[float]]:
    """Scale and translation that a chain of transformations amounts to, in the order given."""
    scale, translate = [1.0] * ndim, [0.0] * ndim
    for step in steps:
        kind = step["type"]
        if kind == "identity":
            continue
        values = [float(value) for value in step[kind]]
        if kind == "scale":
            scale = [a * b for a, b in zip(scale, values, strict=True)]
            translate = [a * b for a, b in zip(translate, values, strict=True)]
        elif kind == "translation":
            translate = [a + b for a, b in zip(translate, values, strict=True)]
        else:
            raise InputError(
                f"its pixels are placed by {kind!r}; scale and translation can be read"
            )
    return scale, translate


def _not_an_image(attributes: Mapping[str, Any]) -> str:
    """Why a group without multiscales cannot be opened, as precisely as its attributes allow."""
    ome = attributes.get("ome")
    keys = {*attributes, *(ome if isinstance(ome, Mapping) else ())}
    if keys & {"plate", "well"}:
        return "it is a plate or a well of many images; give the path of one of them, such as A/1/0"
    if "bioformats2raw.layout" in keys:
        return "it is a collection of images; give the path of one of them, such as 0"
    if "labels" in keys:
        return "it is a list of labels; give the path of one of them"
    return "it has no multiscales metadata, so it is no OME-Zarr image"
