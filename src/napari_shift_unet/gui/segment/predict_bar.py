"""The foot of the Segment widget: predict, by a click or a key, and how far it is."""

from napari.viewer import Viewer

from ..controls.job_bar import JobBar
from ..controls.wording import seconds_text

PREDICT_KEY, CANCEL_KEY = "Shift-U", "Shift-Q"
RUNNING = "A prediction is running; cancel it first."


class PredictBar(JobBar):
    """Starts and cancels a prediction and tells how far it is."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(
            viewer,
            "Predict",
            ready=f"Run the network over all tiles and stitch ({PREDICT_KEY})",
            running=RUNNING,
            stopping=f"Stop within one tile ({CANCEL_KEY})",
        )
        self._viewer = viewer
        viewer.bind_key(PREDICT_KEY, self._on_predict_key, overwrite=True)
        viewer.bind_key(CANCEL_KEY, self._on_cancel_key, overwrite=True)

    def step(self, done: int, total: int, seconds_left: float) -> None:
        """Show how many tiles are done."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat(f"%v/%m tiles, {seconds_text(seconds_left)} left")
        if done == total:
            self.progress.setFormat("colouring the embedding")

    def share(self, done: int, total: int, seconds_left: float) -> None:
        """Show how much of a stage is done; the time left is below 0 if it is not known."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        left = f", {seconds_text(seconds_left)} left" if seconds_left >= 0 and done < total else ""
        self.progress.setFormat(f"%p %{left}")

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        super().close_down()
        self._viewer.bind_key(PREDICT_KEY, None)
        self._viewer.bind_key(CANCEL_KEY, None)

    def _on_predict_key(self, _viewer: Viewer) -> None:
        if self.button.isEnabled():
            self.begin.emit()
        else:
            self.status.set_text(self.button.toolTip())

    def _on_cancel_key(self, _viewer: Viewer) -> None:
        if self.running:
            self.cancel.emit()
