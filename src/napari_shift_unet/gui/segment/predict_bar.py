"""The widget's foot: the primary button, progress, and one line of status."""

from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..controls.parts import Line, on_one_line
from ..controls.primary_button import PrimaryButton
from ..controls.wording import seconds_text

PREDICT_KEY, CANCEL_KEY = "Shift-U", "Shift-Q"
RUNNING = "A prediction is running; cancel it first."


class PredictBar(QWidget):
    """Starts and cancels a prediction and tells how far it is."""

    predict = Signal()
    cancel = Signal()

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._running = False
        self._obstacle = self._said = ""
        self.predict_button = PrimaryButton(viewer, "Predict")
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip(f"Stop within one tile ({CANCEL_KEY})")
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.status = Line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.progress)
        layout.addLayout(on_one_line(self.predict_button, self.cancel_button, stretch=0))
        layout.addWidget(self.status)
        self.predict_button.clicked.connect(self.predict)
        self.cancel_button.clicked.connect(self.cancel)
        viewer.bind_key(PREDICT_KEY, self._on_predict_key, overwrite=True)
        viewer.bind_key(CANCEL_KEY, self._on_cancel_key, overwrite=True)
        self._update()

    def set_obstacle(self, obstacle: str) -> None:
        """Say what has to be done before a prediction can start; empty if nothing."""
        self._obstacle = obstacle
        self._update()
        self._show_status()

    def start(self, text: str) -> None:
        """Show that a prediction began whose length is not known yet."""
        self._running = True
        self.progress.setRange(0, 0)
        self.say(text)
        self._update()

    def step(self, done: int, total: int, seconds_left: float) -> None:
        """Show how many tiles are done."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat(f"%v/%m tiles, {seconds_text(seconds_left)} left")
        if done == total:
            self.progress.setFormat("colouring the embedding")

    def stop(self, text: str) -> None:
        """Show that no prediction runs any more, and how the last one ended."""
        self._running = False
        self.say(text)
        self._update()

    def say(self, text: str) -> None:
        """Show a line of status."""
        self._said = text
        self._show_status()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.predict_button.close_down()
        self._viewer.bind_key(PREDICT_KEY, None)
        self._viewer.bind_key(CANCEL_KEY, None)

    def _update(self) -> None:
        reason = RUNNING if self._running else self._obstacle
        self.predict_button.setEnabled(not reason)
        self.predict_button.setToolTip(
            reason or f"Run the network over all tiles and stitch ({PREDICT_KEY})"
        )
        self.cancel_button.setVisible(self._running)
        self.progress.setVisible(self._running)

    def _show_status(self) -> None:
        """Say what hinders the next prediction rather than how the last one went."""
        self.status.set_text(self._said if self._running else self._obstacle or self._said)

    def _on_predict_key(self, _viewer: Viewer) -> None:
        if self.predict_button.isEnabled():
            self.predict.emit()
        else:
            self.status.set_text(self.predict_button.toolTip())

    def _on_cancel_key(self, _viewer: Viewer) -> None:
        if self._running:
            self.cancel.emit()
