"""A shown viewer with the Segment widget docked, and a user who waits for signals."""

from pathlib import Path
from typing import Any

import numpy as np
from napari.utils.notifications import notification_manager
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QPushButton

from napari_shift_unet.gui.segment.widget import SegmentWidget
from napari_shift_unet.images import discs

SIZE = (1280, 720)
WAIT_MS = 60_000


class Desk:
    """What a user sees and does."""

    def __init__(self, viewer: Any, qtbot: Any, model: Path) -> None:
        self.viewer, self.qtbot = viewer, qtbot
        self.widget = SegmentWidget(viewer)
        self.dock = viewer.window.add_dock_widget(self.widget, name="Segment")
        self.widget.models.load(model)
        viewer.window.resize(*SIZE)
        QApplication.processEvents()

    def open_discs(self, shape=(90, 110), *, dim=0, **place):
        """Open bright discs, of which the first ones in raster order may be dim."""
        _, truth = discs(shape, radius=5, spacing=24 if len(shape) == 2 else 20)
        pixels = np.where(truth > dim, 200, np.where(truth > 0, 120, 0)).astype(np.uint8)
        return self.open(pixels, **place), int(truth.max())

    def open(self, pixels, name="cells", **place):
        layer = self.viewer.add_image(pixels, name=name, **place)
        self.widget.images.choose(layer)
        self.viewer.reset_view()
        QApplication.processEvents()
        return layer

    def click(self, button: QPushButton) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def tiles(self, window=None, crop=None) -> None:
        for edit, size in (
            (self.widget.tiling.window_edit, window),
            (self.widget.tiling.crop_edit, crop),
        ):
            edit.choose(None if size is None else (size,) * len(self.widget.tiling.plan.shape))

    def predict(self) -> None:
        """Click Predict and wait until the objects are measured."""
        with self.qtbot.waitSignal(self.widget.labeller.jobs.returned, timeout=WAIT_MS):
            self.click(self.widget.bar.button)

    def begin(self) -> None:
        """Click Predict and wait for the first tile."""
        with self.qtbot.waitSignal(self.widget.predictor.stepped, timeout=WAIT_MS):
            self.click(self.widget.bar.button)

    def labelled(self) -> Any:
        """Return a context that waits until objects of the last settings are measured."""
        return self.qtbot.waitSignal(self.widget.labeller.jobs.returned, timeout=WAIT_MS)

    def press(self, key: Qt.Key) -> None:
        """Press Shift and a key over the canvas."""
        canvas = self.viewer.window._qt_viewer.canvas.native
        self.qtbot.keyClick(canvas, key, Qt.KeyboardModifier.ShiftModifier)

    @property
    def names(self) -> list[str]:
        return [layer.name for layer in self.viewer.layers]

    @property
    def labels(self) -> Any:
        return self.viewer.layers["cells: instances"]

    @property
    def facts(self) -> dict[str, Any]:
        return self.labels.metadata["shift_unet"]

    @property
    def status(self) -> str:
        return self.widget.bar.status.full_text

    @property
    def notified(self) -> list[str]:
        return [str(note.message) for note in notification_manager.records]
