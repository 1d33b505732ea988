"""What the colours mean, how many there are of each, and which are shown."""

from collections.abc import Mapping, Sequence

from qtpy.QtCore import Signal
from qtpy.QtGui import QColor, QIcon, QPixmap
from qtpy.QtWidgets import QCheckBox, QGridLayout, QWidget

from ...evaluation.findings import Finding, FindingKind

ICON_PX = 12


class KindBoxes(QWidget):
    """A box for each kind of finding.

    Parameters
    ----------
    colours
        Of every kind.
    meaning
        A sentence for each of them.
    """

    changed = Signal()
    """Other findings are to be shown."""

    def __init__(
        self, colours: Mapping[FindingKind, str], meaning: Mapping[FindingKind, str]
    ) -> None:
        super().__init__()
        self.boxes = {kind: QCheckBox(kind) for kind in colours}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3)
        for place, (kind, box) in enumerate(self.boxes.items()):
            box.setIcon(square_icon(colours[kind]))
            box.setChecked(True)
            box.setToolTip(f"{meaning[kind]}\nColour and list these. Default: on")
            box.toggled.connect(self.changed)
            self._grid.addWidget(box, place // 2, place % 2)

    @property
    def kinds(self) -> set[FindingKind]:
        """The kinds that are shown."""
        return {kind for kind, box in self.boxes.items() if box.isChecked()}

    def listed(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings that are worth a row."""
        kinds = self.kinds
        return [one for one in findings if one.kind in kinds]

    def count(self, counts: Mapping[FindingKind, int] | None) -> None:
        """Say how many there are of each kind."""
        for kind, box in self.boxes.items():
            box.setText(kind if counts is None else f"{kind}: {counts[kind]:,}")


def square_icon(colour: str) -> QIcon:
    """Draw a square, as a legend."""
    pixmap = QPixmap(ICON_PX, ICON_PX)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
