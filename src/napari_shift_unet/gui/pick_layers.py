"""What a pick shows on the canvas: similarity as heat, and the outline of the region."""

from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer
from napari.utils.colormaps import DirectLabelColormap
from napari.viewer import Viewer

from .layers import METADATA_KEY, add_quietly, name_of, placement
from .picker import Spot
from .session import Run

SIMILARITY, REGION = "similarity", "region"
OUTLINE_PX = 2


class PickLayers:
    """Two layers over the plane that was picked in; hidden, not removed, when nothing is picked."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._similarity: ImageLayer | None = None
        self._region: Labels | None = None

    def show(self, run: Run, spot: Spot, similarity: np.ndarray, region: np.ndarray) -> None:
        """Show the similarity `(*space)` and the region `(*space)` of a pick."""
        place = _placement(run, spot)
        heat, outline = _in_layer(run, similarity), _in_layer(run, region.astype(np.uint8))
        if self._gone(self._similarity, heat.ndim):
            self._similarity = ImageLayer(
                heat, colormap="inferno", contrast_limits=(0, 1), blending="additive", opacity=0.6
            )
            add_quietly(self._viewer, self._similarity)
        if self._gone(self._region, outline.ndim):
            colours = DirectLabelColormap(color_dict={1: "white", None: "transparent"})
            self._region = Labels(outline, colormap=colours, opacity=1)
            self._region.contour = OUTLINE_PX
            add_quietly(self._viewer, self._region)
        for layer, data, kind in (
            (self._similarity, heat, SIMILARITY),
            (self._region, outline, REGION),
        ):
            facts = {"plane": spot.plane, "pixel": spot.pixel}
            _update(layer, data, place, name_of(run.image_layer, kind), facts)

    def hide(self) -> None:
        """Hide both layers."""
        for layer in (self._similarity, self._region):
            if layer is not None:
                layer.visible = False

    def _gone(self, layer: Layer | None, ndim: int) -> bool:
        return layer is None or layer not in self._viewer.layers or layer.ndim != ndim


def _update(
    layer: Any, data: np.ndarray, place: dict[str, Any], name: str, facts: dict[str, Any]
) -> None:
    layer.data = data
    layer.metadata[METADATA_KEY] = facts
    for keyword, value in place.items():
        setattr(layer, keyword, value)
    layer.name = name
    layer.visible = True


def _in_layer(run: Run, plane: np.ndarray) -> np.ndarray:
    """Give a plane or volume `(*space)` an axis of length 1 for every axis that it lies along."""
    data: np.ndarray = plane[(None,) * len(run.embedded.selection.loop_axes)]
    return run.to_layer(data)


def _placement(run: Run, spot: Spot) -> dict[str, Any]:
    """Put the layers on the picked plane: one pixel thick along the axes gone through."""
    selection = run.embedded.selection
    axes = selection.image.axes
    place = placement(run.image_layer, axes.index("c") if "c" in axes else None)
    letters = axes.removeprefix("c")
    translate = np.array(place["translate"], dtype=float)
    for letter, index in zip(selection.loop_axes, spot.plane, strict=True):
        at = letters.index(letter)
        translate[at] += index * place["scale"][at]
    return place | {"translate": translate}
