"""The section that says why there is a seam, and what is guaranteed of a run without."""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from ...seams import Audit, Cause, causes_of
from ..controls.causes_text import causes_html
from ..controls.parts import GOOD, WARNING, Line, Notice, hint, on_one_line
from ..jobs import Jobs
from ..layers import METADATA_KEY
from .inspection import Inspection

if TYPE_CHECKING:
    from ...networks import Verdict

NO_SEAMS = "No evidence of seams: there is nothing to explain."
LAWFUL = "This run keeps to the network's lattice: no seams are expected."
STRIPS = (
    "Strips along the seams of this run were predicted again on the network's lattice: no seams "
    "are expected in the labels. What lies between the strips is as it was."
)
CERTIFIED = "Certified: equals one pass over the whole image."
NO_CERTIFICATE = "no certificate: {reason}"
COPIED = "The sentence is on the clipboard."


class WhySection(QWidget):
    """Names the causes of seams, with the evidence and what to do.

    Parameters
    ----------
    inspection
        What was audited.
    """

    told = Signal()
    """What is known of the audited labels stands here now."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._verdict: Verdict | None = None
        self.jobs = Jobs()
        self.causes: tuple[Cause, ...] = ()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.certificate = Notice()
        self.methods = hint()
        self.methods.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_button = QPushButton("Copy for Methods")
        self.copy_button.setToolTip("Copy the sentence above, fit for a Methods section")
        self.status = Line()
        self.status.hide()
        self._lay_out()
        self.jobs.returned.connect(self._on_found)
        self.copy_button.clicked.connect(self._on_copy)
        inspection.audited.connect(self._on_audited)
        inspection.cleared.connect(self._on_cleared)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.text, self.certificate, self.methods):
            layout.addWidget(part)
        layout.addLayout(on_one_line(self.copy_button, self.status, stretch=1))

    @property
    def facts(self) -> dict[str, Any]:
        """What the audited labels say of their run; empty if nothing."""
        subject = self._inspection.subject
        found = {} if subject is None else subject.layer.metadata.get(METADATA_KEY, {})
        return found if isinstance(found, dict) else {}

    def set_verdict(self, verdict: "Verdict | None") -> None:
        """Take the probe of a network into account, for labels whose run is not in memory."""
        self._verdict = verdict
        self._on_audited()

    def close_down(self) -> None:
        """Wait until the thread has ended."""
        self.jobs.close()

    def _on_audited(self) -> None:
        subject = self._inspection.subject
        if subject is not None:
            verdict = None if subject.run else self._verdict
            self.jobs.start(find_causes(self.facts, verdict, subject.audit))

    def _on_cleared(self) -> None:
        self.jobs.cancel()

    def _on_found(self, causes: tuple[Cause, ...]) -> None:
        facts, self.causes = self.facts, causes
        if self._inspection.subject is None:
            return
        self.text.setText(causes_html(causes) or _unneeded(facts))
        certificate = facts.get("certificate")
        methods = certificate.get("methods") if isinstance(certificate, Mapping) else None
        self.methods.setText(str(methods or ""))
        for part in (self.methods, self.copy_button):
            part.setVisible(bool(methods))
        self.status.hide()
        reason = str(facts.get("no_certificate") or "")
        if methods:
            self.certificate.say(CERTIFIED, GOOD)
        elif reason and not causes:
            self.certificate.say(NO_CERTIFICATE.format(reason=reason), WARNING)
        else:
            self.certificate.clear()
        self.told.emit()

    def _on_copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.methods.text())
            self.status.set_text(COPIED)
            self.status.show()


def find_causes(
    facts: Mapping[str, Any], verdict: "Verdict | None", audit: Audit
) -> Generator[None, None, tuple[Cause, ...]]:
    """Name the causes in a thread: of some runs that takes an import of torch."""
    yield
    if patched(facts):
        return ()
    return causes_of(run=facts, verdict=verdict, audited=audit)


def patched(facts: Mapping[str, Any]) -> bool:
    """Whether strips along the seams of a run were predicted again."""
    repair = facts.get("repair")
    return isinstance(repair, Mapping) and repair.get("way") == "strips"


def _unneeded(facts: Mapping[str, Any]) -> str:
    """Say why there is no cause."""
    if patched(facts):
        return STRIPS
    return LAWFUL if facts.get("legal") else NO_SEAMS
