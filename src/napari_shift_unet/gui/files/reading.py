"""Files as napari layers: images with axes and pixel size, labels, and the results of a run."""

from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...images import Image, holds_labels, load, read_image
from .. import layers
from ..large.arrays import colours_pyramid

LayerTuple = tuple[Any, dict[str, Any], str]
"""Data, keywords and type of a layer, as napari takes them from plugins."""

PLUGIN = "napari-shift-unet"
"""Name of this plugin in napari."""

FACTS = "run.json"
IMAGES = (".tif", ".tiff", ".zarr")
LAZY_FROM_PX = 2**26
"""Labels of more pixels stay on the disk where it holds coarser levels too; they are not edited."""
ZARR_MARKS = ("zarr.json", ".zgroup", ".zarray")


def get_reader(path: str | list[str]) -> Callable[[str], list[LayerTuple]] | None:
    """Choose how to open a path; `None` leaves it to another plugin.

    Files of a stack, given as a list, are left to others too.
    """
    if not isinstance(path, str):
        return None
    place = Path(path)
    if place.name == FACTS or (place / FACTS).is_file():
        return read_results
    if place.is_dir() and place.suffix.lower() != ".zarr":
        return read_layers if any((place / mark).exists() for mark in ZARR_MARKS) else None
    return read_layers if place.suffix.lower() in IMAGES else None


def read_layers(path: str) -> list[LayerTuple]:
    """Open an image, or labels where the file says that it holds such.

    Raises
    ------
    InputError
        If the file is damaged, foreign or missing.
    """
    image = read_image(path)
    return [labels_layer(image) if holds_labels(path) else image_layer(image)]


def read_results(path: str) -> list[LayerTuple]:
    """Open a folder that a run wrote: its embedding as colours, and its labels with their table.

    Parameters
    ----------
    path
        The folder, or its run.json. Labels are needed, the table and the embedding are not.

    Raises
    ------
    InputError
        If something is missing or damaged.
    """
    from ... import results

    folder = Path(path).parent if Path(path).name == FACTS else Path(path)
    found = results.read_results(folder)
    described = found.facts.get("image")
    name = str(described.get("name", folder.name)) if isinstance(described, dict) else folder.name
    metadata = {"metadata": {layers.METADATA_KEY: found.facts}}
    labels, meta, kind = labels_layer(found.labels)
    meta |= metadata | {"name": f"{name}: {layers.INSTANCES}"}
    if found.objects is not None:
        meta["features"] = found.objects
    opened = [(labels, meta, kind)]
    if meta.get("multiscale"):
        opened = [*_colours_beside(found.labels, name, metadata), *opened]
    elif found.embedding is not None:
        colours, meta, kind = embedding_layer(found.embedding, labels)
        meta |= metadata | {"name": f"{name}: {layers.EMBEDDING}"}
        opened.insert(0, (colours, meta, kind))
    return opened


def image_layer(image: Image) -> LayerTuple:
    """Return an image as one layer; channels stay together, as the axis c."""
    axes = image.axes.removesuffix("s")
    meta = _placed(image, axes)
    if image.is_rgb:
        meta["rgb"] = True
    if image.levels:
        return list(image.pyramid), meta | {"multiscale": True}, "image"
    return image.data, meta, "image"


def labels_layer(image: Image) -> LayerTuple:
    """Return labels as a layer in memory, of a type in which objects can be added.

    Those that are large are left on the disk.

    Raises
    ------
    InputError
        If they are no integers, or too large for a layer: no label is changed silently.
    """
    if prod(image.data.shape) > LAZY_FROM_PX and image.levels and image.data.dtype.kind in "iu":
        return list(image.pyramid), _placed(image, image.axes) | {"multiscale": True}, "labels"
    data = load(image.data)
    largest = int(data.max(initial=0)) if data.dtype.kind in "biu" else -1
    if not 0 <= largest <= np.iinfo(np.int64).max:
        raise InputError(
            f"'{image.name}' has {data.dtype} pixels up to {data.max(initial=0)}; labels are whole "
            "numbers up to 2^63 - 1. Open it as an image, or renumber its objects."
        )
    wide = data.itemsize > 4 or largest > np.iinfo(np.int32).max
    return data.astype(np.int64 if wide else np.int32), _placed(image, image.axes), "labels"


def embedding_layer(embedding: Image, labels: np.ndarray | None = None) -> LayerTuple:
    """Return an embedding `(c, *axes)` as colours, its three principal components.

    Parameters
    ----------
    embedding
        An image whose channels are the dimensions of the embedding.
    labels
        Objects `(*axes)`, whose pixels alone decide the colours; all pixels where there are none.

    Raises
    ------
    InputError
        If the image has no channels.
    """
    from ...embeddings import Projection  # slow to import, and opening an image needs none of it

    if "c" not in embedding.axes:
        raise InputError(
            f"'{embedding.name}' has the axes {embedding.axes}; an embedding has an axis c."
        )
    axes = embedding.axes.replace("c", "")
    array = np.moveaxis(load(embedding.data), embedding.axes.index("c"), 0)
    mask = labels > 0 if labels is not None and labels.any() else None
    colours = Projection.fit(array, mask).apply(array)
    return colours, _placed(embedding, axes) | {"rgb": True}, "image"


def _colours_beside(labels: Image, name: str, metadata: dict[str, Any]) -> list[LayerTuple]:
    """Return the colours that a run has left beside large labels, if it was looked at."""
    axes = labels.axes
    colours = colours_pyramid(Path(labels.source), axes, axes) if labels.source else []
    meta = _placed(labels, axes) | metadata | {"name": f"{name}: {layers.EMBEDDING}"}
    meta |= {"rgb": True, "multiscale": True, "visible": False}
    return [(colours, meta, "image")] if colours else []


def _placed(image: Image, axes: str) -> dict[str, Any]:
    """Say to napari what an image is called, how its axes are, and where it lies."""
    return {
        "name": image.name,
        "scale": image.scale_along(axes),
        "translate": image.translate_along(axes),
        "units": image.units_along(axes),
        "axis_labels": tuple(axes),
    }
