"""The Vectors layers that hold the lines over an image, one per kind of lines."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Vectors
from napari.viewer import Viewer
from qtpy.QtCore import QObject, Signal

from .layers import add_quietly, name_of, placement
from .listening import Connections
from .target import CONTEXT, LATTICE, TILES
from .view import shown_axes

SEAM_COLOUR = "#ff7f0e"
SAME_WIDTH = 0.02
"""Relative change of a line's width that is not drawn anew."""


@dataclass(frozen=True)
class Style:
    """How one kind of lines looks; the width is in pixels of the screen."""

    colour: str
    width: float
    opacity: float


# Blue, orange and purple can be told apart with every kind of colour vision, on black and white.
STYLES = {
    LATTICE: Style("#7fb8e6", width=1.0, opacity=0.3),
    TILES: Style("#3fa9f5", width=2.0, opacity=0.9),
    CONTEXT: Style("#d67ad2", width=2.0, opacity=0.95),
}
"""From the lowest to the highest layer."""


class GridLayers(QObject):
    """Makes, fills, hides and removes the layers; leaves the user's selection alone."""

    toggled = Signal(str, bool)
    """The user has shown, hidden or deleted the layer of a kind in napari's list."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._own_change = False
        self.by_kind: dict[str, Vectors] = {}
        self._image: ImageLayer | None = None
        self._colours: dict[str, list[str]] = {}
        self._listening = Connections()
        self._listening.connect(self._on_removed, viewer.layers.events.removed)

    def draw(self, kind: str, image: ImageLayer, data: np.ndarray, seams: np.ndarray) -> None:
        """Show lines over an image.

        Parameters
        ----------
        kind
            A key of `STYLES`.
        image
            The layer that the lines lie on.
        data
            `(n, 2, ndim)` starts and displacements in px of the image.
        seams
            `(n,)` bool: whether a line warns of a seam.
        """
        style = STYLES[kind]
        axes = list(shown_axes(self._viewer, image))
        scale = _even_scale(image, axes)
        data = data * (np.asarray(image.scale) / scale)
        with self._changing():
            layer = self.by_kind.get(kind) or self._add(kind, image)
            if not np.array_equal(layer.scale, scale):
                layer.scale = scale
            if len(layer.data) or len(data):
                layer.data = data
            colours = np.where(seams, SEAM_COLOUR, style.colour)
            if len(data) and self._colours.get(kind) != list(colours):
                layer.edge_color = colours
                self._colours[kind] = list(colours)
            width = style.width / (self._viewer.scene.camera.zoom * scale[axes[-1]])
            if abs(layer.edge_width / width - 1) > SAME_WIDTH:
                layer.edge_width = width
            if not layer.visible:
                layer.visible = True

    def hide(self, kinds: Iterable[str]) -> None:
        """Hide lines that are there."""
        with self._changing():
            for layer in [self.by_kind[kind] for kind in kinds if kind in self.by_kind]:
                if layer.visible:
                    layer.visible = False

    def place(self, image: ImageLayer) -> None:
        """Put the lines where an image is, under its name; they go when the image goes."""
        self._image = image
        if any(layer.ndim != image.ndim for layer in self.by_kind.values()):
            self.remove()
        for kind, layer in self.by_kind.items():
            for keyword, value in placement(image).items():
                if keyword != "scale":
                    setattr(layer, keyword, value)
            layer.name = name_of(image, kind)

    def raise_(self) -> None:
        """Move the lines above all other layers."""
        layers = self._viewer.layers
        own = [self.by_kind[kind] for kind in STYLES if kind in self.by_kind]
        if own != list(layers[-len(own) :]):
            for layer in own:
                layers.move(layers.index(layer), len(layers))

    def remove(self) -> None:
        """Take the layers out of the viewer."""
        gone, self.by_kind = self.by_kind, {}
        for layer in gone.values():
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)

    def close(self) -> None:
        """Stop listening to the viewer."""
        self._listening.cut()
        for layer in self.by_kind.values():
            layer.events.visible.disconnect(self._on_visible)

    def _add(self, kind: str, image: ImageLayer) -> Vectors:
        style = STYLES[kind]
        self._colours.pop(kind, None)
        layer = Vectors(
            ndim=image.ndim,
            name=name_of(image, kind),
            vector_style="line",
            edge_color=style.colour,
            opacity=style.opacity,
            **placement(image),
        )
        self.by_kind[kind] = layer
        add_quietly(self._viewer, layer)
        layer.events.visible.connect(self._on_visible)
        self.raise_()
        return layer

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Mark changes of visibility as the program's own."""
        self._own_change = True
        try:
            yield
        finally:
            self._own_change = False

    def _on_visible(self, event: Any) -> None:
        for kind, layer in self.by_kind.items():
            if layer is event.source and not self._own_change:
                self.toggled.emit(kind, layer.visible)

    def _on_removed(self, event: Any) -> None:
        if event.value is self._image:
            self._image = None
            self.remove()
        for kind, layer in list(self.by_kind.items()):
            if layer is event.value:
                del self.by_kind[kind]
                self.toggled.emit(kind, False)


def _even_scale(image: ImageLayer, axes: list[int]) -> np.ndarray:
    """Return a pixel size that is the same along the shown axes, so that lines are equally wide.

    The other axes keep that of the image, on which the steps of napari's sliders depend.
    """
    scale = np.array(image.scale, float)
    scale[axes] = np.mean(np.abs(scale[axes]))
    return scale
