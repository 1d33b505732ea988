"""Whether results go to a folder chunk by chunk, for images that fit no memory, and to which."""

from pathlib import Path
from typing import Any

import numpy as np
from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QDoubleSpinBox, QLineEdit, QPushButton, QWidget

from ...errors import InputError, OutputError
from ...geometry import TilePlan
from ...images import Image, Selection, file_stem
from ...large import DEFAULT_MEMORY, memory_of_whole
from ...large.folders import holds_unfinished
from ...results import holds_results
from ..controls.parts import ERROR, GOOD, WARNING, Choice, Form, Notice, hint, on_one_line
from ..controls.wording import bytes_text
from ..files.reading import PLUGIN
from ..preferences.remembering import ask_folder, remember

GIB = 2**30
IN_MEMORY, IN_FOLDER = "in memory", "in a folder"
NO_FOLDER = "Choose a folder for the results: this image is worked on chunk by chunk."
TOO_LARGE = (
    "In one piece this image takes about {need}. Results go to a folder, chunk by chunk: nearest "
    "to the view first, and to be gone on with any time."
)
FITS = "Results go to a folder, chunk by chunk, and can be gone on with any time."
GOES_ON = "This folder holds an unfinished run: Predict goes on with it."
ON_COMMAND_LINE = " with --no-resume"
"""How a refused run is begun anew where there is no button."""
REPLACES = (
    "This folder holds results. Predict replaces them; what was predicted of the same image, model "
    "and tiles is clustered anew."
)


