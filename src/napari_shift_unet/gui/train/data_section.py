"""The choice of what is trained on: layers of the viewer, or a folder."""

from pathlib import Path

from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from ..controls.parts import Choice, Form, hint
from .folder_section import FolderSection
from .layers_section import LayersSection
from .training_data import TrainingData

LAYERS, FOLDER = "layers of this viewer", "a folder"


class DataSection(QWidget):
    """Layers or a folder, and a line on what of it validates."""

    changed = Signal()

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self.source_choice = Choice("Where images and masks come from. Default: layers")
        self.source_choice.addItems([LAYERS, FOLDER])
        self.layers = LayersSection(viewer)
        self.folder = FolderSection()
        self.summary = hint()
        rows = QWidget()
        Form(rows).add("Data", self.source_choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (rows, self.layers, self.folder, self.summary):
            layout.addWidget(part)
        self.source_choice.currentIndexChanged.connect(self._on_source)
        for source in (self.layers, self.folder):
            source.changed.connect(self._on_changed)
        self._on_source()

    @property
    def source(self) -> LayersSection | FolderSection:
        """The part that is shown."""
        return self.folder if self.source_choice.currentText() == FOLDER else self.layers

    @property
    def obstacle(self) -> str:
        """What has to be done before a training can start; empty if nothing."""
        return self.source.obstacle

    @property
    def place(self) -> tuple[Path | None, str]:
        """Folder next to which the data are, if any, and a name for them."""
        if self.source is self.folder:
            chosen = self.folder.folder
            return (None, "model") if chosen is None else (chosen.parent, chosen.name)
        image = self.layers.images.image
        if image is None:
            return None, "model"
        return (Path(image.source).parent if image.source else None), image.name

    def set_network(self, ndim: int, in_channels: int) -> None:
        """Say what the network reads."""
        self.layers.set_network(ndim, in_channels)

    def data(self) -> TrainingData:
        """Return what a thread may read.

        Raises
        ------
        InputError
            If the data cannot be used.
        """
        return self.source.data()

    def refuse(self, text: str) -> None:
        """Say why the data cannot be used where they were chosen; empty takes it back."""
        self.source.refuse(text)

    def say(self, text: str) -> None:
        """Say what of the data validates."""
        self.summary.setText(text)
        self.summary.setVisible(bool(text))

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.layers.close_down()

    def _on_source(self) -> None:
        self.layers.setVisible(self.source is self.layers)
        self.folder.setVisible(self.source is self.folder)
        self._on_changed()

    def _on_changed(self) -> None:
        self.say("")
        self.changed.emit()
