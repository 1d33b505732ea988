"""Controls that begin as the user left them; only what the user does is kept."""

from qtpy.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QSpinBox,
    QWidget,
)

from .store import preferences

Control = QAbstractButton | QComboBox | QSpinBox | QDoubleSpinBox
FOLDER = "folder"
"""Key of the folder that the last dialog ended in."""


def remember(key: str, control: Control) -> None:
    """Give a control what was kept under a key, and keep what the user makes of it.

    Call it when the control is connected and has its default: it tells of the change as if the
    user had made it. A value that the control does not offer, or not any more, is passed over.
    """
    kept = preferences()
    if isinstance(control, QComboBox):
        place = control.findText(kept.value(key, control.currentText()))
        if place >= 0 and place != control.currentIndex():
            control.setCurrentIndex(place)
            control.activated.emit(place)
        control.activated.connect(lambda: preferences().keep(key, control.currentText()))
    elif isinstance(control, QAbstractButton):
        control.setChecked(kept.value(key, control.isChecked()))
        control.clicked.connect(lambda on: preferences().keep(key, bool(on)))
    else:
        control.setValue(kept.value(key, control.value()))  # type: ignore[arg-type]
        control.editingFinished.connect(lambda: preferences().keep(key, control.value()))


def ask_folder(parent: QWidget, title: str) -> str:
    """Ask for a folder, beginning with the last one; empty if the user wants none."""
    chosen = QFileDialog.getExistingDirectory(parent, title, preferences().value(FOLDER, ""))
    if chosen:
        preferences().keep(FOLDER, chosen)
    return chosen
