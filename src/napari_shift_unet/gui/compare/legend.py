"""What the colours mean, how many there are of each, and which are shown."""

from qtpy.QtCore import Signal
from qtpy.QtGui import QColor, QIcon, QPixmap
from qtpy.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from ...evaluation.differences import KINDS, Comparison, Difference, Kind
from ..controls.parts import on_one_line
from .difference_layer import COLOURS

MEANING = {
    Kind.SPLIT: "One object of A is several in B.",
    Kind.MERGED: "Several objects of A are one in B.",
    Kind.REGROUPED: "Several objects of A are several others in B.",
    Kind.ONLY_A: "An object of A has no counterpart in B.",
    Kind.ONLY_B: "An object of B has no counterpart in A.",
    Kind.OUTLINE: (
        "One object of A is one in B, with other pixels; only these pixels are coloured."
    ),
}
LISTED_BELOW = 0.9
ICON_PX = 12


class Legend(QWidget):
    """A box for each kind of difference."""

    changed = Signal()
    """Other differences are to be shown."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes = {kind: QCheckBox(kind) for kind in KINDS}
        for kind, box in self.boxes.items():
            box.setIcon(square_icon(COLOURS[kind]))
            box.setChecked(True)
            box.setToolTip(f"{MEANING[kind]}\nColour and list these")
            box.toggled.connect(self.changed)
        self.below_spin = QDoubleSpinBox()
        self.below_spin.setRange(0.05, 1)
        self.below_spin.setSingleStep(0.05)
        self.below_spin.setValue(LISTED_BELOW)
        self.below_spin.setToolTip(
            "List a changed outline if its overlap (intersection over union) is smaller.\n"
            "1: list all of them"
        )
        self.below_spin.valueChanged.connect(self.changed)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for place, box in enumerate(self.boxes.values()):
            grid.addWidget(box, place // 2, place % 2)
        below = QLabel("list outlines with an overlap below")
        below.setBuddy(self.below_spin)
        grid.addLayout(on_one_line(below, self.below_spin, stretch=0), 3, 0, 1, 2)

    @property
    def kinds(self) -> set[Kind]:
        """The kinds that are shown."""
        return {kind for kind, box in self.boxes.items() if box.isChecked()}

    def listed(self, found: Comparison) -> list[Difference]:
        """Return the differences that are worth a row."""
        kinds, below = self.kinds, self.below_spin.value()
        return [
            one
            for one in found.differences
            if one.kind in kinds and (one.kind != Kind.OUTLINE or below >= 1 or one.iou < below)
        ]

    def count(self, found: Comparison | None) -> None:
        """Say how many there are of each kind."""
        for kind, box in self.boxes.items():
            box.setText(kind if found is None else f"{kind}: {found.counts[kind]:,}")


def square_icon(colour: str) -> QIcon:
    """Draw a square, as a legend."""
    pixmap = QPixmap(ICON_PX, ICON_PX)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
