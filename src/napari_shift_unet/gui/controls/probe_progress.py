"""How far a probe is, and a button that stops it."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from .prober import Prober

if TYPE_CHECKING:
    from ...networks import Probing

ASKING, LOADING, STOPPING = "waiting for your answer", "loading", "stopping"


class ProbeProgress(QWidget):
    """Follows a prober; hidden while nothing is probed.

    Parameters
    ----------
    prober
        Whose work is shown.
    """

    def __init__(self, prober: Prober) -> None:
        super().__init__()
        self._prober = prober
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip("Stop after the measurement that runs")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.progress, 1)
        layout.addWidget(self.cancel_button)
        self.cancel_button.clicked.connect(self._on_cancel)
        prober.began.connect(self._on_began)
        prober.asked.connect(self._on_asked)
        prober.stepped.connect(self._on_stepped)
        for ended in (prober.probed, prober.stopped, prober.errored):
            ended.connect(self.hide)
        self.hide()

    def _on_began(self) -> None:
        self.cancel_button.setEnabled(True)
        self._show(LOADING, 0, 0)
        self.show()

    def _on_asked(self) -> None:
        self._show(ASKING, 0, 1)

    def _on_stepped(self, event: "Probing | None") -> None:
        if event is None:
            self._show(LOADING, 0, 0)
        else:
            self._show(event.what, event.done, event.total)

    def _on_cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self._show(STOPPING, 0, 0)
        self._prober.cancel()

    def _show(self, text: str, done: int, total: int) -> None:
        """Show what is done; a total of 0 is a length that is not known."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat(text)
