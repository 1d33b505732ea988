"""Runs the core's generators in a thread, one at a time, and tells the widgets by Qt signals.

napari's own generator worker is not used: it swallows every `RuntimeError`, which is what torch
raises, and does not close a generator that is aborted.
"""

from collections.abc import Callable, Generator
from threading import Event, Thread
from typing import Any

from qtpy.QtCore import QCoreApplication, QObject, Signal

from .priority import step_back

Events = Generator[Any, None, Any]
PATIENCE_S = 20.0


class Jobs(QObject):
    """A place where one generator runs at a time; the last one that was started wins.

    It runs behind the window, which gets a core first.

    A job gets values, never a widget or a layer. What it yields, returns or raises arrives in the
    thread of this object. Nothing arrives of a job that was cancelled or replaced, whatever it
    does until it ends.
    """

    yielded = Signal(object)
    """An event of the running generator."""
    returned = Signal(object)
    """The return value of the generator."""
    errored = Signal(object)
    """The exception that ended the generator, of any kind."""
    cancelled = Signal()
    """The generator was closed on request."""
    idle = Signal()
    """After one of the three above, if no further job waits."""

    _told = Signal(object, str, object)

    def __init__(self) -> None:
        # Without a parent: a thread may outlive the widget by one tile, and must not lose this.
        super().__init__()
        self._job: _Job | None = None
        self._waiting: Events | None = None
        self._told.connect(self._on_told)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._job is not None

    def start(self, events: Events) -> None:
        """Run a generator; if another one runs, cancel that and begin when it has ended."""
        self._waiting = events
        if self._job is None:
            self._begin()
        else:
            self._job.stop()

    @property
    def paused(self) -> bool:
        """Whether the running job waits for `resume`."""
        return self._job is not None and self._job.paused

    def pause(self) -> None:
        """Ask the running generator for no further event until `resume`; it can be cancelled."""
        if self._job is not None:
            self._job.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._job is not None:
            self._job.resume()

    def cancel(self) -> None:
        """Close the running generator at its next event and forget the waiting one."""
        self._waiting = None
        if self._job is not None:
            self._job.stop()

    def close(self) -> None:
        """Cancel, and wait until the thread has ended; no signal follows.

        A thread that is busy for longer than `PATIENCE_S` between two events ends by itself later.
        """
        job, self._job, self._waiting = self._job, None, None
        if job is not None:
            self._end_with_program(False)
            job.stop()
            job.join(PATIENCE_S)

    def _begin(self) -> None:
        events, self._waiting = self._waiting, None
        if events is not None:
            self._job = _Job(events, self._told.emit)
            self._end_with_program(True)
            self._job.start()

    def _end_with_program(self, end: bool) -> None:
        """Listen to the end of the program, or stop: it outlives this and would keep the rest."""
        app = QCoreApplication.instance()
        if app is not None and end:
            app.aboutToQuit.connect(self.close)
        elif app is not None:
            app.aboutToQuit.disconnect(self.close)

    def _on_told(self, job: "_Job", what: str, value: object) -> None:
        if job is not self._job:
            return
        if what == "yielded":
            if not job.stopping:
                self.yielded.emit(value)
            return
        job.join()
        self._job = None
        self._end_with_program(False)
        if self._waiting is not None:
            self._begin()
            return
        if what == "errored":
            self.errored.emit(value)
        elif job.stopping:
            self.cancelled.emit()
        else:
            self.returned.emit(value)
        if self._job is None:
            self.idle.emit()


class _Job:
    """A generator and the thread that runs it."""

    def __init__(self, events: Events, tell: Callable[["_Job", str, object], None]) -> None:
        self._events, self._tell = events, tell
        self._stop, self._going = Event(), Event()
        self._going.set()
        self._thread = Thread(target=self._run, name="shift-unet job")
        self.start = self._thread.start
        self.join = self._thread.join
        self.resume = self._going.set

    @property
    def stopping(self) -> bool:
        """Whether somebody asked this job to stop."""
        return self._stop.is_set()

    @property
    def paused(self) -> bool:
        """Whether this job waits to be resumed."""
        return not self._going.is_set()

    def pause(self) -> None:
        """Wait after the next event, unless somebody asked to stop."""
        if not self.stopping:
            self._going.clear()

    def stop(self) -> None:
        """Close the generator at its next event, at once if it is paused."""
        self._stop.set()
        self._going.set()

    def _run(self) -> None:
        step_back()
        try:
            what, value = self._drive()
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody must hear of it
            what, value = "errored", error
        self._tell(self, what, value)

    def _drive(self) -> tuple[str, object]:
        while self._going.wait() and not self.stopping:
            try:
                event = next(self._events)
            except StopIteration as end:
                return "returned", end.value
            self._tell(self, "yielded", event)
        self._events.close()
        return "cancelled", None
