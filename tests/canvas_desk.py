"""A shown viewer with a run and one section of the Segment widget, and a mouse."""

from napari.layers import Labels
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from known_embedding import known_embedding
from napari_shift_unet.gui.segment.result_layers import show_labels
from napari_shift_unet.gui.segment.session import Run, Session

NONE, SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
LEFT = Qt.MouseButton.LeftButton
STEPS = 4
"""Moves of the mouse between the ends of a drag."""


class CanvasDesk:
    """What a user sees and does on the canvas.

    Parameters
    ----------
    viewer
        A viewer that is shown.
    section
        Type of the section, made of a session.
    objects
        Objects of the known embedding, and labels to begin with.
    labels
        Labels to begin with instead.
    """

    def __init__(self, viewer, section, objects, labels=None, place=None, **known):
        self.viewer = viewer
        embedded = known_embedding(objects, **known)
        self.image = viewer.add_image(embedded.selection.image.data, name="cells", **(place or {}))
        self.session = Session(viewer)
        self.section = section(self.session)
        viewer.window.add_dock_widget(self.section, name="Section")
        self.run = Run(self.image, embedded, embedded.default_clustering)
        self.session.set_run(self.run)
        shown = objects if labels is None else labels
        layer = show_labels(self.session, self.run, shown.copy(), {})
        self.session.set_labels(self.run, layer)
        viewer.window.resize(900, 700)
        QApplication.processEvents()
        viewer.reset_view()
        QApplication.processEvents()

    @property
    def labels(self) -> Labels:
        return self.run.labels_layer

    @property
    def native(self):
        return self.viewer.window._qt_viewer.canvas.native

    def shown(self, kind):
        return self.session.result(self.image, kind)

    def said(self) -> str:
        return self.section.status.full_text

    def on_screen(self, pixel) -> QPoint:
        canvas = self.viewer.window._qt_viewer.canvas
        visual = canvas.layer_to_visual[self.image].node
        y, x = pixel[-2:]
        at = visual.get_transform("visual", "canvas").map((x + 0.5, y + 0.5))
        return QPoint(round(at[0]), round(at[1]))

    def click(self, pixel, modifier=NONE, drag=None):
        at = self.on_screen(pixel)
        QTest.mouseMove(self.native, at)
        QTest.mousePress(self.native, LEFT, modifier, at)
        if drag is not None:
            at += QPoint(*drag)
            QTest.mouseMove(self.native, at)
        QTest.mouseRelease(self.native, LEFT, modifier, at)
        QApplication.processEvents()

    def drag(self, start, stop):
        """Drag from one pixel to another, with moves on the way as of a hand."""
        first, last = self.on_screen(start), self.on_screen(stop)
        QTest.mouseMove(self.native, first)
        QTest.mousePress(self.native, LEFT, NONE, first)
        for step in range(1, STEPS + 1):
            QTest.mouseMove(self.native, first + (last - first) * step / STEPS)
            QApplication.processEvents()
        QTest.mouseRelease(self.native, LEFT, NONE, last)
        QApplication.processEvents()

    def key(self, key, modifier=NONE):
        QTest.keyClick(self.native, key, modifier)
        QApplication.processEvents()

    def close(self):
        self.section.close_down()
        self.session.disconnect_viewer()
