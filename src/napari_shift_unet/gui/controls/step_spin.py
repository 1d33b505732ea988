"""A spin box whose arrows step over the sizes that a network likes."""

from qtpy.QtCore import Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QSpinBox


class StepSpin(QSpinBox):
    """A number of pixels: the arrows step over possible values, any other one can be typed."""

    def __init__(self) -> None:
        super().__init__()
        self._base, self._step, self._caption = 1, 1, ""
        self.setRange(1, 99_999)
        self.setSuffix(" px")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.set_compact(False)

    def set_steps(self, base: int, step: int) -> None:
        """Step over base, base + step, base + 2 step, ... px."""
        self._base, self._step = base, step

    def set_compact(self, compact: bool) -> None:
        """Leave out the arrows' buttons where several boxes stand side by side; keys still step."""
        buttons = QSpinBox.ButtonSymbols
        self.setButtonSymbols(buttons.NoButtons if compact else buttons.UpDownArrows)
        # napari's themes ask for more width than there is.
        width, padding = (34, 2) if compact else (44, 20)
        self.setStyleSheet(f"QSpinBox {{ min-width: {width}px; padding: 1px {padding}px; }}")

    def set_caption(self, caption: str) -> None:
        """Show a text in place of the number, until another number is set; empty takes it away."""
        self._caption = caption
        self.setSuffix(self.suffix())  # makes Qt ask for the text again

    def textFromValue(self, value: int) -> str:
        """Return what stands in the box."""
        return self._caption or super().textFromValue(value)

    def stepBy(self, steps: int) -> None:
        """Go to the next possible value above or below, and on from there."""
        place = (self.value() - self._base) / self._step
        nearest = int(place // 1) if steps > 0 else -int(-place // 1)
        self.setValue(self._base + max(0, nearest + steps) * self._step)
        self.selectAll()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Change by the wheel only after a click, so that scrolling the dock changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        elif event is not None:
            event.ignore()
