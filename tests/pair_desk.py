"""A desk for tests of docks that compare two labels layers."""

from napari.components import ViewerModel
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication

WAIT_MS = 60_000


def viewer_without_window():
    """Return a viewer with a canvas of 600 x 800 px."""
    viewer = ViewerModel()
    viewer.canvas.size = (600, 800)
    return viewer


class PairDesk:
    """What a user sees and does with a dock that compares two labels layers."""

    def __init__(self, viewer, qtbot, kind, layer_name):
        self.viewer, self.qtbot, self.layer_name = viewer, qtbot, layer_name
        self.widget = kind(viewer)
        if hasattr(viewer, "window"):
            self.dock = viewer.window.add_dock_widget(self.widget, name=kind.__name__)
        else:
            qtbot.addWidget(self.widget, before_close_func=kind.close_down)
            self.widget.show()
        QApplication.processEvents()

    def click(self, button):
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def run(self):
        with self.qtbot.waitSignal(self.widget.jobs.returned, timeout=WAIT_MS):
            self.click(self.widget.button)

    def show(self, what):
        self.click(self.widget.show_row.buttons[what])

    def click_row(self, row):
        table = self.widget.table
        place = table.visualRect(table.model().index(row, 1)).center()
        self.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    @property
    def kinds(self):
        return [one.kind for one in self.widget.table.findings.rows]

    @property
    def coloured(self):
        return self.viewer.layers[self.layer_name]

    @property
    def layers_offered(self):
        return [layer.name for layer in self.widget.pair.a_choice.layers]

    @property
    def status(self):
        return self.widget.status.full_text

    def visible(self):
        return {layer.name for layer in self.viewer.layers if layer.visible}
