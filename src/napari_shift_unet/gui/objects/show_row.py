"""The buttons that flip between two results."""

from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QWidget

from .flipping import OF_A, OF_B, Shown
from .kind_boxes import square_icon

FLIP_KEY = "Shift-F"


class ShowRow(QWidget):
    """A button per view, of which one at a time is down.

    Parameters
    ----------
    viewer
        The viewer.
    a, b
        What the two layers are called.
    linked
        What their layers have in common.
    """

    asked = Signal(object)
    """The `Shown` that is wanted."""

    def __init__(self, viewer: Viewer, a: str = "A", b: str = "B", linked: str = "") -> None:
        super().__init__()
        self._viewer = viewer
        self._meaning = {
            Shown.A: f"Show the outlines of {a}, white",
            Shown.B: f"Show the outlines of {b}, magenta",
            Shown.BOTH: f"Show the outlines of both: {a} white, {b} magenta",
        }
        self._flips = f"({FLIP_KEY} flips between {a} and {b}).\n{linked}".rstrip()
        self._obstacle = ""
        self._group = QButtonGroup(self)
        self.buttons = {
            what: QPushButton(text) for what, text in zip(Shown, (a, b, "both"), strict=True)
        }
        for what, colour in ((Shown.A, OF_A), (Shown.B, OF_B)):
            self.buttons[what].setIcon(square_icon(colour))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel("Outlines of"))
        for what, button in self.buttons.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _, what=what: self.asked.emit(what))
            self._group.addButton(button)
            layout.addWidget(button, 1)
        self._take_key()
        self.set_obstacle("")

    def set_obstacle(self, obstacle: str) -> None:
        """Say why there is nothing to flip; empty if there is."""
        self._obstacle = obstacle
        for what, button in self.buttons.items():
            button.setEnabled(not obstacle)
            button.setToolTip(obstacle or f"{self._meaning[what]} {self._flips}")

    def tell(self, shown: Shown | None) -> None:
        """Say what is on the screen."""
        self._group.setExclusive(False)
        for what, button in self.buttons.items():
            with QSignalBlocker(button):
                button.setChecked(what == shown)
        self._group.setExclusive(True)
        if shown is not None:
            self._take_key()

    def close_down(self) -> None:
        """Give the key back, unless another row has taken it."""
        called = self._viewer.bind_key(FLIP_KEY, None)
        if called not in (None, self._on_key):
            self._viewer.bind_key(FLIP_KEY, called)

    def _take_key(self) -> None:
        """Have the key call this row, the one that was used last."""
        self._viewer.bind_key(FLIP_KEY, self._on_key, overwrite=True)

    def _on_key(self, _viewer: Viewer) -> None:
        if not self._obstacle:
            shows_a = self.buttons[Shown.A].isChecked()
            self.asked.emit(Shown.B if shows_a else Shown.A)
