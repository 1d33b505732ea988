"""What a pick shows on the canvas: similarity as heat, and the outline of the region."""

from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer
from napari.utils.colormaps import DirectLabelColormap

from ..layers import METADATA_KEY, add_quietly, name_of, placement
from .session import Run, Session
from .spot import Spot

SIMILARITY, REGION = "kernel similarity", "region"
OUTLINE_PX = 2
HEAT = {
    "colormap": "inferno",
    "contrast_limits": (0, 1),
    "blending": "additive",
    "opacity": 0.5,
}
OUTLINE = {
    "colormap": DirectLabelColormap(color_dict={1: "white", None: "transparent"}),
    "opacity": 1,
}


class PickLayers:
    """Two layers over the plane that was picked in; hidden, not removed, when nothing is picked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: list[Layer] = []

    def show(self, run: Run, spot: Spot, similarity: np.ndarray, region: np.ndarray) -> None:
        """Show the similarity and the region of a pick, `(*box)` both."""
        heat, outline = _in_layer(run, similarity), _in_layer(run, region.astype(np.uint8))
        self._shown = [
            self._put(run, spot, SIMILARITY, heat, ImageLayer, HEAT),
            self._put(run, spot, REGION, outline, Labels, OUTLINE),
        ]

    def hide(self) -> None:
        """Hide both layers."""
        for layer in self._shown:
            layer.visible = False

    def _put(
        self,
        run: Run,
        spot: Spot,
        kind: str,
        data: np.ndarray,
        layer_type: type[Any],
        style: dict[str, Any],
    ) -> Layer:
        session, image = self._session, run.image_layer
        place = _placement(run, spot)
        layer = session.result(image, kind)
        if layer is None or layer.ndim != data.ndim:
            facts: dict[str, Any] = {METADATA_KEY: {}}  # at once: it tells results from images
            layer = layer_type(data, name=name_of(image, kind), metadata=facts, **style, **place)
            if kind == REGION:
                layer.contour = OUTLINE_PX
            add_quietly(session.viewer, layer)
            session.keep_result(image, kind, layer)
        else:
            layer.data = data
            for keyword, value in place.items():
                setattr(layer, keyword, value)
        layer.metadata[METADATA_KEY] = {"plane": spot.plane, "pixel": spot.pixel}
        layer.visible = True
        return layer


def _in_layer(run: Run, plane: np.ndarray) -> np.ndarray:
    """Give a box an axis of length 1 for every other axis of the image."""
    data: np.ndarray = plane[(None,) * len(run.embedded.selection.loop_axes)]
    return run.to_layer(data)


def _placement(run: Run, spot: Spot) -> dict[str, Any]:
    """Put the layers on the picked box: one pixel thick along the axes gone through."""
    selection = run.embedded.selection
    axes = selection.image.axes
    place = placement(run.image_layer, axes.index("c") if "c" in axes else None)
    letters = axes.removeprefix("c")
    translate = np.array(place["translate"], dtype=float)
    start = (*spot.plane, *spot.origin)
    for letter, index in zip(selection.axes, start, strict=True):
        at = letters.index(letter)
        translate[at] += index * place["scale"][at]
    return place | {"translate": translate}
