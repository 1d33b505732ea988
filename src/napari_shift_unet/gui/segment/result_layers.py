"""The results of a run as layers that lie on its image."""

from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer

from ...networks import ModelConfig
from ..layers import (
    EMBEDDING,
    FOREGROUND,
    INSTANCES,
    METADATA_KEY,
    SEED_MAP,
    add_quietly,
    move,
    name_of,
    placement,
)
from .session import Run, Session


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
        move(layer, placement_of(run))
    else:
        layer = Labels(data, name=name, opacity=0.6, **placement_of(run))
        add_quietly(session.viewer, layer)
        session.keep_result(run.image_layer, INSTANCES, layer)
    layer.metadata[METADATA_KEY] = facts
    return layer


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
        move(layer, placement_of(run))
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
