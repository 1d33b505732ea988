"""Runs repairs with the network, one at a time, and writes what they return into the layer."""

import math
from dataclasses import dataclass, replace

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Layer
from qtpy.QtCore import QObject, Signal

from ...errors import InputError
from ..controls.wording import count_text, seconds_text
from ..jobs import Jobs
from ..layers import METADATA_KEY, name_of
from ..runs import KnownRun
from .inspection import Inspection, Subject
from .repair_job import AGAIN, Repaired, RepairOrder, run_repair
from .repair_steps import RepairSteps, State, Step, take_step

CHANGED = (
    "the labels were changed while their image was predicted again; nothing was replaced. Repair "
    "them again."
)
AUDITED_ANEW = "Another audit was made meanwhile; nothing was replaced."
TAKEN_BACK, DONE_AGAIN = "The repair is taken back.", "The repair is done again."


@dataclass(frozen=True)
class _Task:
    order: RepairOrder
    subject: Subject
    image_layer: ImageLayer | None


class Repairer(QObject):
    """Repairs the labels that were audited.

    Parameters
    ----------
    inspection
        Whose subject is repaired, and which gets the audit of what came out.
    """

    stepped = Signal(str, int, int)
    """What runs, and how much of how much is done; 0 of 0 where that is not known."""
    repaired = Signal(object)
    """A `Step` is done, or done again after an undo."""
    undone = Signal(object)
    """A `Step` was taken back by an undo."""
    ended = Signal(str)
    """A sentence on how it ended."""
    errored = Signal(object)

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self.jobs, self.steps = Jobs(), RepairSteps()
        self._inspection = inspection
        self._task: _Task | None = None
        self.jobs.yielded.connect(self._on_yielded)
        self.jobs.returned.connect(self._on_returned)
        self.jobs.errored.connect(self.errored)
        self.jobs.cancelled.connect(lambda: self.ended.emit("Cancelled."))
        self.steps.turned.connect(self._on_turned)

    @property
    def busy(self) -> bool:
        """Whether a repair runs."""
        return self.jobs.busy

    def start(self, order: RepairOrder, image_layer: ImageLayer | None) -> None:
        """Repair the subject; nothing happens while another repair runs."""
        subject = self._inspection.subject
        if subject is not None and not self.busy:
            self._task = _Task(order, subject, image_layer)
            self.jobs.start(run_repair(order))

    def cancel(self) -> None:
        """Stop within one tile."""
        self.jobs.cancel()

    def close_down(self) -> None:
        """Stop, and wait until the thread has ended."""
        self.jobs.close()
        self.steps.close_down()

    def _on_yielded(self, event: object) -> None:
        if event is None:
            return
        from ...prediction import Checked, Started, TileDone  # the job has imported torch

        if isinstance(event, Started):
            self.stepped.emit(f"Predicting again on {event.device}", 0, 0)
        elif isinstance(event, TileDone):
            text = f"%v/%m tiles, {seconds_text(event.seconds_left)} left"
            self.stepped.emit(text, event.done, event.total)
        elif isinstance(event, Checked):
            self.stepped.emit("checking where tiles meet: %v/%m", event.done, event.total)

    def _on_returned(self, repaired: Repaired) -> None:
        task, self._task = self._task, None
        if task is None or task.subject is not self._inspection.subject:
            self.ended.emit(AUDITED_ANEW)
            return
        try:
            step = self._replace(task, repaired)
        except InputError as error:
            self.errored.emit(error)
            return
        self.steps.add(step)
        self._follow(step.after)
        self.repaired.emit(step)
        self.ended.emit(ended_text(repaired))

    def _replace(self, task: _Task, repaired: Repaired) -> Step:
        """Write the new labels, and remember what goes with them and with the old ones."""
        subject = task.subject
        if not np.array_equal(subject.stack.labels, task.order.labels):
            raise InputError(CHANGED)
        run = _run_after(task, repaired)
        pictures = self._pictures(run, repaired)
        before = State(
            subject=subject,
            repeatable=False,
            facts=dict(subject.layer.metadata.get(METADATA_KEY, {})),
            objects=subject.layer.features.copy(),
            pictures={layer: layer.data for layer in pictures},
        )
        after = State(
            subject=replace(subject, audited=repaired.audited, run=run),
            repeatable=task.order.way == AGAIN,
            facts=repaired.facts,
            objects=repaired.objects,
            pictures=pictures,
        )
        return take_step(before, after, repaired)

    def _pictures(self, run: KnownRun | None, repaired: Repaired) -> dict[Layer, np.ndarray]:
        """Return which layers show the prediction, and what they are to show now."""
        found: dict[Layer, np.ndarray] = {}
        if run is None:
            return found
        for kind, pixels in repaired.pictures.items():
            name = name_of(run.image_layer, kind)
            layer = next((at for at in self._inspection.viewer.layers if at.name == name), None)
            if layer is not None and METADATA_KEY in layer.metadata:
                shape = layer.data.shape  # with an axis for the channels of the image, or without
                if math.prod(shape) == pixels.size:
                    found[layer] = pixels.reshape(shape)
        return found

    def _follow(self, state: State) -> None:
        """Let all that goes with the labels be as in a state, and inspect them if they were."""
        state.show()
        subject = self._inspection.subject
        if subject is not None and subject.layer is state.subject.layer:
            self._inspection.show(state.subject)
        state.show_objects()

    def _on_turned(self, step: Step) -> None:
        self._follow(step.state)
        (self.repaired if step.done else self.undone).emit(step)
        self.ended.emit(DONE_AGAIN if step.done else TAKEN_BACK)


def _run_after(task: _Task, repaired: Repaired) -> KnownRun | None:
    """Return the prediction that the new labels come of, if all of it is known."""
    if repaired.whole is None:
        return task.subject.run
    image = task.subject.run.image_layer if task.subject.run else task.image_layer
    return None if image is None else KnownRun(repaired.whole, image)


def ended_text(repaired: Repaired) -> str:
    """Say in a line what a repair did."""
    before, left = repaired.split
    tiles = count_text(repaired.renewed.tiles_predicted, "tile")
    did = f"{tiles} predicted again, {seconds_text(repaired.renewed.seconds)}"
    return f"Split pairs {before} → {left}; {did}." if before else f"{did}."