class LargeSection(QWidget):
    """A choice that only images see which lie on the disk, or do not fit the memory."""

    changed = Signal()
    """Another way, folder or memory."""
    refused = Signal()
    """The user wants an unfinished run of other things to be begun anew."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._need = 0
        self._image: Image | None = None
        self._chosen: dict[str, bool] = {}
        self._folders: dict[str, str] = {}
        self._key = ""
        self._refusal = ""
        self._create()
        self._lay_out()
        self._connect()
        self._update()

    def _create(self) -> None:
        self.way_choice = Choice(
            "Where results are made: in memory, all at once, or in a folder, chunk by chunk.\n"
            "Default: in a folder if image and result do not fit the memory"
        )
        self.way_choice.addItems([IN_MEMORY, IN_FOLDER])
        self.memory_spin = _Gibibytes()
        self.memory_spin.setToolTip(
            "Memory that a run may take; it decides the chunks, and which images are made in one\n"
            f"piece. Default: {DEFAULT_MEMORY / GIB:.1f} GiB"
        )
        self.folder_edit = QLineEdit()
        self.folder_edit.setPlaceholderText("no folder")
        self.folder_edit.setToolTip(
            "Folder for labels.zarr, embedding.zarr, objects.csv and run.json; it is made if it\n"
            "is not there. With the same folder an unfinished run goes on.\n"
            "Default: beside the image"
        )
        self.folder_button = QPushButton("…")
        self.folder_button.setToolTip("Choose the folder")
        self.folder_button.setAccessibleName("Choose the folder")
        self.about = hint()
        self.notice = Notice()

    def _lay_out(self) -> None:
        self._form = Form(self)
        row = on_one_line(self.way_choice, self.memory_spin, stretch=0)
        self._form.add("Results", row)
        self._folder_row = on_one_line(self.folder_edit, self.folder_button, stretch=0)
        self._form.add("Folder", self._folder_row)
        self._form.addRow(self.about)
        self._form.addRow(self.notice)

    def _connect(self) -> None:
        self.way_choice.activated.connect(self._on_way)
        self.memory_spin.valueChanged.connect(self._on_changed)
        self.folder_edit.editingFinished.connect(self._on_folder)
        self.folder_button.clicked.connect(self._on_ask)
        self.notice.mended.connect(self._on_mend)
        remember("segment.memory", self.memory_spin)

    @property
    def chosen(self) -> bool:
        """Whether results go to a folder."""
        return self._image is not None and self.way_choice.currentText() == IN_FOLDER

    @property
    def folder(self) -> Path | None:
        """The folder of the results."""
        text = self.folder_edit.text().strip()
        return Path(text).expanduser() if text else None

    @property
    def memory(self) -> int:
        """What a run may take, in bytes."""
        return round(self.memory_spin.value() * GIB)

    @property
    def obstacle(self) -> str:
        """What hinders a run into a folder; empty if nothing does."""
        return NO_FOLDER if self.chosen and self.folder is None else ""

    def set_task(self, selection: Selection | None, spec: Any, plan: TilePlan | None) -> None:
        """Say what is to be predicted; `None` if nothing can be.

        Parameters
        ----------
        selection
            Planes and channels of the image.
        spec
            Of the network.
        plan
            Of the tiles.
        """
        self._image = None if selection is None or plan is None else selection.image
        if self._image is not None and selection is not None and plan is not None:
            self._need = memory_of_whole(selection, spec, plan)
            key = self._image.source or self._image.name
            if key != self._key:
                self._key, self._refusal = key, ""
                with QSignalBlocker(self.folder_edit):
                    self.folder_edit.setText(self._folders.get(key, _beside(self._image)))
        self._update()

    def refuse(self, error: Exception) -> None:
        """Say why a run could not begin or go on in this folder."""
        known = isinstance(error, InputError | OutputError)
        self._refusal = str(error).replace(ON_COMMAND_LINE, "") if known else ""
        self._update()

    def refresh(self) -> None:
        """Look at the folder again."""
        self._refusal = ""
        self._update()

    def _update(self) -> None:
        image = self._image
        too_large = self._need > self.memory
        self.setVisible(image is not None and (too_large or type(image.data) is not np.ndarray))
        wanted = self._chosen.get(self._key, too_large)
        with QSignalBlocker(self.way_choice):
            self.way_choice.setCurrentText(IN_FOLDER if wanted else IN_MEMORY)
        self._form.setRowVisible(self._folder_row, wanted)
        need = bytes_text(self._need)
        text = TOO_LARGE.format(need=need) if too_large else FITS
        self.about.setText(text if wanted else "")
        self.about.setVisible(wanted)
        self._look(wanted)

    def _look(self, wanted: bool) -> None:
        """Say what the folder holds."""
        folder = self.folder
        if not wanted or folder is None:
            self.notice.clear()
        elif self._refusal:
            again = "Begin anew" if holds_unfinished(folder) else ""
            tip = "Remove the unfinished run, and begin with what is chosen now"
            self.notice.say(self._refusal, ERROR, again, tip)
        elif holds_unfinished(folder):
            self.notice.say(GOES_ON, GOOD)
        elif holds_results(folder):
            self.notice.say(REPLACES, WARNING, "Open", "Open these results as layers")
        else:
            self.notice.clear()

    def _on_way(self) -> None:
        self._chosen[self._key] = self.way_choice.currentText() == IN_FOLDER
        self._on_changed()

    def _on_folder(self) -> None:
        if self.folder_edit.text() != self._folders.get(self._key):
            self._folders[self._key] = self.folder_edit.text()
            self._refusal = ""
            self._on_changed()

    def _on_ask(self) -> None:
        chosen = ask_folder(self, "Folder for the results")
        if chosen:
            self.folder_edit.setText(chosen)
            self._on_folder()

    def _on_mend(self) -> None:
        if self._refusal:
            self._refusal = ""
            self.refused.emit()
        elif self.folder is not None:
            self._viewer.open(self.folder, plugin=PLUGIN)

    def _on_changed(self) -> None:
        self._update()
        self.changed.emit()


class _Gibibytes(QDoubleSpinBox):
    """An amount of memory."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0.1, 4096)
        self.setSingleStep(0.5)
        self.setDecimals(1)
        self.setSuffix(" GiB")
        self.setValue(DEFAULT_MEMORY / GIB)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Memory")

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Change by the wheel only after a click, so that scrolling the dock changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        elif event is not None:
            event.ignore()


def _beside(image: Image) -> str:
    """Propose a folder beside the file that an image was read from; empty without a file."""
    path = None if image.source is None else Path(image.source)
    if path is None or not path.exists():
        return ""
    return str(path.with_name(f"{file_stem(path)}-segmented"))
