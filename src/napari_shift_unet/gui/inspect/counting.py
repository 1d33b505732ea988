"""What a biologist would count, with and without the suspected objects, kept up to date."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal

from ...seams.frames import LabelStack
from ...seams.repairing import Census, census
from ...seams.reviewing import flag_objects, without
from ..jobs import Jobs
from .audit_job import Audited
from .inspection import Inspection

if TYPE_CHECKING:
    import pandas as pd

QUIET_MS = 100
"""Counted again after this long without a further change."""
LARGEST_PX = 16_000_000
"""Larger labels are counted again when a verdict changes only."""


@dataclass(frozen=True)
class Counts:
    """Objects at the time of the audit, now, and now without those that are suspected."""

    audited: Census
    now: Census
    unsuspected: Census
    flags: "pd.DataFrame"
    """A row per object as it is now, see `flag_objects`."""
    checksum: int


class Counter(QObject):
    """Counts in a thread whenever the labels or the verdicts have changed."""

    counted = Signal(object)
    """`Counts` of the labels as they are now."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self.jobs = Jobs()
        self._inspection = inspection
        self._last: Counts | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._on_quiet)
        self.jobs.returned.connect(self._on_counted)
        inspection.audited.connect(self._on_audited)
        inspection.touched.connect(self._on_touched)
        inspection.decided.connect(self._timer.start)
        inspection.cleared.connect(self._on_cleared)

    def close_down(self) -> None:
        """Stop, and wait until the thread has ended."""
        self._timer.stop()
        self.jobs.close()

    def _on_audited(self) -> None:
        self._last = None
        self._on_quiet()

    def _on_touched(self) -> None:
        """Labels that are drawn anew may have been painted; large ones are not compared."""
        subject = self._inspection.subject
        if subject is not None and subject.layer.data.size <= LARGEST_PX:
            self._timer.start()

    def _on_cleared(self) -> None:
        self._timer.stop()
        self.jobs.cancel()

    def _on_quiet(self) -> None:
        subject = self._inspection.subject
        if subject is not None:
            now = LabelStack(subject.stack.labels.copy(), subject.axes.letters)
            self.jobs.start(_count(subject.audited, now, self._inspection.suspects, self._last))

    def _on_counted(self, counts: Counts | None) -> None:
        if counts is not None and self._inspection.subject is not None:
            self._last = counts
            self.counted.emit(counts)


def _count(
    audited: Audited, now: LabelStack, suspects: np.ndarray, last: Counts | None
) -> Generator[None, None, Counts | None]:
    """Count, unless nothing has changed."""
    yield
    checksum = crc32(suspects.tobytes(), crc32(np.ascontiguousarray(now.labels).data))
    if last is not None and last.checksum == checksum:
        return None
    before = last.audited if last else census(audited.audit.stack.labels, audited.intensity)
    yield
    counted = census(now.labels, audited.intensity)
    yield
    left = census(without(now.labels, suspects), audited.intensity)
    yield
    return Counts(before, counted, left, flag_objects(now, audited.audit, suspects), checksum)
