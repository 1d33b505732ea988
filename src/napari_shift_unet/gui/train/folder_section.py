"""Training data from a folder with images/ and masks/."""

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ...errors import InputError
from ..controls.parts import ERROR, Form, Line, Notice, on_one_line
from ..preferences.remembering import ask_folder
from .training_data import FolderData

NO_FOLDER = "Choose a folder with images/ and masks/ first."


class FolderSection(QWidget):
    """A path that was checked."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.folder: Path | None = None
        self._fault = ""
        self.line = Line()
        self.line.set_text("none chosen")
        self.button = QPushButton("Choose…")
        self.button.setToolTip(
            "Folder with images/ and masks/: the same file names in both, masks with 0 for\n"
            "background and one whole number per object; optionally split.json"
        )
        self.notice = Notice()
        rows = QWidget()
        form = Form(rows)
        form.add("Folder", on_one_line(self.line, self.button, stretch=0))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(rows)
        layout.addWidget(self.notice)
        self.button.clicked.connect(self._on_choose)

    @property
    def obstacle(self) -> str:
        """What has to be done before a training can start; empty if nothing."""
        return NO_FOLDER if self.folder is None else self._fault

    def choose(self, folder: Path) -> None:
        """Take a folder; what is wrong with it is said below."""
        from ...training import split_names

        self.folder = folder
        self.line.set_text(str(folder))
        self._fault = ""
        try:
            split_names(folder, "train")
        except InputError as error:
            self._fault = str(error)
        self.refuse(self._fault)
        self.changed.emit()

    def data(self) -> FolderData:
        """Return what a thread may read.

        Raises
        ------
        InputError
            If no folder was chosen, or it cannot be used.
        """
        if self.folder is None or self.obstacle:
            raise InputError(self.obstacle)
        return FolderData(self.folder)

    def refuse(self, text: str) -> None:
        """Say why the data cannot be used; an empty text takes it back."""
        if text:
            self.notice.say(text, ERROR)
        else:
            self.notice.clear()

    def _on_choose(self) -> None:
        found = ask_folder(self, "Folder with images/ and masks/")
        if found:
            self.choose(Path(found))
