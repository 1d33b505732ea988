"""What the sections of the Inspect widget share: the audit of a layer, and the verdicts on it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Labels
from napari.viewer import Viewer
from qtpy.QtCore import QObject, QTimer, Signal

from ...seams.frames import LabelStack
from ...seams.reviewing import Verdict, ids_at, judge, look_split
from ..listening import Connections
from ..runs import KnownRun
from .audit_job import Audited
from .labels_axes import LabelsAxes

if TYPE_CHECKING:
    from ...seams import Audit, Pair

LOOK_MS = 30
"""The labels are looked at again after this long without a further change."""


@dataclass(frozen=True)
class Subject:
    """A labels layer and its audit."""

    layer: Labels
    axes: LabelsAxes
    audited: Audited
    run: KnownRun | None = None
    """The prediction that the labels came of, if it is still in memory."""

    @property
    def audit(self) -> "Audit":
        """What the audit found."""
        return self.audited.audit

    @property
    def stack(self) -> LabelStack:
        """The labels as they are now; a view of the layer's data."""
        return LabelStack(self.axes.squeeze(self.layer.data), self.axes.letters)


class Inspection(QObject):
    """Holds the audit of one layer, the pair that is looked at, and what was decided.

    Verdicts are read from the labels, so that undo, redo and edits by hand are followed; that two
    objects are to be kept apart is the only thing that labels do not say.

    Attributes
    ----------
    viewer
        The viewer that the widget is docked in.
    subject
        What was audited; `None` before, and after its layer was removed or got other data.
    verdicts
        What has become of each pair of the audit.
    ids
        Labels of the two of each pair as they are now, `(pairs, 2)`.
    current
        The pair that is looked at, as an index of the audit's pairs.
    """

    audited = Signal()
    """`subject` is new."""
    decided = Signal()
    """Verdicts have changed, by this widget, by an undo or by hand."""
    touched = Signal()
    """The labels may have changed; comes with `decided` and without."""
    cleared = Signal(str)
    """`subject` is `None` now; says why, unless the user asked for it."""
    pointed = Signal()
    """Another pair is looked at."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self.viewer = viewer
        self.subject: Subject | None = None
        self.verdicts: list[Verdict] = []
        self.ids = np.empty((0, 2), np.int64)
        self.current: int | None = None
        self._kept = np.zeros(0, bool)
        self._apart: dict[int, np.ndarray] = {}
        self._shape: tuple[int, ...] = ()
        self._listening = Connections()
        self._listening_to_layer = Connections()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._listening.connect(self._on_removed, viewer.layers.events.removed)

    @property
    def pairs(self) -> "tuple[Pair, ...]":
        """The pairs of the audit, the most suspicious first."""
        return () if self.subject is None else self.subject.audit.pairs

    @property
    def suspects(self) -> np.ndarray:
        """Labels of the objects of pairs that look split and are not decided on."""
        if self.subject is None:
            return np.empty(0, np.int64)
        chosen = look_split(self.subject.audit) & self.has_verdict(Verdict.OPEN)
        ids: np.ndarray = np.unique(self.ids[chosen])
        return ids

    def has_verdict(self, verdict: Verdict) -> np.ndarray:
        """Return which pairs have a verdict, `(pairs,)` bool."""
        return np.array([found is verdict for found in self.verdicts], bool)

    def show(self, subject: Subject) -> None:
        """Take a new audit."""
        self._forget()
        self.subject = subject
        count = len(subject.audit.pairs)
        self._kept = np.zeros(count, bool)
        self._shape = subject.layer.data.shape
        events = subject.layer.events
        self._listening_to_layer.connect(self._on_drawn, events.paint, events.set_data)
        self._listening_to_layer.connect(self._on_data, events.data)
        self._read(subject)
        self.audited.emit()

    def clear(self, reason: str = "") -> None:
        """Drop the audit."""
        if self.subject is not None:
            self._forget()
            self.cleared.emit(reason)

    def point(self, index: int | None) -> None:
        """Look at another pair."""
        if index != self.current:
            self.current = index
            self.pointed.emit()

    def keep(self, index: int, kept: bool) -> None:
        """Say that a pair is two objects, or take that back."""
        self._kept[index] = kept
        self.look()

    def set_apart(self, index: int, places: np.ndarray) -> None:
        """Say that a pair counts as split as long as two pixels `(2, axes)` differ in label."""
        self._apart[index] = places

    def look(self) -> None:
        """Read the verdicts from the labels as they are now."""
        self._timer.stop()
        if self.subject is None:
            return
        before, ids_before = self.verdicts, self.ids
        self._read(self.subject)
        self.touched.emit()
        if before != self.verdicts or not np.array_equal(ids_before, self.ids):
            self.decided.emit()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self._timer.stop()
        self._listening.cut()
        self._listening_to_layer.cut()
        self.subject = None

    def _read(self, subject: Subject) -> None:
        labels = subject.stack.labels
        self.ids = ids_at(labels, subject.audited.witnesses)
        split = np.zeros(len(self.ids), bool)
        for index, places in self._apart.items():
            one, other = ids_at(labels, places)
            split[index] = one != other
        self.verdicts = judge(self.ids, self._kept, split)

    def _forget(self) -> None:
        self._timer.stop()
        self._listening_to_layer.cut()
        self.subject, self.current, self.verdicts = None, None, []
        self.ids, self._apart = np.empty((0, 2), np.int64), {}

    def _on_drawn(self) -> None:
        self._timer.start()

    def _on_data(self, event: Any) -> None:
        if self.subject is not None:
            self.clear("The labels were replaced; audit them again.")

    def _on_removed(self, event: Any) -> None:
        if self.subject is not None and event.value is self.subject.layer:
            self.clear("The labels were removed.")
