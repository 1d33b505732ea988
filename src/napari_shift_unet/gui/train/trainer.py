"""Runs trainings for the widget, one at a time."""

from time import perf_counter
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from ..jobs import Jobs
from .training_job import Began, Doing, Order, Ready, keep_model, train_model

if TYPE_CHECKING:
    from ...training import Split


class Trainer(QObject):
    """One training, that can be paused, or stopped and kept.

    Attributes
    ----------
    jobs
        Where it runs.
    """

    said = Signal(str)
    """A sentence on what takes a while."""
    ready = Signal(object)
    """The data were read, a `Split`."""
    began = Signal(object, int)
    """The recipe, a `TrainConfig`, and the steps that were done before."""
    stepped = Signal(int, float, float)
    """Step, loss, seconds left."""
    validated = Signal(int, float, bool)
    """Step, score, whether it is the best."""
    previewed = Signal(object)
    """A `Preview`."""
    trained = Signal(object, object)
    """Path and card of a finished model."""
    stopped = Signal()
    """Before the first step, on request."""
    errored = Signal(object, bool)
    """The exception, and whether the data are to blame."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs = Jobs()
        self._order: Order | None = None
        self._split: Split | None = None
        self._done = 0
        self._total, self._first, self._since = 1, 0, 0.0
        self.jobs.yielded.connect(self._on_yielded)
        self.jobs.returned.connect(self._on_returned)
        self.jobs.cancelled.connect(self._on_cancelled)
        self.jobs.errored.connect(self._on_errored)

    @property
    def busy(self) -> bool:
        """Whether a training runs, is paused, or is made a model."""
        return self.jobs.busy

    def start(self, order: Order) -> None:
        """Train; nothing happens while another training runs."""
        if not self.busy:
            self._order, self._split, self._done = order, None, 0
            self.jobs.start(train_model(order))

    def pause(self) -> None:
        """Wait after the running step."""
        self.jobs.pause()

    def resume(self) -> None:
        """Go on; the time left is estimated anew."""
        self._since = 0.0
        self.jobs.resume()

    def keep(self) -> None:
        """Stop after the running step and make a model of what there is."""
        self.jobs.cancel()

    def close_down(self) -> None:
        """Stop, and wait until the thread has ended."""
        self.jobs.close()

    def _on_yielded(self, event: Any) -> None:
        if isinstance(event, Doing):
            self.said.emit(event.text)
        elif isinstance(event, Ready):
            self._split = event.split
            self.ready.emit(event.split)
        elif isinstance(event, Began):
            self._total, self._done, self._since = event.config.steps, event.step, 0.0
            self.began.emit(event.config, event.step)
        elif event is not None:
            self._on_training_event(event)

    def _on_training_event(self, event: Any) -> None:
        from ...training import Preview, StepDone, Validated  # the job has imported torch

        if isinstance(event, StepDone):
            self._done = event.step
            self.stepped.emit(event.step, event.loss, self._seconds_left(event.step))
        elif isinstance(event, Validated):
            self.validated.emit(event.step, event.score, event.best)
        elif isinstance(event, Preview):
            self.previewed.emit(event)

    def _seconds_left(self, step: int) -> float:
        """Estimate from all steps since the beginning or the last pause."""
        now = perf_counter()
        if not self._since:
            self._first, self._since = step, now
        pace = (now - self._since) / max(1, step - self._first)
        return pace * (self._total - step)

    def _on_returned(self, card: Any) -> None:
        if self._order is not None:
            self.trained.emit(self._order.output, card)

    def _on_cancelled(self) -> None:
        if self._order is None or self._split is None or not self._done:
            self.stopped.emit()
        else:
            self.jobs.start(keep_model(self._order.output, self._split.validation))

    def _on_errored(self, error: Exception) -> None:
        self.errored.emit(error, self._split is None)
