"""The section that writes the pairs, and flags objects in the labels' own table."""

from pathlib import Path
from typing import Any

import pandas as pd
from napari.utils.notifications import show_error
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QFileDialog, QPushButton, QVBoxLayout, QWidget

from ...errors import ShiftUNetError
from ...images.tables import write_table_csv
from ..controls.parts import Line, on_one_line
from ..features import with_columns
from ..listening import Connections
from ..preferences.remembering import remember
from .counting import Counter, Counts
from .inspection import Inspection

FLAGS = ("touches_seam", "suspected")


class ExportSection(QWidget):
    """A button for the pairs, and a box for the flags."""

    exported = Signal(object)
    """The file that was written."""

    def __init__(self, inspection: Inspection, counter: Counter) -> None:
        super().__init__()
        self._inspection = inspection
        self._counts: Counts | None = None
        self._listening = Connections()
        self.flag_check = QCheckBox("flag objects")
        self.flag_check.setChecked(True)
        self.flag_check.setToolTip(
            "Keep the columns touches_seam and suspected in the table of the labels layer:\n"
            "napari's Features table shows them, and they are saved with the objects. Default: on"
        )
        self.export_button = QPushButton("Pairs as CSV…")
        self.export_button.setToolTip(
            "Write all pairs with their scores, places in px and verdicts as a table"
        )
        self.status = Line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(on_one_line(self.flag_check, self.export_button, stretch=1))
        layout.addWidget(self.status)
        self.flag_check.toggled.connect(self._flag)
        remember("inspect.flag objects", self.flag_check)
        self.export_button.clicked.connect(self._on_export)
        counter.counted.connect(self._on_counted)
        inspection.audited.connect(self._on_audited)
        inspection.cleared.connect(self._listening.cut)

    def export_to(self, path: Path) -> None:
        """Write the pairs as a table."""
        try:
            write_table_csv(path, pair_table(self._inspection))
        except ShiftUNetError as error:
            self.status.set_text(str(error))
            show_error(str(error))
            return
        self.status.set_text(f"{path} written")
        self.exported.emit(path)

    def close_down(self) -> None:
        """Stop listening to the layer."""
        self._listening.cut()

    def _on_audited(self) -> None:
        self._counts = None
        self.status.set_text("")
        self._listening.cut()
        subject = self._inspection.subject
        if subject is not None:
            self._listening.connect(self._on_features, subject.layer.events.features)

    def _on_features(self, event: Any) -> None:
        """Flag again when somebody else has measured the objects anew."""
        if self.flag_check.isChecked() and not {*FLAGS} <= {*event.source.features}:
            self._flag()

    def _on_export(self) -> None:
        subject = self._inspection.subject
        if subject is None:
            return
        suggested = f"{subject.layer.name.replace(':', '').replace('/', '-')} pairs.csv"
        chosen, _ = QFileDialog.getSaveFileName(self, "Pairs", suggested, "Table (*.csv)")
        if chosen:
            path = Path(chosen)
            self.export_to(path if path.suffix else path.with_suffix(".csv"))

    def _on_counted(self, counts: Counts) -> None:
        self._counts = counts
        self._flag()

    def _flag(self) -> None:
        """Write the flags into the layer's table, or take them out of it."""
        subject = self._inspection.subject
        if subject is None or self._counts is None:
            return
        flags = self._counts.flags if self.flag_check.isChecked() else None
        subject.layer.features = with_columns(subject.layer.features, FLAGS, flags)


def pair_table(inspection: Inspection) -> pd.DataFrame:
    """Return all pairs with their verdicts, one row each."""
    subject = inspection.subject
    letters = "" if subject is None else subject.axes.letters
    rows: list[dict[str, Any]] = []
    for pair, verdict in zip(inspection.pairs, inspection.verdicts, strict=True):
        centre = {
            f"centre_{letter}_px": at for letter, at in zip(letters, pair.centre, strict=True)
        }
        rows.append(
            {
                "label_a": pair.label_a,
                "label_b": pair.label_b,
                "axis": letters[pair.axis],
                "position_px": pair.position,
                "contact_px": pair.contact_px,
                "score": pair.score,
                "verdict": verdict.value,
                **centre,
            }
        )
    columns = ["label_a", "label_b", "axis", "position_px", "contact_px", "score", "verdict"]
    columns += [f"centre_{letter}_px" for letter in letters]
    return pd.DataFrame(rows, columns=columns)
