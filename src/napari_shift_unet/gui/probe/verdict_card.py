"""The verdict on a network: exact or not, what was measured, and which tiles are exact."""

import json
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from ...errors import OutputError
from ...images import writing
from ...seams import causes_of
from ..controls.causes_text import causes_html
from ..controls.parts import GOOD, WARNING, Notice, hint, on_one_line
from ..controls.probing_job import Probed
from .wording import (
    EXACT,
    INEXACT,
    facts_html,
    general_text,
    list_html,
    tiles_html,
)

COPIED = "The verdict is on the clipboard as JSON."


class VerdictCard(QWidget):
    """Says what a probe found; hidden until there is one."""

    said = Signal(str)
    """A sentence on what a button did."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, Any] = {}
        self.headline = Notice()
        self.headline.label.setStyleSheet("font-size: 13pt; font-weight: bold;")
        self.general = hint()
        self.measured, self.why, self.tiles = _text(), _text(), _text()
        self.copy_button = QPushButton("Copy as JSON")
        self.copy_button.setToolTip("Copy all that was measured, as `shift-unet probe --json` does")
        self.save_button = QPushButton("Save…")
        self.save_button.setToolTip("Write all that was measured into a JSON file")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.headline, self.why, self.tiles, self.measured, self.general):
            layout.addWidget(widget)
        layout.addLayout(on_one_line(self.copy_button, self.save_button))
        self.copy_button.clicked.connect(self._on_copy)
        self.save_button.clicked.connect(self._on_save)

    def show_verdict(self, probed: Probed) -> None:
        """Say what was found of a network."""
        from ...networks import exact_tiles, verdict_facts  # the job has imported torch

        verdict = probed.verdict
        causes = causes_of(verdict=verdict)
        self.facts = verdict_facts(probed.name, verdict)
        self.facts["causes"] = [vars(cause) for cause in causes]
        self.headline.say(*((EXACT, GOOD) if verdict.exact else (INEXACT, WARNING)))
        self.why.setText(list_html(verdict.advice) if verdict.exact else causes_html(causes))
        tiles = exact_tiles(verdict)
        self.tiles.setVisible(bool(tiles))
        self.tiles.setText(tiles_html(tiles))
        self.measured.setText(facts_html(verdict))
        self.general.setText(general_text(verdict))

    def _on_copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._json())
            self.said.emit(COPIED)

    def _on_save(self) -> None:
        found, _ = QFileDialog.getSaveFileName(
            self, "Save the verdict", f"{self.facts['model']}-probe.json", "JSON (*.json)"
        )
        if not found:
            return
        try:
            with writing(found) as path:
                path.write_text(self._json(), encoding="utf-8")
        except OutputError as error:
            self.said.emit(str(error))
        else:
            self.said.emit(f"{Path(found).name} written")

    def _json(self) -> str:
        return json.dumps(self.facts, indent=2) + "\n"


def _text() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
