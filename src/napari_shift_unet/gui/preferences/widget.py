"""The *Settings* widget: what is remembered, a button that forgets it, and a list of keys."""

from pathlib import Path

from napari.viewer import Viewer
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from ..controls.dock import Dock
from ..controls.parts import ERROR, Line, Notice
from ..keys import KEYS
from .store import Value, preferences

EXPLAINED = (
    "What you choose in the widgets is kept for the next session: models, devices, lengths, "
    "formats, unfolded sections and what is shown. Choices of one image, as its tiles, are not."
)
NOTHING = "Nothing is kept so far: all widgets begin with their defaults."
NOWHERE = "Nothing is kept: napari runs without a settings file."
FORGET = "Forget all"
FORGOTTEN = "Forgotten. Widgets that are opened from now on begin with their defaults."
WORDS = {True: "on", False: "off"}


class SettingsWidget(Dock):
    """Dock widget that lists what is remembered.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._preferences = preferences()
        self.shown: dict[str, str] = {}
        """What the table says, by what it is of."""
        self.explained = QLabel(EXPLAINED)
        self.explained.setWordWrap(True)
        self.table = QWidget()
        self._grid = QGridLayout(self.table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.notice = Notice()
        self.place = Line()
        self.forget_button = QPushButton(FORGET)
        self.status = Line()
        foot = QWidget()
        rows = QGridLayout(foot)
        rows.setContentsMargins(0, 4, 0, 0)
        for row, part in enumerate((self.place, self.forget_button, self.status)):
            rows.addWidget(part, row, 0)
        self.add(self.explained)
        self.add(self.table)
        self.add(self.notice)
        self.add_section("Keys", _list_of_keys())
        self.set_foot(foot)
        self.forget_button.clicked.connect(self._on_forget)
        self._preferences.changed.connect(self._update)
        self.close_with(self._stop)
        self._update()

    def _on_forget(self) -> None:
        self._preferences.forget()
        if not self._preferences.fault:
            self.status.set_text(FORGOTTEN)

    def _stop(self) -> None:
        self._preferences.changed.disconnect(self._update)

    def _update(self) -> None:
        """List what is kept now."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        kept = self._preferences.all()
        fault, path = self._preferences.fault, self._preferences.path
        self.shown = {_named(key): _told(value) for key, value in kept.items()}
        for row, (name, text) in enumerate(self.shown.items()):
            told = Line()
            told.setAlignment(Qt.AlignmentFlag.AlignRight)
            told.set_text(text)
            self._grid.addWidget(QLabel(name), row, 0)
            self._grid.addWidget(told, row, 1)
        self.table.setVisible(bool(kept))
        if fault:
            self.notice.say(fault, ERROR)
        else:
            self.notice.clear()
        nothing = NOWHERE if path is None else "" if kept or fault else NOTHING
        self.forget_button.setEnabled(not nothing)
        self.forget_button.setToolTip(nothing or "Begin with the defaults again, in all widgets")
        self.place.set_text("" if path is None else f"Kept in {path}")
        self.status.set_text(nothing)


def _list_of_keys() -> QWidget:
    listed = QWidget()
    grid = QGridLayout(listed)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(1, 1)
    for row, (key, does) in enumerate(KEYS.items()):
        grid.addWidget(QLabel(key), row, 0)
        grid.addWidget(QLabel(does), row, 1)
    return listed


def _named(key: str) -> str:
    """Say what a key is of: ``Train: device``."""
    widget, dot, rest = key.partition(".")
    return f"{widget.capitalize()}: {rest.replace('.', ', ')}" if dot else widget.capitalize()


def _told(value: Value) -> str:
    if isinstance(value, bool):
        return WORDS[value]
    path = Path(str(value))
    return path.name if path.is_absolute() else str(value)
