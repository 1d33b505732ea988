"""Tiles, lattice and context drawn over an image before anything runs, following every change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Vectors
from napari.viewer import Viewer
from qtpy.QtCore import QObject, QTimer, Signal

from ..geometry import TilePlan
from .layers import add_quietly, full_resolution, name_of, placement
from .lines import Plane, context_frame, lattice, tile_at, tile_edges, tile_lines
from .listening import Connections
from .view import screen_pixel, shown_axes, slice_point, visible_spans

TILES, LATTICE, CONTEXT = "tiles", "lattice", "context"
REDRAW_MS = 15
"""Changes of the camera within this time are drawn once."""
SEAM_COLOUR = "#ff7f0e"


@dataclass(frozen=True)
class Target:
    """An image layer, and the plan that is drawn over it."""

    image: ImageLayer
    axes: str
    """Letters of the layer's axes."""
    space: str
    """Letters of the plan's axes, `"yx"` or `"zyx"`."""
    plan: TilePlan

    @property
    def shape(self) -> tuple[int, ...]:
        """Size of the layer per axis in px."""
        return tuple(full_resolution(self.image).shape)

    def planned(self, axis: int) -> int | None:
        """Return which axis of the plan an axis of the layer is, if it is tiled at all."""
        letter = self.axes[axis]
        return self.space.index(letter) if letter in self.space else None


@dataclass(frozen=True)
class Style:
    """How one kind of lines looks; widths and gaps in pixels of the screen."""

    colour: str
    width: float
    opacity: float
    min_gap: float = 0.0


# Blue, orange and purple can be told apart with every kind of colour vision, on black and white.
STYLES = {
    LATTICE: Style("#7fb8e6", width=1.0, opacity=0.3, min_gap=7.0),
    TILES: Style("#3fa9f5", width=2.0, opacity=0.9, min_gap=4.0),
    CONTEXT: Style("#d67ad2", width=2.0, opacity=0.95),
}


