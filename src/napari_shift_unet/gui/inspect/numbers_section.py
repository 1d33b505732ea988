"""The section that shows what the seams did to the numbers of a study."""

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ...seams.repairing import Census
from ..controls.parts import Line
from ..controls.wording import count_text
from .counting import Counter, Counts
from .inspection import Inspection

COLUMNS = {
    "audited": "As they were when they were audited",
    "now": "As they are now, with all objects",
    "no suspects": "Now, without the objects of open pairs that look split",
}
SIZE = {2: "area", 3: "volume"}
COUNTING = "counting …"


class NumbersSection(QWidget):
    """Objects, their size and intensity: at the audit, now, and without the suspected ones."""

    def __init__(self, inspection: Inspection, counter: Counter) -> None:
        super().__init__()
        self._inspection = inspection
        self.values: dict[tuple[str, str], QLabel] = {}
        self._names: list[QLabel] = []
        self.summary = Line()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for column, (name, tooltip) in enumerate(COLUMNS.items()):
            head = QLabel(name)
            head.setToolTip(tooltip)
            grid.addWidget(head, 0, column + 1, Qt.AlignmentFlag.AlignRight)
        for row, quantity in enumerate(("objects", "total", "mean", "intensity")):
            self._names.append(QLabel(quantity))
            grid.addWidget(self._names[-1], row + 1, 0)
            for column, (name, tooltip) in enumerate(COLUMNS.items()):
                value = QLabel()
                value.setToolTip(tooltip)
                self.values[quantity, name] = value
                grid.addWidget(value, row + 1, column + 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(grid)
        layout.addWidget(self.summary)
        inspection.audited.connect(self._on_audited)
        counter.counted.connect(self._on_counted)

    def _on_audited(self) -> None:
        subject = self._inspection.subject
        if subject is not None:
            size = SIZE[len(subject.audit.stack.space)]
            names = ("Objects", f"Total {size} [px]", f"Mean {size} [px]", "Mean intensity")
            for label, name in zip(self._names, names, strict=True):
                label.setText(name)
            has_image = subject.audited.intensity is not None
            for widget in (self._names[-1], *(self.values["intensity", at] for at in COLUMNS)):
                widget.setVisible(has_image)
        self.summary.set_text(COUNTING)

    def _on_counted(self, counts: Counts) -> None:
        for name, census in zip(
            COLUMNS, (counts.audited, counts.now, counts.unsuspected), strict=True
        ):
            for quantity, text in _texts(census).items():
                self.values[quantity, name].setText(text)
        touching = int(counts.flags["touches_seam"].sum())
        suspected = int(counts.flags["suspected"].sum())
        self.summary.set_text(
            f"{touching} of {count_text(counts.now.objects, 'object')} touch a seam, "
            f"{suspected} look split"
        )


def _texts(census: Census) -> dict[str, str]:
    intensity = census.mean_intensity
    return {
        "objects": f"{census.objects:,}",
        "total": f"{census.area_px:,}",
        "mean": f"{census.mean_area_px:,.1f}",
        "intensity": "–" if intensity is None else f"{intensity:,.4g}",
    }
