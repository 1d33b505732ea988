"""The foot of the Inspect widget: the primary button and one line of status."""

from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..controls.parts import Line, on_one_line
from ..controls.primary_button import PrimaryButton

RUNNING = "An audit is running; cancel it first."


class AuditBar(QWidget):
    """Starts and cancels an audit and says what it found."""

    audit = Signal()
    cancel = Signal()

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._running = False
        self._obstacle = self._said = ""
        self.audit_button = PrimaryButton(viewer, "Audit")
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip("Stop after this step; earlier findings stay")
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.status = Line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.progress)
        layout.addLayout(on_one_line(self.audit_button, self.cancel_button, stretch=0))
        layout.addWidget(self.status)
        self.audit_button.clicked.connect(self.audit)
        self.cancel_button.clicked.connect(self.cancel)
        self._update()

    def set_obstacle(self, obstacle: str) -> None:
        """Say what has to be done before an audit can start; empty if nothing."""
        self._obstacle = obstacle
        self._update()

    def start(self, text: str) -> None:
        """Show that an audit runs."""
        self._running, self._said = True, text
        self._update()

    def stop(self, text: str) -> None:
        """Show that no audit runs any more, and what the last one found."""
        self._running, self._said = False, text
        self._update()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.audit_button.close_down()

    def _update(self) -> None:
        reason = RUNNING if self._running else self._obstacle
        self.audit_button.setEnabled(not reason)
        self.audit_button.setToolTip(
            reason or "Find the seams of the labels, and the objects that they cut"
        )
        self.cancel_button.setVisible(self._running)
        self.progress.setVisible(self._running)
        self.status.set_text(self._said if self._running else self._obstacle or self._said)
