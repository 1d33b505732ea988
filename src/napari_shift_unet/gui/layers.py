"""Between napari's layers and the core: an image layer as an `Image`, and layers put upon it."""

from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Layer
from napari.viewer import Viewer

from ..errors import InputError
from ..images import Image, guess_axes
from ..images.units import in_known_unit

METADATA_KEY = "shift_unet"
"""Where a result layer keeps the facts of its run."""

EMBEDDING, FOREGROUND, INSTANCES = "embedding (PCA)", "foreground", "instances"
SEED_MAP = "seed map"
"""What the foreground of a spatial embedding is called."""


def axes_of(layer: ImageLayer, ndim: int) -> str:
    """Name the axes of an image layer: by its own labels if they are letters, else by its shape.

    Parameters
    ----------
    layer
        An image layer.
    ndim
        Dimensions of the network that the image is for.
    """
    array = full_resolution(layer)
    samples = "s" if layer.rgb else ""
    named = "".join(layer.axis_labels)
    if len(named) == layer.ndim and set(named) <= set("tczyx") and named.endswith("yx"):
        return named + samples
    shape = array.shape[:-1] if layer.rgb else array.shape
    return guess_axes(shape, ndim) + samples


def possible_axes(layer: ImageLayer) -> list[str]:
    """Return every reading of a layer's axes, for a user to choose from; one for a plane."""
    leading = {0: [""], 1: ["z", "t", "c"], 2: ["tz", "tc", "zc", "cz"], 3: ["tcz", "tzc"]}
    samples = "s" if layer.rgb else ""
    return [axes + "yx" + samples for axes in leading.get(layer.ndim - 2, [])]


def facts_of(layer: Layer) -> dict[str, Any]:
    """Return what run.json says of the run that a layer came of; empty if it came of none."""
    facts = layer.metadata.get(METADATA_KEY)
    return facts if isinstance(facts, dict) else {}


def full_resolution(layer: Layer) -> Any:
    """Return the array of an image or labels layer; the finest one of a pyramid."""
    return layer.data[0] if layer.multiscale else layer.data


def image_of(layer: ImageLayer, axes: str) -> Image:
    """Take the values of an image layer that a thread may use; the pixels are not copied.

    Raises
    ------
    InputError
        If the axes do not fit the layer.
    """
    spatial = [at for at, letter in enumerate(axes) if letter in "zyx"]
    if len(axes.removesuffix("s")) != layer.ndim:
        raise InputError(
            f"the axes '{axes}' do not fit the layer '{layer.name}', which has {layer.ndim}. "
            "Choose its axes again."
        )
    sizes = [in_known_unit(float(layer.scale[at]), str(layer.units[at])) for at in spatial]
    places = [in_known_unit(float(layer.translate[at]), str(layer.units[at])) for at in spatial]
    return Image(
        data=full_resolution(layer),
        axes=axes,
        scale=tuple(abs(size) for size, _ in sizes),
        units=tuple(unit for _, unit in sizes),
        translate=tuple(place for place, _ in places),
        name=layer.name,
        source=layer.source.path,
    )


def placement(layer: Layer, channel_axis: int | None = None) -> dict[str, Any]:
    """Return the keywords that put another layer exactly onto an image layer, or onto labels.

    Parameters
    ----------
    layer
        The layer below.
    channel_axis
        The channel axis of the image. In front it is left out; further inside, one pixel of the
        other layer covers all channels.
    """
    keep = [at for at in range(layer.ndim) if at != 0 or channel_axis != 0]
    scale, translate = np.array(layer.scale), np.array(layer.translate)
    if channel_axis is not None:
        count = full_resolution(layer).shape[channel_axis]
        translate[channel_axis] += (count - 1) / 2 * scale[channel_axis]
        scale[channel_axis] *= count
    square, affine = np.ix_(keep, keep), np.ix_([*keep, -1], [*keep, -1])
    return {
        "scale": scale[keep],
        "translate": translate[keep],
        "rotate": np.asarray(layer.rotate)[square],
        "shear": _shear_matrix(layer)[square],
        "affine": np.asarray(layer.affine.affine_matrix)[affine],
        "units": tuple(layer.units[at] for at in keep),
        "axis_labels": tuple(layer.axis_labels[at] for at in keep),
    }


def move(layer: Layer, place: dict[str, Any]) -> None:
    """Put a layer where `placement` says; what is right already stays, or napari draws it anew."""
    matrices = {"affine": layer.affine.affine_matrix, "shear": _shear_matrix(layer)}
    for keyword, value in place.items():
        now = matrices.get(keyword, getattr(layer, keyword))
        same = now == value if isinstance(value, tuple) else np.array_equal(now, value)
        if not same:
            setattr(layer, keyword, value)


def name_of(image_layer: Layer, kind: str) -> str:
    """Return the name of a result layer of an image."""
    return f"{image_layer.name}: {kind}"


def add_quietly(viewer: Viewer, layer: Layer, at: int | None = None) -> None:
    """Add a layer and leave the user's selection as it is."""
    chosen, active = set(viewer.layers.selection), viewer.layers.selection.active
    viewer.layers.insert(len(viewer.layers) if at is None else at, layer)
    viewer.layers.selection = chosen
    viewer.layers.selection.active = active


def _shear_matrix(layer: Layer) -> np.ndarray:
    """Return the shear as a matrix; napari gives a triangular one as the vector of its entries."""
    shear = np.asarray(layer.shear)
    if shear.ndim == 2:
        return shear
    matrix = np.eye(layer.ndim)
    matrix[np.triu_indices(layer.ndim, 1)] = shear
    return matrix
