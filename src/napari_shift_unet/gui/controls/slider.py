"""A slider for fractions that also takes keys, which superqt's leaves out."""

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QKeyEvent
from superqt import QLabeledDoubleSlider

STEPS = 100
STEPS_OF = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_Home: -STEPS,
    Qt.Key.Key_End: STEPS,
}


class Slider(QLabeledDoubleSlider):
    """Goes a hundredth of its range with an arrow key, and follows the wheel only after a click."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setDecimals(2)
        self._slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._slider.installEventFilter(self)
        self.setFocusProxy(self._slider)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Take keys, and drop the wheel while something else has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = STEPS_OF.get(Qt.Key(event.key()))
            if steps is not None:
                self.setValue(self.value() + steps * (self.maximum() - self.minimum()) / STEPS)
                return True
        if event is not None and event.type() == QEvent.Type.Wheel and not self.hasFocus():
            event.ignore()
            return True
        return bool(super().eventFilter(watched, event))
