"""Layers whose arrays fill in behind their back: drawn anew where it can be seen, not too often."""

import numpy as np
from napari.layers import Layer
from napari.viewer import Viewer
from qtpy.QtCore import QObject, QTimer

from ..canvas.view import shown_axes, slice_point
from .arrays import renew

PAUSE_MS = 400
"""Layers are drawn anew at most once in this time."""

Part = tuple[slice, ...]


class Refresher(QObject):
    """Draws layers anew whose pixels on the screen have changed.

    Parameters
    ----------
    viewer
        Whose layers these are.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._changed: dict[Layer, list[Part]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.refresh)

    def touch(self, layer: Layer, part: Part) -> None:
        """Say that a part of a layer has other pixels; slices are px of the full resolution."""
        self._changed.setdefault(layer, []).append(part)
        if not self._timer.isActive():
            self._timer.start()

    def refresh(self) -> None:
        """Draw what has changed and can be seen."""
        changed, self._changed = self._changed, {}
        for layer, parts in changed.items():
            renew(layer.data, layer.downsample_factors, parts)
            there = layer in self._viewer.layers and layer.visible
            if there and any(self._is_held(layer, part) for part in parts):
                layer.refresh(highlight=False, extent=False)

    def close(self) -> None:
        """Draw nothing any more."""
        self._timer.stop()
        self._changed.clear()

    def _is_held(self, layer: Layer, part: Part) -> bool:
        """Whether napari holds pixels of a part: more than on the screen, up to whole chunks."""
        if self._viewer.dims.ndisplay == 3:
            return True
        shown = shown_axes(self._viewer, layer)
        low, high = np.asarray(layer.corner_pixels) * layer.downsample_factors[layer.data_level]
        step = layer.downsample_factors[layer.data_level]
        point = slice_point(self._viewer, layer)
        for axis, side in enumerate(part):
            first, last = (
                (low[axis], high[axis] + step[axis]) if axis in shown else (point[axis],) * 2
            )
            if side.stop <= first or side.start > last:
                return False
        return True