class Grid(QObject):
    """Draws a plan over an image layer with one Vectors layer per kind of lines.

    Only what is on the screen is drawn, so that the number of lines depends on the screen and not
    on the image.
    """

    toggled = Signal(str, bool)
    """A kind of lines was shown, hidden or deleted in napari's layer list."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._target: Target | None = None
        self._wanted = dict.fromkeys(STYLES, False)
        self._layers: dict[str, Vectors] = {}
        self._framed: tuple[int, ...] | None = None
        self._cursor: tuple[float, ...] | None = None
        self._drawing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self.redraw)
        self._listening, self._listening_to_image = Connections(), Connections()
        camera, dims = viewer.scene.camera.events, viewer.dims.events
        later = (camera.zoom, camera.center, viewer.canvas.events.size)
        self._listening.connect(self._redraw_soon, *later)
        self._listening.connect(self.redraw, dims.current_step, dims.order, dims.ndisplay)
        self._listening.connect(self._on_layer_removed, viewer.layers.events.removed)
        viewer.mouse_move_callbacks.append(self._on_mouse_move)

    @property
    def layers(self) -> dict[str, Vectors]:
        """The layers that hold the lines, by kind; one that was never shown does not exist."""
        return dict(self._layers)

    def set_target(self, target: "Target | None") -> None:
        """Draw another plan, over the same image or another one, at once; `None` draws nothing."""
        before, self._target = self._target, target
        image = target.image if target else None
        if before is None or before.image is not image:
            self._cursor = self._framed = None
            self._listening_to_image.cut()
        if image is None:
            self._hide(STYLES)
            return
        if before is None or before.image is not image:
            if any(layer.ndim != image.ndim for layer in self._layers.values()):
                self.remove()
            self._place()
            events = image.events
            moved = (events.scale, events.translate, events.rotate, events.shear, events.affine)
            self._listening_to_image.connect(self._place, *moved, events.units, events.name)
        self.redraw()

    def set_visible(self, kind: str, visible: bool) -> None:
        """Show or hide one kind of lines."""
        if self._wanted[kind] != visible:
            self._wanted[kind] = visible
            self.redraw()

    def raise_(self) -> None:
        """Move the lines above all other layers."""
        layers = self._viewer.layers
        for kind in STYLES:
            if kind in self._layers:
                layers.move(layers.index(self._layers[kind]), len(layers))

    def remove(self) -> None:
        """Take the lines out of the viewer."""
        gone, self._layers = self._layers, {}
        for layer in gone.values():
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)

    def close(self) -> None:
        """Stop listening to the viewer."""
        self._target = None
        self._timer.stop()
        self._listening.cut()
        self._listening_to_image.cut()
        if self._on_mouse_move in self._viewer.mouse_move_callbacks:
            self._viewer.mouse_move_callbacks.remove(self._on_mouse_move)

    def redraw(self) -> None:
        """Draw what is on the screen now."""
        self._timer.stop()
        if self._target is None or self._target.image not in self._viewer.layers:
            return
        self._drawing = True
        for kind, wanted in self._wanted.items():
            if wanted:
                self._draw(kind, self._target)
        self._drawing = False
        self._hide(kind for kind, wanted in self._wanted.items() if not wanted)

    def _hide(self, kinds: Iterable[str]) -> None:
        self._drawing = True
        for kind in kinds:
            if kind in self._layers:
                self._layers[kind].visible = False
        self._drawing = False

    def _draw(self, kind: str, target: "Target") -> None:
        style, image = STYLES[kind], target.image
        axes = shown_axes(self._viewer, image)
        segments, seams = self._segments(kind, target, axes)
        data = np.zeros((len(segments), 2, image.ndim), np.float32)
        data[:, 0] = slice_point(self._viewer, image)
        data[:, :, list(axes)] = segments
        layer = self._layers.get(kind) or self._add(kind, image)
        if len(layer.data) or len(data):
            layer.data = data
        if len(data):
            colours = np.where(seams[:, None], SEAM_COLOUR, style.colour)[:, 0]
            layer.edge_color = colours if seams.any() else style.colour
        layer.edge_width = style.width * self._line_width(image)
        layer.visible = True

    def _segments(
        self, kind: str, target: "Target", axes: tuple[int, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return segments `(n, 2, len(axes))`, and for each whether a seam is expected there."""
        tiled = tuple(target.planned(axis) for axis in axes)
        if len(axes) == 3:
            whole = kind == TILES and tiled == (0, 1, 2)
            found = tile_edges(target.plan, target.plan.shape) if whole else np.empty((0, 2, 3))
            return found, np.zeros(len(found), bool)
        plane = Plane(
            shape=(target.shape[axes[0]], target.shape[axes[1]]),
            tiled=(tiled[0], tiled[1]),
            visible=visible_spans(self._viewer, target.image),
            px_per_screen_px=screen_pixel(self._viewer, target.image),
        )
        gap = STYLES[kind].min_gap
        if kind == TILES:
            return tile_lines(target.plan, plane, gap)
        if kind == LATTICE:
            found = lattice(target.plan, plane, gap)
        else:
            found = context_frame(target.plan, plane, self._position(target, plane, axes))
        return found, np.zeros(len(found), bool)

    def _position(self, target: "Target", plane: Plane, axes: tuple[int, ...]) -> tuple[float, ...]:
        """Return where the framed tile is, along the plan's axes: at the cursor if it was seen."""
        if self._cursor is not None:
            return self._cursor
        position = slice_point(self._viewer, target.image)
        position[list(axes)] = [sum(plane.inside(axis)) / 2 for axis in (0, 1)]
        return tuple(position[target.axes.index(letter)] for letter in target.space)

    def _line_width(self, image: ImageLayer) -> float:
        """Return the width of a pixel of the screen in px of the image."""
        if self._viewer.dims.ndisplay == 2:
            return sum(screen_pixel(self._viewer, image)) / 2
        zoom = float(self._viewer.scene.camera.zoom)
        return 1 / (zoom * float(np.mean(np.abs(image.scale))))

    def _add(self, kind: str, image: ImageLayer) -> Vectors:
        style = STYLES[kind]
        layer = Vectors(
            ndim=image.ndim,
            name=name_of(image, kind),
            vector_style="line",
            edge_color=style.colour,
            opacity=style.opacity,
            **placement(image),
        )
        layer.editable = False
        self._layers[kind] = layer
        add_quietly(self._viewer, layer)
        layer.events.visible.connect(self._on_visible)
        self.raise_()
        return layer

    def _place(self) -> None:
        """Put the lines where the image is now, under its name."""
        if self._target is None:
            return
        for kind, layer in self._layers.items():
            for keyword, value in placement(self._target.image).items():
                setattr(layer, keyword, value)
            layer.name = name_of(self._target.image, kind)
        self._redraw_soon()

    def _redraw_soon(self) -> None:
        self._timer.start()

    def _on_mouse_move(self, _viewer: Any, event: Any) -> None:
        target = self._target
        if not self._wanted[CONTEXT] or target is None or self._viewer.dims.ndisplay == 3:
            return
        pixel = np.asarray(target.image.world_to_data(event.position))
        self._cursor = tuple(pixel[target.axes.index(letter)] for letter in target.space)
        framed = tile_at(target.plan, self._cursor)
        if framed != self._framed:
            self._framed = framed
            self._redraw_soon()

    def _on_visible(self, event: Any) -> None:
        if self._drawing:
            return
        for kind, layer in self._layers.items():
            if layer is event.source:
                self._wanted[kind] = layer.visible
                self.toggled.emit(kind, layer.visible)
                self._redraw_soon()

    def _on_layer_removed(self, event: Any) -> None:
        if self._target is not None and event.value is self._target.image:
            self._target = None
            self._listening_to_image.cut()
            self.remove()
        for kind, layer in list(self._layers.items()):
            if layer is event.value:
                del self._layers[kind]
                self._wanted[kind] = False
                self.toggled.emit(kind, False)
