"""The foot of a dock: the primary button, cancel, progress, and one line of status."""

from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from .parts import Line, on_one_line
from .primary_button import PrimaryButton


class JobBar(QWidget):
    """Starts and cancels a job and tells how far it is.

    Parameters
    ----------
    viewer
        The viewer that the dock is in.
    name
        Text of the button.
    ready, running
        What the button does, and why it rests meanwhile.
    stopping
        What cancelling does.
    """

    begin = Signal()
    cancel = Signal()

    def __init__(
        self, viewer: Viewer, name: str, *, ready: str, running: str, stopping: str
    ) -> None:
        super().__init__()
        self._ready, self._why_running = ready, running
        self._running = False
        self._obstacle = self._said = ""
        self.button = PrimaryButton(viewer, name)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip(stopping)
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.status = Line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.progress)
        layout.addLayout(on_one_line(self.button, self.cancel_button, stretch=0))
        layout.addWidget(self.status)
        self.button.clicked.connect(self.begin)
        self.cancel_button.clicked.connect(self.cancel)
        self._update()

    @property
    def running(self) -> bool:
        """Whether the job runs."""
        return self._running

    def set_obstacle(self, obstacle: str) -> None:
        """Say what has to be done before the job can start; empty if nothing."""
        self._obstacle = obstacle
        self._update()

    def start(self, text: str) -> None:
        """Show that a job began whose length is not known yet."""
        self._running = True
        self.progress.setRange(0, 0)
        self.say(text)

    def stop(self, text: str) -> None:
        """Show that no job runs any more, and how the last one ended."""
        self._running = False
        self.say(text)

    def say(self, text: str) -> None:
        """Show a line of status."""
        self._said = text
        self._update()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.button.close_down()

    def _update(self) -> None:
        """Say what hinders the next job rather than how the last one went."""
        reason = self._why_running if self._running else self._obstacle
        self.button.setEnabled(not reason)
        self.button.setToolTip(reason or self._ready)
        self.cancel_button.setVisible(self._running)
        self.progress.setVisible(self._running)
        told = self._said if self._running else self._obstacle or self._said
        self.status.set_text(told or self._ready)
