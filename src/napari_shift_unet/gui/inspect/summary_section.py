"""The section that says per axis where the tiles lie, and how the lines are coloured."""

import numpy as np
from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtGui import QColor, QImage, QPixmap
from qtpy.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from ..controls.parts import hint, on_one_line
from .inspection import Inspection, Subject
from .marks import PAIRS, SEAMS, Marks, heat_colours

HEADS = {
    "axis": "Axis of the labels",
    "tile": "Distance of two seams in px; of the last tile where it was moved back",
    "offset": "Position of the first seam, modulo the tile, in px",
    "p": "Probability of as much evidence at these places in labels without seams",
    "seams": "Number of seams",
    "cut": "Number of pairs of objects at these seams that look split (score 0.5 or more)",
}
LEAST_P = 1e-6
LEGEND_PX = (90, 10)


def p_text(p_value: float | None) -> str:
    """Say a p-value as precisely as it is of use."""
    if p_value is None:
        return "–"
    return f"< {LEAST_P:.0e}".replace("e-0", "e-") if p_value < LEAST_P else f"{p_value:.2g}"


class SummarySection(QWidget):
    """A small table, the legend of the heat, and what is shown."""

    def __init__(self, inspection: Inspection, marks: Marks) -> None:
        super().__init__()
        self._inspection, self._marks = inspection, marks
        self.cells: list[QLabel] = []
        self.embedding = hint()
        self.boxes = {kind: QCheckBox(kind) for kind in (SEAMS, PAIRS)}
        self.boxes[SEAMS].setToolTip(
            "Seams, coloured by the share of objects that each cuts. Default: on"
        )
        self.boxes[PAIRS].setToolTip(
            "Where suspicious pairs face each other, coloured by their score; grey: kept.\n"
            "Default: on"
        )
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        legend = QLabel()
        legend.setPixmap(_legend())
        legend.setToolTip("Score from 0 to 1")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._grid)
        layout.addWidget(self.embedding)
        layout.addLayout(
            on_one_line(*self.boxes.values(), QLabel("0"), legend, QLabel("1"), stretch=1)
        )
        for kind, box in self.boxes.items():
            box.toggled.connect(lambda on, kind=kind: marks.set_visible(kind, on))
        marks.toggled.connect(self._on_toggled)
        inspection.audited.connect(self._on_audited)

    def _on_audited(self) -> None:
        while self.cells:
            self.cells.pop().deleteLater()
        subject = self._inspection.subject
        if subject is None:
            return
        for row, texts in enumerate([tuple(HEADS), *_rows(subject)]):
            for column, (text, tooltip) in enumerate(zip(texts, HEADS.values(), strict=True)):
                cell = QLabel(text)
                cell.setToolTip(tooltip)
                if not row:
                    cell.setStyleSheet("font-weight: bold;")
                side = Qt.AlignmentFlag.AlignLeft if not column else Qt.AlignmentFlag.AlignRight
                self._grid.addWidget(cell, row, column, side)
                self.cells.append(cell)
        self.embedding.setText(_jumps(subject))
        self.embedding.setVisible(bool(self.embedding.text()))

    def _on_toggled(self, kind: str, visible: bool) -> None:
        if kind in self.boxes:
            with QSignalBlocker(self.boxes[kind]):
                self.boxes[kind].setChecked(visible)


def _rows(subject: Subject) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    audit = subject.audit
    for axis in audit.stack.space:
        tiling, p_value = audit.tilings[axis], audit.p_value[axis]
        seams = [seam for seam in audit.seams if seam.axis == axis]
        rows.append(
            (
                audit.stack.axes[axis],
                "none found" if tiling is None else f"{tiling.tile} px{'*' * tiling.moved}",
                "" if tiling is None else f"{tiling.offset} px",
                p_text(p_value),
                f"{len(seams)}",
                f"{sum(seam.split_pairs for seam in seams)}",
            )
        )
    return rows


def _jumps(subject: Subject) -> str:
    """Say what the embedding does at the seams, and what a star means."""
    audit = subject.audit
    lines = [
        f"Embedding along {audit.stack.axes[axis]}: jumps {jump.ratio:.2f} times as far at seams "
        f"as elsewhere (p {p_text(jump.p_value)})."
        for axis, jump in enumerate(audit.jumps or ())
        if jump is not None
    ]
    if any(tiling is not None and tiling.moved for tiling in audit.tilings):
        lines.append("* The last tile was moved back to the edge of the image.")
    return "\n".join(lines)


def _legend() -> QPixmap:
    width, height = LEGEND_PX
    image = QImage(width, 1, QImage.Format.Format_RGB32)
    for place, colour in enumerate(heat_colours(np.linspace(0, 1, width))):
        image.setPixelColor(place, 0, QColor.fromRgbF(*map(float, colour)))
    return QPixmap.fromImage(image.scaled(width, height))
