"""The row that merges all pairs of a score at once."""

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QPushButton, QWidget

from ...errors import InputError
from ...seams import MERGED
from ..controls.parts import on_one_line
from ..controls.slider import Slider
from ..controls.wording import count_text
from .inspection import Inspection
from .reviewer import Reviewer


class MergeAll(QWidget):
    """A threshold and a button; the whole is one step of undo."""

    said = Signal(str)
    """What was done, or why it could not be."""

    def __init__(self, inspection: Inspection, reviewer: Reviewer) -> None:
        super().__init__()
        self._reviewer = reviewer
        self.slider = Slider()
        self.slider.setAccessibleName("Least score")
        self.slider.setRange(0, 1)
        self.slider.setValue(MERGED)
        self.slider.setToolTip(
            f"Score from which all open pairs are merged, 0 to 1. Default: {MERGED}, at which 1 %\n"
            "or fewer of the other objects are merged wrongly on ground truth that was cut"
        )
        self.button = QPushButton()
        row = on_one_line(self.slider, self.button, stretch=0)
        self.setLayout(row)
        self.slider.valueChanged.connect(self._update)
        self.button.clicked.connect(self._on_merge)
        for signal in (inspection.audited, inspection.cleared, inspection.decided):
            signal.connect(self._update)
        self._update()

    def _on_merge(self) -> None:
        try:
            merged = self._reviewer.merge(self._reviewer.mergeable(self.slider.value()))
        except InputError as error:
            self.said.emit(str(error))
            return
        self.said.emit(f"{count_text(merged, 'pair')} merged. Ctrl+Z takes it back.")

    def _update(self) -> None:
        count = len(self._reviewer.mergeable(self.slider.value()))
        self.button.setText(f"Merge all {count} ≥ {self.slider.value():.2f}")
        self.button.setEnabled(count > 0)
        self.button.setToolTip(
            "Merge all open pairs of at least this score, in one step of undo"
            if count
            else "No open pair has this score; move the slider to the left."
        )
