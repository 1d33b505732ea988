"""The Inspect seams widget with small labels that were cut, and a user who waits for signals."""

from typing import Any

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractButton, QApplication

from blobs import blobs
from napari_shift_unet.gui.inspect.widget import InspectWidget
from napari_shift_unet.seams import AxisTiling, cut_labels

TILE = 48
WAIT_MS = 60_000


def cut_blobs(shape=(130, 150), tile=TILE) -> tuple[np.ndarray, np.ndarray]:
    """Return discs, and the same cut by tiles; int32."""
    truth = blobs(shape, radius=8)
    tilings = [AxisTiling(tile) if n > tile else None for n in shape]
    return truth.astype(np.int32), cut_labels(truth, tilings).astype(np.int32)


class InspectDesk:
    """What a user sees and does."""

    def __init__(self, widget: InspectWidget, viewer: Any, qtbot: Any) -> None:
        self.widget, self.viewer, self.qtbot = widget, viewer, qtbot
        self.inspection, self.review = widget.inspection, widget.review

    def open(self, labels: np.ndarray, **place: Any) -> Any:
        layer = self.viewer.add_labels(labels.copy(), name="cells", **place)
        self.widget.labels.labels_choice.choose(layer)
        return layer

    def give(self, tile, offset=0) -> None:
        """Choose a given tiling, the same along all axes or one each."""
        tiling = self.widget.tiling
        tiling.buttons["given"].click()
        for edit, value in ((tiling.tile_edit, tile), (tiling.offset_edit, offset)):
            for place, spin in enumerate(edit.spins):
                spin.setValue(value if np.isscalar(value) else value[min(place, len(value) - 1)])

    def click(self, button: QAbstractButton) -> None:
        assert button.isVisibleTo(self.widget), button.text()
        assert button.isEnabled(), button.toolTip()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def audit(self) -> None:
        """Click Audit and wait until the objects are counted."""
        with self.counted():
            self.click(self.widget.bar.button)

    def refused(self) -> str:
        """Click Audit, and return what is said next to the labels."""
        with self.qtbot.waitSignal(self.widget.jobs.errored, timeout=WAIT_MS):
            self.click(self.widget.bar.button)
        return self.widget.labels.notice.text

    def counted(self) -> Any:
        """Return a context that waits until objects are counted again."""
        return self.qtbot.waitSignal(self.widget.counter.counted, timeout=WAIT_MS)

    def verdict(self, pair: int) -> str:
        return self.inspection.verdicts[pair].value

    def shown_verdict(self, pair: int) -> str:
        """Return what the table says of a pair."""
        table = self.review.table
        return table.model().index(table.row_of(pair), 4).data()

    def number(self, quantity: str, column: str) -> str:
        return self.widget.numbers.values[quantity, column].text()

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key while the canvas has the focus."""
        native = self.viewer.window._qt_viewer.canvas.native
        self.qtbot.keyClick(native, key, modifier)
        QApplication.processEvents()

    @property
    def status(self) -> str:
        return self.widget.bar.status.full_text

    @property
    def said(self) -> str:
        return self.review.status.full_text
