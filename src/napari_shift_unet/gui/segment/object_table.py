"""Keeps the table of objects true when labels are edited by hand, undone or redone."""

from collections.abc import Generator
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal

from ...errors import InputError
from ..jobs import Jobs
from ..listening import Connections
from .session import Run, Session
from .spot import labels_of

if TYPE_CHECKING:
    import pandas as pd

    from ...segmentation import EmbeddedImage

QUIET_MS = 200
"""Measured again after this long without a further change."""

LARGEST_PX = 16_000_000
"""The table of larger labels is made anew by an export only."""

Measurement = tuple[int, "pd.DataFrame | None"]


class ObjectTable(QObject):
    """Fills the features of the current labels layer whenever its labels have changed.

    napari has no event for an undo; the layer is compared each time it is drawn anew.
    """

    measured = Signal(object)
    """The table of the current labels, which has just been filled in."""

    def __init__(self, session: Session) -> None:
        # Without a parent, to be closed after the widget that Qt has deleted.
        super().__init__()
        self._session = session
        self._jobs = Jobs()
        self._run: Run | None = None
        self._known: int | None = None
        self._connections = Connections()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._on_quiet)
        self._jobs.returned.connect(self._on_measured)
        session.labelled.connect(self._on_run_changed)
        session.cleared.connect(self._on_run_changed)

    def close_down(self) -> None:
        """Stop listening to the layer."""
        self._timer.stop()
        self._connections.cut()
        self._jobs.close()

    def _on_run_changed(self) -> None:
        self._timer.stop()
        self._connections.cut()
        self._jobs.cancel()
        self._run, self._known = self._session.run, None
        layer = None if self._run is None else self._run.labels_layer
        if layer is not None:
            self._connections.connect(self._on_drawn, layer.events.paint, layer.events.set_data)

    def _on_drawn(self) -> None:
        self._timer.start()

    def _on_quiet(self) -> None:
        try:
            labels = None if self._run is None else labels_of(self._run)
        except InputError:  # the layer is gone, or somebody has put other data into it
            return
        if self._run is not None and labels is not None and labels.size <= LARGEST_PX:
            self._jobs.start(_measure_if_new(self._run.embedded, labels.copy(), self._known))

    def _on_measured(self, measurement: Measurement) -> None:
        self._known, objects = measurement
        run = self._run
        if objects is not None and run is not None and run.labels_layer is not None:
            run.labels_layer.features = objects
            self.measured.emit(objects)


def _measure_if_new(
    embedded: "EmbeddedImage", labels: np.ndarray, known: int | None
) -> Generator[None, None, Measurement]:
    yield
    checksum = crc32(np.ascontiguousarray(labels).data)
    return checksum, None if checksum == known else embedded.measure(labels)
