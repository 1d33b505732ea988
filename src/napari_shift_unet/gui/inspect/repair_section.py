"""The section that repairs labels: with their network, or by merging."""

from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ...errors import InputError
from ...networks import model_names
from ..controls.device_choice import DeviceSearch
from ..controls.locking import Lock
from ..controls.model_section import ModelSection
from ..controls.parts import ERROR, Notice, hint, on_one_line
from ..controls.wording import sizes_text
from ..layers import METADATA_KEY, axes_of, full_resolution, image_of
from ..reporting import report
from .inspection import Inspection, Subject
from .mending import LAWFUL, plan_repair
from .optional_layer import OptionalLayer
from .repair_job import AGAIN, STRIPS, RepairOrder
from .repair_report import cost_text, report_html
from .repair_steps import Step
from .repairer import Repairer
from .why_section import patched

BUSY = "A repair is running; cancel it first."
NO_IMAGE = "Choose the image that was segmented, above."
NO_PLACES = "The audit found no seams, along which strips could be predicted."
PATCHED = "The strips along the seams were predicted again already."
AGAIN_HELP = (
    "Predict the image again with the nearest crop that leaves no seams, and all else as it was.\n"
    "Tiles that began on the lattice are kept. One step of undo"
)
STRIPS_HELP = (
    "Predict only strips along the seams again, and label the objects anew that touch them. All\n"
    "others keep their pixels and numbers, also after edits by hand. One step of undo"
)
OF_OTHERS = "\nThe labels become those of the chosen model, not of the one that made them"


