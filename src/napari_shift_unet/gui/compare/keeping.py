"""Copies of a run's layers that the next prediction does not overwrite."""

from copy import deepcopy
from typing import Any

from napari.layers import Labels, Layer
from napari.viewer import Viewer

from ..controls.wording import sizes_text
from ..layers import add_quietly, facts_of
from ..runs import remember_run, run_of

KEPT_KEY = "shift_unet_kept"
"""In the metadata of a copy: what its name has after that of the layer it was copied from."""
NO_RUN = "These labels came of no run of this plugin; nothing overwrites them."
KEPT = "This run is kept already."
SAME_PREDICTION = ("image", "model_hash", "tile", "crop", "device", "precision")


def why_not_kept(labels: Layer) -> str:
    """Return why labels cannot be kept; an empty text if they can."""
    if KEPT_KEY in labels.metadata:
        return KEPT
    return "" if facts_of(labels).get("crop") else NO_RUN


def keep_run(viewer: Viewer, labels: Labels) -> Labels:
    """Copy the layers of a run under names with the crop, and return the copy of its labels.

    The copies lie above their originals and are hidden; image and facts stay as they are.
    """
    suffix = f" (crop {sizes_text(facts_of(labels)['crop'], '')})"
    copies: dict[Layer, Any] = {}
    for layer in layers_of_run(viewer, labels):
        data, state, kind = layer.as_layer_data_tuple()
        metadata = deepcopy(layer.metadata) | {KEPT_KEY: suffix}
        state |= {"name": layer.name + suffix, "visible": False, "metadata": metadata}
        copies[layer] = Layer.create(deepcopy(data), state, kind)
        add_quietly(viewer, copies[layer], viewer.layers.index(layer) + 1)
    kept, known = copies[labels], run_of(labels)
    if known is not None:
        remember_run(kept, known.embedded, known.image_layer)
    return kept


def layers_of_run(viewer: Viewer, labels: Labels) -> list[Layer]:
    """Return the labels and the other layers of the same prediction, in the viewer's order."""
    mark = _mark(labels)
    return [
        layer
        for layer in viewer.layers
        if layer is labels
        or (mark is not None and not isinstance(layer, Labels) and _mark(layer) == mark)
    ]


def _mark(layer: Layer) -> tuple[Any, ...] | None:
    """Return what is equal for the layers of one prediction alone."""
    facts = facts_of(layer)
    if not facts.get("crop"):
        return None
    seconds = facts.get("seconds_of", {}).get("prediction")
    told = [facts.get(key) for key in SAME_PREDICTION]
    return (layer.metadata.get(KEPT_KEY), seconds, *told)
