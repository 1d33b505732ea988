"""What a dock says while there is nothing to work on, and a button that opens a sample."""

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class Empty(QWidget):
    """A sentence on what to do, and the offer to try it.

    Parameters
    ----------
    text
        What to open, and what the dock then does.
    sample
        Text of the button.
    tooltip
        What the button opens.
    """

    sampled = Signal()
    """The user wants the sample."""

    def __init__(self, text: str, sample: str, tooltip: str) -> None:
        super().__init__()
        self.label = QLabel(text)
        self.label.setWordWrap(True)
        self.button = QPushButton(sample)
        self.button.setToolTip(tooltip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(4)
        layout.addWidget(self.label)
        layout.addWidget(self.button)
        self.button.clicked.connect(self.sampled)
