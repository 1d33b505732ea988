"""The buttons that write the objects and the scores."""

import json
from pathlib import Path

import pandas as pd
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from ...errors import ShiftUNetError
from ...evaluation import Scores
from ...images import writing
from ...images.tables import write_table_csv
from .job import Evaluated

FIRST = "Evaluate first."
CSV = "Write all objects with their kind, ids, sizes in px and overlap as a table"
JSON = "Write the scores, with the keys of shift-unet evaluate --json"


class ExportRow(QWidget):
    """A button for the objects, and one for the scores."""

    written = Signal(object)
    """The file that was written."""
    errored = Signal(object)
    """Why it was not."""

    def __init__(self) -> None:
        super().__init__()
        self._evaluated: Evaluated | None = None
        self.csv_button = QPushButton("Objects as CSV…")
        self.json_button = QPushButton("Scores as JSON…")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.csv_button)
        layout.addWidget(self.json_button)
        self.csv_button.clicked.connect(self._on_csv)
        self.json_button.clicked.connect(self._on_json)
        self.set_evaluated(None)

    def set_evaluated(self, evaluated: Evaluated | None) -> None:
        """Say what can be written."""
        self._evaluated = evaluated
        for button, tooltip in ((self.csv_button, CSV), (self.json_button, JSON)):
            button.setEnabled(evaluated is not None)
            button.setToolTip(FIRST if evaluated is None else tooltip)

    def _on_csv(self) -> None:
        evaluated = self._evaluated
        path = self._ask("Objects", "objects.csv", "Table (*.csv)")
        if evaluated is not None and path is not None:
            try:
                write_table_csv(path, object_rows(evaluated))
            except ShiftUNetError as error:
                self.errored.emit(error)
            else:
                self.written.emit(path)

    def _on_json(self) -> None:
        evaluated = self._evaluated
        path = self._ask("Scores", "scores.json", "JSON (*.json)")
        if evaluated is not None and path is not None:
            text = json.dumps(Scores((evaluated.score,)).facts, indent=2) + "\n"
            try:
                with writing(path) as temporary:
                    temporary.write_text(text, encoding="utf-8")
            except ShiftUNetError as error:
                self.errored.emit(error)
            else:
                self.written.emit(path)

    def _ask(self, title: str, what: str, kind: str) -> Path | None:
        """Return the file that the user wants, with a suffix."""
        name = "" if self._evaluated is None else self._evaluated.score.name
        suggested = f"{name.replace(':', '').replace('/', '-')} {what}"
        chosen, _ = QFileDialog.getSaveFileName(self, title, suggested, kind)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(Path(what).suffix)


def object_rows(evaluated: Evaluated) -> pd.DataFrame:
    """Return all objects, one row each; ids of several are apart by a blank."""
    return pd.DataFrame(
        [
            {
                "kind": str(one.kind),
                "labels": " ".join(map(str, one.ids_a)),
                "truth": " ".join(map(str, one.ids_b)),
                "labels_area_px": one.area_a_px,
                "truth_area_px": one.area_b_px,
                "iou": one.iou,
                "first_px": " ".join(map(str, one.low)),
            }
            for one in evaluated.outcomes.findings
        ],
        columns=[
            "kind",
            "labels",
            "truth",
            "labels_area_px",
            "truth_area_px",
            "iou",
            "first_px",
        ],
    )
