"""The *Inspect seams* widget: from labels of any program to an answer to what the seams did."""

from functools import partial

from napari.viewer import Viewer
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QWidget

from ...errors import InputError
from ...seams.frames import LabelStack
from ..controls.dock import Dock
from ..controls.job_bar import JobBar
from ..controls.locking import Lock
from ..controls.parts import Section
from ..jobs import Jobs
from ..reporting import report
from .audit_job import Audited, Order, run_audit
from .counting import Counter
from .export_section import ExportSection
from .inspection import Inspection, Subject
from .labels_section import LabelsSection
from .marks import Marks
from .numbers_section import NumbersSection
from .repair_section import RepairSection
from .review_section import ReviewSection
from .summary_section import SummarySection, p_text
from .tiling_section import TilingSection
from .why_section import WhySection

AUDITING = "Auditing …"
CANCELLED = "Cancelled."
RUNNING = "An audit is running; cancel it first."


class InspectWidget(Dock):
    """Dock widget that audits labels, and leads through what it suspects.

    Further sections listen to `inspection`, and are added with `add_finding`.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._asked: partial[Subject] | None = None
        self._findings: list[Section] = []
        self._create()
        self._lay_out()
        self._connect()
        self._on_labels()

    def _create(self) -> None:
        viewer = self._viewer
        self.inspection = Inspection(viewer)
        self.jobs = Jobs()
        self.counter = Counter(self.inspection)
        self.marks = Marks(self.inspection)
        self.labels = LabelsSection(viewer)
        self.tiling = TilingSection()
        self.summary = SummarySection(self.inspection, self.marks)
        self.why = WhySection(self.inspection)
        self.repair = RepairSection(self.inspection, self.labels.intensity_choice)
        self.review = ReviewSection(self.inspection)
        self.numbers = NumbersSection(self.inspection, self.counter)
        self.export = ExportSection(self.inspection, self.counter)
        self.bar = JobBar(
            viewer,
            "Audit",
            ready="Find seams, and the objects that they cut",
            running=RUNNING,
            stopping="Stop after this step; earlier findings stay",
        )
        self._lock = Lock((self.labels, self.tiling), RUNNING)

    def _lay_out(self) -> None:
        self.add(self.labels)
        self.add(self.tiling)
        self.add_finding("Seams", self.summary)
        self.add_finding("Why is there a seam?", self.why)
        self.add_finding("Repair", self.repair)
        self.add_finding("Review", self.review)
        self.add_finding("Numbers", self.numbers)
        self.add_finding("Export", self.export, folded=True)
        self.set_foot(self.bar)

    def _connect(self) -> None:
        self.labels.changed.connect(self._on_labels)
        self.tiling.changed.connect(self._on_tiling)
        self.bar.begin.connect(self._on_audit)
        self.bar.cancel.connect(self._on_cancel)
        self.jobs.returned.connect(self._on_returned)
        self.jobs.errored.connect(self._on_errored)
        self.jobs.cancelled.connect(self._on_cancelled)
        self.inspection.audited.connect(self._on_audited)
        self.inspection.cleared.connect(self._on_cleared)
        self.repair.ended.connect(self._on_repaired)
        self.why.told.connect(self._on_told)
        self.repair.merge_asked.connect(self._on_merge_asked)
        self.repair.models.changed.connect(self._on_network)
        self.close_with(
            self.jobs.close,
            self.why.close_down,
            self.repair.close_down,
            self.counter.close_down,
            self.review.close_down,
            self.export.close_down,
            self.marks.close_down,
            self.labels.close_down,
            self.bar.close_down,
            self.inspection.close_down,
        )

    def add_finding(self, title: str, content: QWidget, *, folded: bool = False) -> Section:
        """Add a section that is shown while there is an audit."""
        section = self.add_section(title, content, folded=folded)
        section.setVisible(self.inspection.subject is not None)
        self._findings.append(section)
        return section

    def close_down(self) -> None:
        """Take the lines away with the dock; a viewer that is closed takes them along itself."""
        self.marks.remove()
        super().close_down()

    def _on_labels(self) -> None:
        layer, axes = self.labels.layer, self.labels.axes
        subject = self.inspection.subject
        if subject is not None and subject.layer is not layer:
            self.inspection.clear()
        self.tiling.setVisible(layer is not None)
        stack = None
        if layer is not None and axes is not None:
            stack = LabelStack(axes.squeeze(layer.data), axes.letters)
        self.tiling.set_labels(stack, self.labels.facts)

    def _on_tiling(self) -> None:
        self.bar.set_obstacle(self.labels.obstacle or self.tiling.notice.text)

    def _on_audit(self) -> None:
        layer, axes = self.labels.layer, self.labels.axes
        if layer is None or axes is None:
            return
        try:
            order = self._take_order()
        except InputError as error:
            self.labels.refuse(str(error))
            return
        self._asked = partial(Subject, layer, axes, run=self.labels.run)
        self._lock.set(True)
        self.bar.start(AUDITING)
        self.jobs.start(run_audit(order))

    def _take_order(self) -> Order:
        """Return values that a thread may use."""
        layer, axes, run = self.labels.layer, self.labels.axes, self.labels.run
        if layer is None or axes is None:
            raise InputError(self.labels.obstacle)
        embedding = self.labels.embedding()
        return Order(
            labels=axes.squeeze(layer.data).copy(),
            axes=axes.letters,
            tile=self.tiling.tile,
            offset=self.tiling.offset,
            embedding=embedding,
            embedded=run.embedded if run is not None and embedding is None else None,
            intensity=self.labels.intensity(),
        )

    def _on_cancel(self) -> None:
        self.jobs.cancel()
        self.bar.start("Cancelling …")

    def _on_returned(self, audited: Audited) -> None:
        self._end(found_text(audited))
        subject = self._asked(audited) if self._asked else None
        if subject is not None and subject.layer in self._viewer.layers:
            self.inspection.show(subject)

    def _on_errored(self, error: Exception) -> None:
        self._end("")
        text = report(error)
        if isinstance(error, InputError):
            self.labels.refuse(text)
        else:
            self.bar.stop(text)

    def _on_cancelled(self) -> None:
        self._end(CANCELLED)

    def _end(self, text: str) -> None:
        self._lock.set(False)
        self.bar.stop(text)

    def _on_audited(self) -> None:
        for section in self._findings:
            section.show()

    def _on_repaired(self, text: str) -> None:
        self._on_labels()  # their facts may name other tiles now
        self.bar.stop(text)

    def _on_told(self) -> None:
        """Keep what a repair did in sight, when the text above it has become longer."""
        if self.repair.report.isVisible():
            QTimer.singleShot(0, self._show_report)

    def _show_report(self) -> None:
        self._rows.activate()
        for part in (self.repair.cost, self.repair.report):
            self.scroll_area.ensureWidgetVisible(part)

    def _on_network(self) -> None:
        self.why.set_verdict(self.repair.models.verdict)

    def _on_merge_asked(self) -> None:
        """Show the row that merges without a network."""
        self.unfold(self.review)
        self.scroll_area.ensureWidgetVisible(self.review.merge_all)
        self.review.merge_all.slider.setFocus()

    def _on_cleared(self, reason: str) -> None:
        for section in self._findings:
            section.hide()
        self.bar.stop(reason)


def found_text(audited: Audited) -> str:
    """Say in a line what an audit found."""
    audit = audited.audit
    known = [axis for axis in audit.stack.space if audit.tilings[axis] is not None]
    if not known:
        return "No evidence of tiles."
    tilings = [audit.tilings[axis] for axis in known]
    tiles = " × ".join(f"{tiling.tile}" for tiling in tilings if tiling is not None)
    offsets = [tiling.offset for tiling in tilings if tiling is not None]
    shown = offsets[:1] if len(set(offsets)) == 1 else offsets
    letters = "".join(audit.stack.axes[axis] for axis in known)
    along = "" if len(known) == len(audit.stack.space) else f" along {letters}"
    p_values = [p for axis in known if (p := audit.p_value[axis]) is not None]
    p_value = p_text(max(p_values)) if p_values else ""
    chance = f", p {p_value if p_value.startswith('<') else f'= {p_value}'}" if p_value else ""
    return f"Tiles {tiles} px{along}, offset {', '.join(map(str, shown))} px{chance}."
