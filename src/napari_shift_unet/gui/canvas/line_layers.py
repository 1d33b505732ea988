"""Vectors layers that hold the lines over an image, one per kind of lines."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Layer, Vectors
from napari.viewer import Viewer
from qtpy.QtCore import QObject, Signal

from ..layers import add_quietly, name_of, placement
from ..listening import Connections
from .view import shown_axes

SAME_WIDTH = 0.02
"""Relative change of a line's width that is not drawn anew."""


@dataclass(frozen=True)
class Style:
    """How one kind of lines looks; the width is in pixels of the screen."""

    colour: str
    width: float
    opacity: float
    blending: str = "translucent"


class LineLayers(QObject):
    """Makes, fills, hides and removes the layers; leaves the user's selection alone.

    Parameters
    ----------
    viewer
        Where the lines are drawn.
    styles
        How each kind looks, from the lowest to the highest layer.
    """

    toggled = Signal(str, bool)
    """The user has shown, hidden or deleted the layer of a kind in napari's list."""
    moved = Signal()
    """The image has moved, and the layers with it; what they hold must be drawn again."""

    def __init__(self, viewer: Viewer, styles: Mapping[str, Style]) -> None:
        super().__init__()
        self._viewer = viewer
        self._styles = styles
        self._own_change = False
        self.by_kind: dict[str, Vectors] = {}
        self._image: Layer | None = None
        self._colours: dict[str, np.ndarray] = {}
        self._listening, self._listening_to_image = Connections(), Connections()
        self._listening.connect(self._on_removed, viewer.layers.events.removed)

    def draw(
        self, kind: str, image: Layer, data: np.ndarray, colours: np.ndarray | None = None
    ) -> None:
        """Show lines over an image.

        Parameters
        ----------
        kind
            A key of the styles.
        image
            The layer that the lines lie on.
        data
            `(n, 2, ndim)` starts and displacements in px of the image.
        colours
            Names `(n,)` or red, green, blue and opacity `(n, 4)` of the lines; that of the style if
            left out.
        """
        axes = list(shown_axes(self._viewer, image))
        scale = _even_scale(image, axes)
        data = data * (np.asarray(image.scale) / scale)
        with self._changing():
            layer = self.by_kind.get(kind) or self._add(kind, image)
            if not np.array_equal(layer.scale, scale):
                layer.scale = scale
            if not layer.visible:  # a hidden layer does not hear which of its data are shown
                layer.visible = True
            if not np.array_equal(layer.data, data):
                layer.data = data
            if colours is not None:
                self._colour(kind, colours)
            width = self._styles[kind].width / (self._viewer.scene.camera.zoom * scale[axes[-1]])
            if abs(layer.edge_width / width - 1) > SAME_WIDTH:
                layer.edge_width = width

    def hide(self, kinds: Iterable[str]) -> None:
        """Hide lines that are there."""
        with self._changing():
            for layer in [self.by_kind[kind] for kind in kinds if kind in self.by_kind]:
                if layer.visible:
                    layer.visible = False

    def clear(self, kinds: Iterable[str]) -> None:
        """Hide lines that mean nothing any more, and forget them."""
        gone = [kind for kind in kinds if kind in self.by_kind]
        self.hide(gone)
        for kind in gone:
            layer = self.by_kind[kind]
            self._colours.pop(kind, None)
            if len(layer.data):
                layer.data = np.empty((0, 2, layer.ndim), np.float32)

    def place(self, image: Layer) -> None:
        """Put the lines where an image is, under its name; they move and go with it."""
        if image is not self._image:
            self._image = image
            self._listening_to_image.cut()
            events = image.events
            moves = (events.scale, events.translate, events.rotate, events.shear, events.affine)
            self._listening_to_image.connect(self._on_moved, *moves, events.units, events.name)
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
        own = [self.by_kind[kind] for kind in self._styles if kind in self.by_kind]
        # napari makes a slice of its list a list of layers like itself, and keeps a part for ever.
        if own != list(layers)[-len(own) :]:
            for layer in own:
                layers.move(layers.index(layer), len(layers))

    def raise_above(self, layer: Layer) -> None:
        """Move the lines above all other layers if some lie below one of them."""
        layers = self._viewer.layers
        if any(layers.index(own) < layers.index(layer) for own in self.by_kind.values()):
            self.raise_()

    def remove(self) -> None:
        """Take the layers out of the viewer."""
        gone, self.by_kind = self.by_kind, {}
        for layer in gone.values():
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)

    def close(self) -> None:
        """Stop listening to the viewer."""
        self._listening.cut()
        self._listening_to_image.cut()
        for layer in self.by_kind.values():
            layer.events.visible.disconnect(self._on_visible)

    def _add(self, kind: str, image: Layer) -> Vectors:
        style = self._styles[kind]
        self._colours.pop(kind, None)
        layer = Vectors(
            ndim=image.ndim,
            name=name_of(image, kind),
            vector_style="line",
            edge_color=style.colour,
            opacity=style.opacity,
            blending=style.blending,
            **placement(image),
        )
        self.by_kind[kind] = layer
        add_quietly(self._viewer, layer)
        layer.events.visible.connect(self._on_visible)
        self.raise_()
        return layer

    def _colour(self, kind: str, colours: np.ndarray) -> None:
        known = self._colours.get(kind)
        if len(colours) and (known is None or not np.array_equal(known, colours)):
            self.by_kind[kind].edge_color = colours
            self._colours[kind] = colours

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Mark changes of visibility as the program's own."""
        self._own_change = True
        try:
            yield
        finally:
            self._own_change = False

    def _on_moved(self) -> None:
        if self._image is not None:
            self.place(self._image)
            self.moved.emit()

    def _on_visible(self, event: Any) -> None:
        for kind, layer in self.by_kind.items():
            if layer is event.source and not self._own_change:
                self.toggled.emit(kind, layer.visible)

    def _on_removed(self, event: Any) -> None:
        if event.value is self._image:
            self._image = None
            self._listening_to_image.cut()
            self.remove()
        for kind, layer in list(self.by_kind.items()):
            if layer is event.value:
                del self.by_kind[kind]
                self.toggled.emit(kind, False)


def _even_scale(image: Layer, axes: list[int]) -> np.ndarray:
    """Return a pixel size that is the same along the shown axes, so that lines are equally wide.

    The other axes keep that of the image, on which the steps of napari's sliders depend.
    """
    scale = np.array(image.scale, float)
    scale[axes] = np.mean(np.abs(scale[axes]))
    return scale
