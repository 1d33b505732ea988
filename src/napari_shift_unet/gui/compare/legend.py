"""The kinds of differences, and which changed outlines are worth a row."""

from collections.abc import Sequence

from qtpy.QtWidgets import QDoubleSpinBox, QLabel

from ...evaluation.differences import Kind
from ...evaluation.findings import Finding, FindingKind
from ..controls.parts import on_one_line
from ..objects.kind_boxes import KindBoxes
from ..preferences.remembering import remember

COLOURS: dict[FindingKind, str] = {
    Kind.SPLIT: "#d55e00",
    Kind.MERGED: "#56b4e9",
    Kind.REGROUPED: "#cc79a7",
    Kind.ONLY_A: "#e69f00",
    Kind.ONLY_B: "#009e73",
    Kind.OUTLINE: "#f0e442",
}
"""Okabe and Ito's, which colour-blind people can tell apart."""
MEANING: dict[FindingKind, str] = {
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


class Legend(KindBoxes):
    """A box for each kind of difference, and the overlap below which an outline is listed."""

    def __init__(self) -> None:
        super().__init__(COLOURS, MEANING)
        self.below_spin = QDoubleSpinBox()
        self.below_spin.setAccessibleName("Largest overlap of a listed outline")
        self.below_spin.setRange(0.05, 1)
        self.below_spin.setSingleStep(0.05)
        self.below_spin.setValue(LISTED_BELOW)
        self.below_spin.setToolTip(
            "List a changed outline if its overlap (intersection over union) is smaller.\n"
            f"1: list all of them. Default: {LISTED_BELOW}"
        )
        self.below_spin.valueChanged.connect(self.changed)
        remember("compare.outlines listed below", self.below_spin)
        below = QLabel("list outlines with an overlap below")
        below.setBuddy(self.below_spin)
        self._grid.addLayout(on_one_line(below, self.below_spin, stretch=0), 3, 0, 1, 2)

    def listed(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the differences that are worth a row."""
        below = self.below_spin.value()
        return [
            one
            for one in super().listed(findings)
            if one.kind != Kind.OUTLINE or below >= 1 or one.iou < below
        ]
