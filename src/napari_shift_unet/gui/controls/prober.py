"""Probes networks for the widgets, one at a time; another program's after a yes."""

from pathlib import Path

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QWidget

from ...networks import foreign_kind
from ..jobs import Jobs
from .probing_job import Probed, probe_foreign, probe_own
from .trust import Fingerprint, TrustDialog, is_trusted, take_fingerprint

DECLINED = "Not run, as you said no."
CANCELLED = "Cancelled."


class Prober(QObject):
    """Tells a network's period and context by running it in a thread.

    Parameters
    ----------
    parent
        Above which widget the user is asked.
    """

    began = Signal()
    asked = Signal(object)
    """The dialog in which the user is asked whether a file may run."""
    stepped = Signal(object)
    """What is measured next, a `Probing`; `None` while the network is loaded."""
    probed = Signal(object)
    """What came out, a `Probed`."""
    stopped = Signal(str)
    """Nothing came out: a sentence that says why."""
    errored = Signal(object)
    """The exception that ended it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self._reads: tuple[int | None, int | None] = (None, None)
        self.jobs = Jobs()
        self._dialog: TrustDialog | None = None
        self.jobs.yielded.connect(self.stepped)
        self.jobs.returned.connect(self._on_returned)
        self.jobs.cancelled.connect(self._on_cancelled)
        self.jobs.errored.connect(self.errored)

    @property
    def busy(self) -> bool:
        """Whether a network is measured, or the user asked about one."""
        return self.jobs.busy or self._dialog is not None

    def start(
        self, source: str | Path, ndim: int | None = None, channels: int | None = None
    ) -> None:
        """Probe a model by name or file; does nothing while another one is probed.

        Parameters
        ----------
        source
            Name of a bundled model, or path of a file.
        ndim, channels
            Of the images that another program's network reads; `None` finds out.
        """
        if self.busy:
            return
        self._reads = (ndim, channels)
        foreign = isinstance(source, Path) and foreign_kind(source) is not None
        self.jobs.start(take_fingerprint(Path(source)) if foreign else probe_own(source))
        self.began.emit()

    def cancel(self) -> None:
        """Stop after the measurement that runs."""
        if self._dialog is not None:
            self._dialog.reject()
        else:
            self.jobs.cancel()

    def _on_returned(self, result: object) -> None:
        if isinstance(result, Probed):
            self.probed.emit(result)
        elif isinstance(result, Fingerprint):
            if is_trusted(result):
                self._probe(result)
            else:
                self._ask(result)

    def _ask(self, fingerprint: Fingerprint) -> None:
        self._dialog = dialog = TrustDialog(fingerprint, self._widget)
        dialog.finished.connect(lambda: self._on_answered(dialog, fingerprint))
        dialog.open()
        self.asked.emit(dialog)

    def _on_answered(self, dialog: TrustDialog, fingerprint: Fingerprint) -> None:
        self._dialog = None
        dialog.deleteLater()
        if dialog.said_yes:
            self._probe(fingerprint)
        else:
            self.stopped.emit(DECLINED)

    def _probe(self, fingerprint: Fingerprint) -> None:
        self.jobs.start(probe_foreign(fingerprint, *self._reads))

    def _on_cancelled(self) -> None:
        self.stopped.emit(CANCELLED)
