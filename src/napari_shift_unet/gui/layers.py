"""Between napari's layers and the core: an image layer as an `Image`, results as layers."""

from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer
from napari.viewer import Viewer

from ..errors import InputError
from ..images import Image, guess_axes
from ..images.units import in_known_unit
from ..networks import ModelConfig
from .session import Run, Session

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


def full_resolution(layer: ImageLayer) -> Any:
    """Return the array of an image layer; the finest one of a pyramid."""
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


def placement(layer: ImageLayer, channel_axis: int | None = None) -> dict[str, Any]:
    """Return the keywords that put another layer exactly onto an image layer.

    Parameters
    ----------
    layer
        The image layer.
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


def show_embedding(session: Session, run: Run, colours: np.ndarray, facts: dict[str, Any]) -> None:
    """Show an embedding `(*axes, 3)` as colours."""
    data = colours if run.channel_axis is None else np.expand_dims(colours, run.channel_axis)
    style = {"rgb": True, "visible": False}
    _show_image(session, run, EMBEDDING, data, facts, style)


def show_foreground(
    session: Session, run: Run, probability: np.ndarray | None, facts: dict[str, Any]
) -> None:
    """Show the probability of the foreground, `(*axes)`; without one, that of an earlier run goes.

    The seed map of a spatial embedding takes the same layer, under its own name.
    """
    before = session.result(run.image_layer, FOREGROUND)
    if probability is not None:
        style = {"contrast_limits": (0, 1), "colormap": "gray", "visible": False}
        layer = _show_image(session, run, FOREGROUND, run.to_layer(probability), facts, style)
        layer.name = name_of(run.image_layer, confidence_name(run.embedded.model.config))
    elif before is not None:
        session.viewer.layers.remove(before)


def confidence_name(card: ModelConfig) -> str:
    """Return what the last channel of a model is: its foreground, or a seed map."""
    return SEED_MAP if card.method == "spatial-embedding" else FOREGROUND


def show_labels(session: Session, run: Run, labels: np.ndarray, facts: dict[str, Any]) -> Labels:
    """Show labels `(*axes)` in the layer that shows those of this image already, or in a new one.

    Labels that were edited by hand are not overwritten: their layer is renamed and kept.
    """
    data, name = run.to_layer(labels), name_of(run.image_layer, INSTANCES)
    layer = session.result(run.image_layer, INSTANCES)
    if layer is not None and session.is_edited_by_hand(layer):
        layer.name = f"{name} (edited)"
        layer.visible = False
        layer = None
    if isinstance(layer, Labels) and layer.ndim == data.ndim:
        layer.data = data
        if session.is_edited(layer):
            layer.editable = False  # napari then forgets steps of undo, whose pixels are gone
            layer.editable = True
        _move(layer, run)
    else:
        layer = Labels(data, name=name, opacity=0.6, **placement_of(run))
        add_quietly(session.viewer, layer)
        session.keep_result(run.image_layer, INSTANCES, layer)
    layer.metadata[METADATA_KEY] = facts
    return layer


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


def _show_image(
    session: Session,
    run: Run,
    kind: str,
    data: np.ndarray,
    facts: dict[str, Any],
    style: dict[str, Any],
) -> Layer:
    layer = session.result(run.image_layer, kind)
    if layer is not None and layer.ndim == data.ndim - int(bool(style.get("rgb"))):
        layer.data = data
        _move(layer, run)
    else:
        layer = ImageLayer(data, name=name_of(run.image_layer, kind), **placement_of(run), **style)
        add_quietly(session.viewer, layer, session.viewer.layers.index(run.image_layer) + 1)
        session.keep_result(run.image_layer, kind, layer)
    layer.metadata[METADATA_KEY] = facts
    return layer


def placement_of(run: Run) -> dict[str, Any]:
    """Return the keywords that put another layer onto the image of a run; see `placement`."""
    place = run.embedded.selection.image.axes.find("c")
    return placement(run.image_layer, None if place < 0 else place)


def _move(layer: Layer, run: Run) -> None:
    for keyword, value in placement_of(run).items():
        setattr(layer, keyword, value)
