"""Where the trained model is written."""

import os
import re
from itertools import count
from pathlib import Path

from qtpy.QtCore import QStandardPaths, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from ...training import state_path
from ..controls.parts import Line

SUFFIX = ".safetensors"
FOLDER = "napari-shift-unet"


class OutputRow(QWidget):
    """A path that follows the data until the user chooses one; it spares models that are there."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._folder, self._name = models_folder(), "model"
        self._chosen_by_user = False
        self.path = self._free_path()
        self.line = Line()
        self.button = QPushButton("…")
        self.button.setAccessibleName("Choose the file of the model")
        self.button.setToolTip(
            "Choose the file of the model. Default: next to the data, else in your data folder"
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.button)
        self.button.clicked.connect(self._on_choose)
        self._show()

    def suggest(self, folder: Path | None, name: str) -> None:
        """Take a name in a folder, unless the user has chosen a path.

        Parameters
        ----------
        folder
            Where the data are; `None`, or one that cannot be written to, takes the user's own.
        name
            Of the model.
        """
        usable = folder is not None and folder.is_dir() and os.access(folder, os.W_OK)
        self._folder = folder if usable and folder is not None else models_folder()
        self._name = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "model"
        self.renew()

    def renew(self, *, resumable: bool = True) -> None:
        """Take a name that is free by now, unless the user has chosen a path.

        Parameters
        ----------
        resumable
            Whether that of a training that was stopped is free.
        """
        path = self._free_path(resumable)
        if not self._chosen_by_user and path != self.path:
            self.path = path
            self._show()
            self.changed.emit()

    def choose(self, path: Path) -> None:
        """Take a path for good; the suffix is added if it is missing."""
        self._chosen_by_user = True
        self.path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        self._show()
        self.changed.emit()

    def _on_choose(self) -> None:
        found, _ = QFileDialog.getSaveFileName(
            self, "File of the model", str(self.path), f"Models (*{SUFFIX})"
        )
        if found:
            self.choose(Path(found))

    def _free_path(self, resumable: bool = True) -> Path:
        """Count on from models that are there."""
        for number in count(1):
            stem = self._name if number == 1 else f"{self._name}-{number}"
            path = self._folder / f"{stem}{SUFFIX}"
            if not path.exists() or (resumable and state_path(path).exists()):
                break
        return path

    def _show(self) -> None:
        self.line.set_text(self.path.name)
        self.line.setToolTip(str(self.path))


def models_folder() -> Path:
    """Return the folder for models in the user's data folder; it may not be there yet."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(place) / FOLDER / "models"
