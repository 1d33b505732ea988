"""The section that writes labels as they are now, their table and the facts of the run."""

from pathlib import Path
from typing import TYPE_CHECKING

from napari.utils.notifications import show_error
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from ...errors import ShiftUNetError
from ..controls.parts import Choice, Line, on_one_line
from ..jobs import Jobs
from ..layers import METADATA_KEY
from ..preferences.remembering import ask_folder, remember
from .export_job import Exported, Order, export
from .object_table import ObjectTable
from .session import Run, Session
from .spot import labels_of

if TYPE_CHECKING:
    from ...results import LabelsFormat

FORMATS: "dict[str, LabelsFormat]" = {"TIFF": "tiff", "OME-Zarr": "ome-zarr"}
IDLE = "Predict first; then there is something to export."
EXPORT = "Write labels, objects.csv and run.json into a folder of your choice"
WRITING = "Results are being written."
READY = "Labels as they are now, their table, run.json."


class ExportSection(QWidget):
    """One button that writes a folder of results.

    Parameters
    ----------
    session
        The run that is exported.
    """

    exported = Signal(list)
    """The files that an export wrote."""
    failed = Signal(object)
    """The exception that ended an export."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._run: Run | None = None
        self.jobs = Jobs()
        self.table = ObjectTable(session)
        self._create()
        self._lay_out()
        self._connect()
        self._on_run_changed()
        remember("segment.export as", self.format_choice)
        remember("segment.export embedding", self.embedding_check)

    def _create(self) -> None:
        self.format_choice = Choice("How the labels are written. Default: TIFF")
        self.format_choice.setAccessibleName("Format of the labels")
        self.format_choice.addItems(list(FORMATS))
        self.embedding_check = QCheckBox("embedding")
        self.embedding_check.setToolTip("Write the embedding too, as embedding.zarr. Default: off")
        self.export_button = QPushButton("Export…")
        self.status = Line()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(
            on_one_line(self.format_choice, self.embedding_check, self.export_button, stretch=0)
        )
        layout.addWidget(self.status)

    def _connect(self) -> None:
        for signal in (self._session.predicted, self._session.labelled, self._session.cleared):
            signal.connect(self._on_run_changed)
        self.export_button.clicked.connect(self._on_export)
        self.jobs.returned.connect(self._on_written)
        self.jobs.errored.connect(self._on_errored)

    def export_to(self, directory: Path) -> None:
        """Write the current run into a folder; `exported` says when it is there."""
        run = self._session.run
        if run is None:
            self.status.set_text(IDLE)
            return
        try:
            order = Order(
                directory=directory,
                embedded=run.embedded,
                clustering=run.clustering,
                cluster_seconds=run.cluster_seconds,
                labels=labels_of(run).copy(),
                edited=run.labels_layer is not None and self._session.is_edited(run.labels_layer),
                labels_format=FORMATS[self.format_choice.currentText()],
                save_embedding=self.embedding_check.isChecked(),
            )
        except ShiftUNetError as error:
            self._on_errored(error)
            return
        self._run = run
        self._rest(WRITING)
        self.status.set_text(f"Writing to {directory} …")
        self.jobs.start(export(order))

    def close_down(self) -> None:
        """Wait for files that are being written; Qt may have deleted this widget already."""
        self.table.close_down()
        self.jobs.close()

    def _on_run_changed(self) -> None:
        run = self._session.run
        ready = run is not None and run.labels_layer is not None
        self._rest(WRITING if self.jobs.busy else "" if ready else IDLE)
        if not self.jobs.busy:
            self.status.set_text(READY if ready else IDLE)

    def _on_export(self) -> None:
        chosen = ask_folder(self, "Folder for the results")
        if chosen:
            self.export_to(Path(chosen))

    def _rest(self, reason: str) -> None:
        """Offer the button, or say why it rests."""
        self.export_button.setEnabled(not reason)
        self.export_button.setToolTip(reason or EXPORT)

    def _on_written(self, result: Exported) -> None:
        run, self._run = self._run, None
        if run is not None and run.labels_layer is not None:
            run.labels_layer.features = result.objects
            run.labels_layer.metadata[METADATA_KEY] = result.facts
        self._on_run_changed()
        folder, names = result.files[0].parent, ", ".join(path.name for path in result.files)
        self._rest("")
        self.status.set_text(f"{folder}: {names} written")
        self.exported.emit(result.files)

    def _on_errored(self, error: Exception) -> None:
        self._rest("" if self._session.run is not None else IDLE)
        self.status.set_text(str(error))
        show_error(str(error))
        self.failed.emit(error)
