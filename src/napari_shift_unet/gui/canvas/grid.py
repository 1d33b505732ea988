"""Tiles, lattice and context over an image before anything runs, following every change."""

from typing import Any

import numpy as np
from napari.layers import Vectors
from napari.viewer import Viewer
from qtpy.QtCore import QObject, QTimer, Signal

from ..layers import METADATA_KEY
from ..listening import Connections
from .line_layers import LineLayers, Style
from .lines import Plane, tile_at
from .target import CONTEXT, LATTICE, TILES, Target

# Blue, orange and purple can be told apart with every kind of colour vision, on black and white.
SEAM_COLOUR = "#ff7f0e"
STYLES = {
    LATTICE: Style("#7fb8e6", width=1.0, opacity=0.3),
    TILES: Style("#3fa9f5", width=2.0, opacity=0.9),
    CONTEXT: Style("#c01fc0", width=2.0, opacity=0.95),
}
FOLLOW_MS = 15
"""The camera is followed at most once in this time."""


class Grid(QObject):
    """Decides what is drawn and when; only what the screen can show, so never many lines."""

    toggled = Signal(str, bool)
    """The user has shown, hidden or deleted a kind of lines in napari's layer list."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._target: Target | None = None
        self._wanted = dict.fromkeys(STYLES, False)
        self._drawn: Plane | None = None
        self._cursor: tuple[float, ...] | None = None
        self._layers = LineLayers(viewer, STYLES)
        self._layers.toggled.connect(self._on_toggled)
        self._layers.moved.connect(self.redraw)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FOLLOW_MS)
        self._timer.timeout.connect(self._follow)
        self._listening = Connections()
        camera, dims = viewer.scene.camera.events, viewer.dims.events
        moves = (camera.zoom, camera.center, viewer.canvas.events.size)
        self._listening.connect(self._on_camera, *moves)
        self._listening.connect(self.redraw, dims.current_step, dims.order, dims.ndisplay)
        self._listening.connect(self._on_layer_removed, viewer.layers.events.removed)
        viewer.mouse_move_callbacks.append(self._on_mouse_move)

    @property
    def target(self) -> Target | None:
        """What is drawn, and over which image."""
        return self._target

    @property
    def layers(self) -> dict[str, Vectors]:
        """The layers that hold the lines, by kind; one that was never shown does not exist."""
        return dict(self._layers.by_kind)

    def set_target(self, target: Target | None) -> None:
        """Draw another plan, over the same image or another one, at once; `None` draws nothing."""
        before, self._target = self._target, target
        if target is None:
            self._layers.hide(STYLES)
            return
        if before is None or before.image is not target.image:
            self._cursor = None
            self._layers.place(target.image)
        self.redraw()

    def set_visible(self, kind: str, visible: bool) -> None:
        """Show or hide one kind of lines."""
        if self._wanted[kind] != visible:
            self._wanted[kind] = visible
            self.redraw()

    def raise_(self) -> None:
        """Move the lines above all other layers."""
        self._layers.raise_()

    def remove(self) -> None:
        """Take the lines out of the viewer."""
        self._layers.remove()

    def close(self) -> None:
        """Stop listening to the viewer."""
        self._target = None
        self._timer.stop()
        self._listening.cut()
        self._layers.close()
        if self._on_mouse_move in self._viewer.mouse_move_callbacks:
            self._viewer.mouse_move_callbacks.remove(self._on_mouse_move)

    def redraw(self) -> None:
        """Draw what is on the screen now."""
        self._timer.stop()
        if self._target is None or self._target.image not in self._viewer.layers:
            return
        flat = self._viewer.dims.ndisplay == 2
        self._drawn = self._target.plane(self._viewer) if flat else None
        for kind, wanted in self._wanted.items():
            if wanted:
                self._draw(kind, self._target)
        self._layers.hide(kind for kind, wanted in self._wanted.items() if not wanted)

    def _draw(self, kind: str, target: Target) -> None:
        data, seams = target.lines(self._viewer, kind, self._cursor)
        colours = np.where(seams, SEAM_COLOUR, STYLES[kind].colour)
        self._layers.draw(kind, target.image, data, colours)
        self._layers.by_kind[kind].metadata[METADATA_KEY] = target.facts

    def _on_camera(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _follow(self) -> None:
        """Draw again if the camera has left what was drawn."""
        if self._target is None or self._drawn is None:
            return
        if not self._drawn.still_covers(self._target.plane(self._viewer)):
            self.redraw()

    def _on_mouse_move(self, _viewer: Any, event: Any) -> None:
        target = self._target
        if not self._wanted[CONTEXT] or target is None or self._viewer.dims.ndisplay == 3:
            return
        before, self._cursor = self._cursor, target.pixel(tuple(event.position))
        if before is None or tile_at(target.plan, before) != tile_at(target.plan, self._cursor):
            self._draw(CONTEXT, target)

    def _on_toggled(self, kind: str, visible: bool) -> None:
        self._wanted[kind] = visible
        self.toggled.emit(kind, visible)
        if visible:
            self.redraw()

    def _on_layer_removed(self, event: Any) -> None:
        if self._target is not None and event.value is self._target.image:
            self._target = None
