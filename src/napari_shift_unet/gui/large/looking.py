"""Tells a running job what is on the screen, so that it does that first."""

from napari.layers import Layer
from napari.viewer import Viewer
from qtpy.QtCore import QObject, QTimer

from ...large import Gaze, View
from ..canvas.view import shown_axes, slice_point, visible_spans
from ..listening import Connections

FOLLOW_MS = 50


class Looking(QObject):
    """Follows the camera and the sliders over an image layer.

    Parameters
    ----------
    viewer
        Where the layer is.
    layer
        The image that is looked at.
    axes, space
        Letters of its axes, and of those that a plane or volume of the network has.
    """

    def __init__(self, viewer: Viewer, layer: Layer, axes: str, space: str) -> None:
        super().__init__()
        self.gaze = Gaze()
        self._viewer, self._layer, self._axes, self._space = viewer, layer, axes, space
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FOLLOW_MS)
        self._timer.timeout.connect(self.look)
        self._listening = Connections()
        camera, dims = viewer.scene.camera.events, viewer.dims.events
        moves = (camera.zoom, camera.center, dims.current_step, dims.order, dims.ndisplay)
        self._listening.connect(self._on_moved, *moves)
        self.look()

    def look(self) -> None:
        """Take what is on the screen now; a volume that is seen in 3D is looked at as a whole."""
        viewer, layer = self._viewer, self._layer
        if layer not in viewer.layers:
            return
        shown = shown_axes(viewer, layer)
        sides = [slice(0, int(n)) for n in layer.extent.data[1] + 1]
        for axis, at in enumerate(slice_point(viewer, layer).astype(int).tolist()):
            if axis not in shown:
                sides[axis] = slice(at, at + 1)
        if viewer.dims.ndisplay == 2:
            for axis, (low, high) in zip(shown, visible_spans(viewer, layer), strict=True):
                sides[axis] = slice(int(low), int(high) + 1)
        known = dict(zip(self._axes, sides, strict=True))
        plane = tuple(
            (side.start + side.stop) // 2
            for letter, side in known.items()
            if letter not in self._space and letter != "c"
        )
        self.gaze.view = View(plane, tuple(known[letter] for letter in self._space))

    def close(self) -> None:
        """Stop following."""
        self._timer.stop()
        self._listening.cut()

    def _on_moved(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
