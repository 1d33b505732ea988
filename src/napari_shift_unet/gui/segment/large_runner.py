"""Runs predictions that fit no memory for the widget: stages in words, layers that fill in."""

from typing import TYPE_CHECKING, Any

from napari.layers import Image as ImageLayer
from qtpy.QtCore import QObject, Signal

from ..controls.wording import count_text
from ..jobs import Jobs
from ..large.looking import Looking
from ..listening import Connections
from .large_layers import LargeLayers
from .large_work import LargeDone, LargeRequest, predict_large
from .predictor import REMOVED, REPLACED
from .session import Session

if TYPE_CHECKING:
    from ...large import UnitDone

STAGES = {
    "intensities": "Reading the intensities",
    "predicted": "Predicting",
    "cut": "Finding objects",
    "relabelled": "Writing labels",
}
GROUPING, COARSER = "Grouping pixels", "Writing coarser labels"
KEPT = "Cancelled. What is done is kept; Predict goes on."
OPENING = "Looking at image and folder …"


class LargeRunner(QObject):
    """One run at a time; it is cancelled when its image goes away, and keeps what it has done."""

    started = Signal(str)
    """A sentence on what runs now."""
    stepped = Signal(int, int, float)
    """Chunks done in this stage, chunks in all, seconds left; these are below 0 if not known."""
    planned = Signal(object)
    """The plan of tiles that is used."""
    shown = Signal()
    """Layers of the run have been put over its image."""
    finished = Signal(object)
    """All results are in their folder, a `LargeDone`."""
    cancelled = Signal(str)
    """A sentence that says why, and what becomes of it."""
    errored = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.jobs = Jobs()
        self.layers = LargeLayers(session)
        self._session = session
        self._layer: ImageLayer | None = None
        self._looking: Looking | None = None
        self._device, self._reason = "", KEPT
        self._listening = Connections()
        self.jobs.yielded.connect(self._on_yielded)
        self.jobs.returned.connect(self._on_returned)
        self.jobs.cancelled.connect(self._on_cancelled)
        self.jobs.errored.connect(self._on_errored)

    @property
    def busy(self) -> bool:
        """Whether a run goes on."""
        return self.jobs.busy

    def start(self, layer: ImageLayer, space: str, request: LargeRequest) -> None:
        """Begin, or go on; nothing happens while another run goes on.

        Parameters
        ----------
        layer
            The image.
        space
            Letters of the axes of the network.
        request
            What to do.
        """
        if self.busy:
            return
        viewer = self._session.viewer
        self._layer, self._reason = layer, KEPT
        self.layers.forget()
        self._looking = Looking(viewer, layer, request.image.axes, space)
        self._listening.connect(self._on_layer_removed, viewer.layers.events.removed)
        self._listening.connect(self._on_replaced, layer.events.data)
        self.started.emit(OPENING)
        self.jobs.start(predict_large(request, self._looking.gaze))

    def cancel(self) -> None:
        """Stop within one chunk."""
        self.jobs.cancel()

    def close_down(self) -> None:
        """Stop, and wait until the thread has ended."""
        self._end()
        self.layers.close()
        self.jobs.close()

    def _on_yielded(self, event: object) -> None:
        from ...large import Filled, UnitDone, Watchable  # the job has imported torch
        from ...prediction import Checked, Started

        if isinstance(event, Started):
            self._device = event.device
            self.planned.emit(event.plan)
        elif isinstance(event, Watchable) and self._layer is not None:
            self.layers.show(self._layer, event.selection, event.labels)
            self.shown.emit()
        elif isinstance(event, Filled):
            if self.layers.fill(event):
                self.shown.emit()
        elif isinstance(event, UnitDone):
            self._tell(event)
        elif isinstance(event, Checked):
            windows = f"{event.done} of {count_text(event.total, 'window')}"
            self.started.emit(f"Checking where tiles meet: {windows}")
            self.stepped.emit(event.done, event.total, -1.0)

    def _tell(self, event: "UnitDone") -> None:
        stage = COARSER if event.stage.startswith("level-") else STAGES.get(event.stage, GROUPING)
        chunks = f"{event.done:,} of {count_text(event.total, 'chunk')}"
        where = f" on {self._device}" if event.stage == "predicted" else ""
        self.started.emit(f"{stage}{where}: {chunks}")
        left = -1.0 if event.seconds_left is None else event.seconds_left
        self.stepped.emit(event.done, event.total, left)

    def _on_returned(self, done: LargeDone) -> None:
        self._end()
        self.layers.finish(done.labels, done.facts, done.objects)
        self.finished.emit(done)

    def _on_cancelled(self) -> None:
        self._end()
        self.cancelled.emit(self._reason)

    def _on_errored(self, error: Exception) -> None:
        self._end()
        self.errored.emit(error)

    def _end(self) -> None:
        self._listening.cut()
        if self._looking is not None:
            self._looking.close()
        self._layer = self._looking = None

    def _on_layer_removed(self, event: Any) -> None:
        if event.value is self._layer:
            self._stop(REMOVED)

    def _on_replaced(self) -> None:
        self._stop(REPLACED)

    def _stop(self, reason: str) -> None:
        self._reason = reason
        self.jobs.cancel()