class RepairSection(QWidget):
    """Two ways that run the network again, and a link to the one that does not.

    Parameters
    ----------
    inspection
        What is repaired.
    image_choice
        The image that is predicted again, where the run is not in memory.
    """

    merge_asked = Signal()
    """The user wants to merge pairs without the network."""
    ended = Signal(str)
    """A sentence on how a repair ended, or that it was undone."""

    def __init__(self, inspection: Inspection, image_choice: OptionalLayer) -> None:
        super().__init__()
        self._inspection, self._image_choice = inspection, image_choice
        self.repairer = Repairer(inspection)
        self._devices = DeviceSearch()
        self._knows_devices = False
        self._create()
        self._lay_out()
        self._connect()
        self._show_running(False)

    def _create(self) -> None:
        self.models = ModelSection(default=False)
        self._lock = Lock((self.models,), BUSY)
        self.network = hint()
        self.again_button, self.strips_button = QPushButton(), QPushButton()
        self.again_button.setToolTip(AGAIN_HELP)
        self.strips_button.setToolTip(STRIPS_HELP)
        self.strips_button.setText("Only strips along the seams")
        self.merge_button = QPushButton("Merge by score, without a network …")
        self.merge_button.setToolTip("Go to Merge all below, which needs neither image nor model")
        self.reason = Notice()
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip("Stop within one tile; the labels stay as they are")
        self.refusal = hint()
        self.report = QLabel()
        self.report.setTextFormat(Qt.TextFormat.RichText)
        self.report.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cost = hint()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        above: list[QWidget] = [self.report, self.cost, self.models, self.network, self.refusal]
        buttons = [self.again_button, self.strips_button, self.merge_button]
        for part in (*above, *buttons, self.reason):
            layout.addWidget(part)
        layout.addLayout(on_one_line(self.progress, self.cancel_button, stretch=0))

    def _connect(self) -> None:
        self._devices.found.connect(self.models.set_devices)
        self.again_button.clicked.connect(lambda: self._on_repair(AGAIN))
        self.strips_button.clicked.connect(lambda: self._on_repair(STRIPS))
        self.merge_button.clicked.connect(self.merge_asked)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.models.changed.connect(self._update)
        self.models.probing_changed.connect(self._update)
        self._image_choice.switched.connect(self._update)
        self.repairer.stepped.connect(self._on_stepped)
        self.repairer.repaired.connect(self._on_repaired)
        self.repairer.undone.connect(self._on_undone)
        self.repairer.ended.connect(self._on_ended)
        self.repairer.errored.connect(self._on_errored)
        self._inspection.audited.connect(self._on_audited)
        self._inspection.cleared.connect(self._on_cleared)

    def close_down(self) -> None:
        """Stop, and wait until the threads have ended."""
        self.repairer.close_down()
        self._devices.close()
        self.models.close_down()

    def _facts(self, subject: Subject) -> dict[str, Any]:
        found = subject.layer.metadata.get(METADATA_KEY, {})
        return found if isinstance(found, dict) else {}

    def _on_audited(self) -> None:
        """Name the network, or offer the one that the labels name."""
        subject = self._inspection.subject
        if subject is None:
            return
        self._forget_report()
        if subject.run is None and not self._knows_devices:
            self._knows_devices = True
            self._devices.begin()
        name = self._facts(subject).get("model", {}).get("name")
        if subject.run is None and name in model_names() and self.models.name != name:
            self.models.load(name)
        self._update()

    def _on_cleared(self) -> None:
        self.repairer.cancel()
        self._forget_report()

    def _forget_report(self) -> None:
        for part in (self.report, self.cost):
            part.hide()

    def _update(self) -> None:
        """Offer what can be done now, and say why something cannot."""
        subject = self._inspection.subject
        if subject is None:
            return
        facts, run = self._facts(subject), subject.run
        self.models.setVisible(run is None)
        if run is not None:
            card = run.embedded.model.config
            self.network.setText(f"Network: {card.name}; its prediction is in memory.")
        refusal, crop = self._plan(subject, facts)
        self.again_button.setText(f"Predict again{crop}")
        nowhere = "" if run or "crop" in facts or subject.audit.seams else NO_PLACES
        of_strips = PATCHED if patched(facts) else nowhere
        others = OF_OTHERS if run is None and not facts else ""
        for button, tooltip, obstacle in (
            (self.again_button, AGAIN_HELP, refusal),
            (self.strips_button, STRIPS_HELP, refusal or of_strips),
        ):
            reason = BUSY if self.repairer.busy else obstacle
            button.setEnabled(not reason)
            button.setToolTip(reason or tooltip + others)
        # Of a run without seams the section above says so already.
        lawful = refusal.lower() == LAWFUL.lower()
        told = "" if lawful else refusal
        self.network.setVisible(run is not None and not lawful)
        self.refusal.setText(told)
        self.refusal.setVisible(bool(told))

    def _plan(self, subject: Subject, facts: dict[str, Any]) -> tuple[str, str]:
        """Return why nothing can be predicted again, or with which crop it would be."""
        try:
            plan = plan_repair(subject, facts, self.models.card)
        except InputError as error:
            text = str(error)
            return text[:1].upper() + text[1:], ""
        refusal = NO_IMAGE if subject.run is None and self._image_choice.layer is None else ""
        return refusal, f", crop {sizes_text(plan.crop)}" if len(plan) > 1 else ", in one tile"

    def _on_repair(self, way: Any) -> None:
        subject = self._inspection.subject
        if subject is None:
            return
        self.reason.clear()
        try:
            order = self._take_order(way, subject)
        except InputError as error:
            self.reason.say(str(error), ERROR)
            return
        self.repairer.start(order, self._image_choice.layer)
        self._show_running(True)

    def _take_order(self, way: Any, subject: Subject) -> RepairOrder:
        """Return values that a thread may use."""
        run, image = subject.run, self._image_choice.layer
        at_hand = run is None and image is not None
        return RepairOrder(
            way=way,
            labels=subject.stack.labels.copy(),
            axes=subject.axes.letters,
            audited=subject.audited,
            facts=dict(self._facts(subject)),
            embedded=None if run is None else run.embedded,
            image=self._image(subject) if at_hand else None,
            model=self.models.model if run is None else None,
            device=self.models.device,
        )

    def _image(self, subject: Subject) -> Any:
        layer, letters = self._image_choice.layer, subject.axes.letters
        if layer is None:
            raise InputError(NO_IMAGE)
        channel = subject.axes.channel
        if channel is not None:
            letters = f"{letters[:channel]}c{letters[channel:]}"
        if full_resolution(layer).ndim != len(letters):
            card = self.models.card
            letters = axes_of(layer, 2 if card is None else card.spec.ndim)
        return image_of(layer, letters)

    def _show_running(self, running: bool) -> None:
        self.progress.setRange(0, 0)
        self.progress.setFormat("")
        self.cancel_button.setEnabled(True)
        for part in (self.progress, self.cancel_button):
            part.setVisible(running)
        self._lock.set(running)
        self._update()

    def _on_cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.repairer.cancel()

    def _on_stepped(self, text: str, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat(text)

    def _on_repaired(self, step: Step) -> None:
        self.report.setText(report_html(step.before.subject.audit, step.repaired))
        self.cost.setText(cost_text(step.repaired))
        for part in (self.report, self.cost):
            part.show()

    def _on_undone(self, step: Step) -> None:
        self._forget_report()

    def _on_ended(self, text: str) -> None:
        self._show_running(False)
        self.ended.emit(text)

    def _on_errored(self, error: Exception) -> None:
        self._show_running(False)
        self.reason.say(report(error), ERROR)
        self.ended.emit("")
