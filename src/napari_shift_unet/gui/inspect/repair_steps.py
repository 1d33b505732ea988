"""Repairs as steps of napari's undo, with all that goes with the labels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from napari.layers import Labels, Layer
from qtpy.QtCore import QObject, QTimer, Signal

from ..layers import METADATA_KEY
from ..listening import Connections
from ..runs import renew_run
from .editing import write_labels
from .inspection import LOOK_MS, Subject

if TYPE_CHECKING:
    from .repair_job import Repaired

SAMPLE = 4096
"""Pixels by which a step that is undone or done again is recognised."""


@dataclass(frozen=True)
class State:
    """What goes with labels, before or after a repair."""

    subject: Subject
    """With their audit."""
    repeatable: bool
    """Whether clustering the run gives the labels, so that they may be made anew."""
    facts: dict[str, Any]
    objects: pd.DataFrame | None
    pictures: dict[Layer, np.ndarray]
    """Data of other layers of the run."""

    def show(self) -> None:
        """Let facts, run and pictures be as in this state; the labels are so already."""
        layer = self.subject.layer
        for picture, data in self.pictures.items():
            picture.data = data
            if self.facts:
                picture.metadata[METADATA_KEY] = self.facts
        if self.facts:
            layer.metadata[METADATA_KEY] = self.facts
        else:
            layer.metadata.pop(METADATA_KEY, None)
        renew_run(layer, self.subject.run, repeatable=self.repeatable)

    def show_objects(self) -> None:
        """Let the table of objects be as in this state, once no other audit holds it."""
        if self.objects is not None:
            self.subject.layer.features = self.objects


@dataclass
class Step:
    """One repair of a layer."""

    before: State
    after: State
    repaired: "Repaired"
    places: tuple[np.ndarray, ...]
    """Some of the pixels of the layer that were changed."""
    old: np.ndarray
    """Their labels before."""
    new: np.ndarray
    done: bool = True

    @property
    def layer(self) -> Labels:
        """The layer that was repaired."""
        return self.before.subject.layer

    @property
    def state(self) -> State:
        """The state that the labels are in."""
        return self.after if self.done else self.before

    def look(self) -> bool:
        """Read from the labels whether the step is done; return whether that has changed."""
        found = self.layer.data[self.places]
        if not np.array_equal(found, self.old if self.done else self.new):
            return False
        self.done = not self.done
        return True


class RepairSteps(QObject):
    """Says when a repair is undone or done again, for facts, run and pictures to follow.

    napari has no event for an undo; some pixels are looked at each time a layer is drawn anew.
    """

    turned = Signal(object)
    """A `Step` was undone or done again."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Step] = []
        self._listening = Connections()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._on_quiet)

    def add(self, step: Step) -> None:
        """Follow a repair from now on."""
        if len(step.old):
            self._steps.append(step)
            self._listen()

    def close_down(self) -> None:
        """Stop listening to the layers."""
        self._timer.stop()
        self._listening.cut()
        self._steps.clear()

    def _listen(self) -> None:
        self._listening.cut()
        for layer in {step.layer for step in self._steps}:
            self._listening.connect(self._timer_start, layer.events.paint, layer.events.set_data)
            self._listening.connect(self._on_data, layer.events.data)

    def _timer_start(self) -> None:
        self._timer.start()

    def _on_data(self, event: Any) -> None:
        """Forget the steps of labels that were replaced: napari's undo does not lead back."""
        self._steps = [step for step in self._steps if step.layer is not event.source]
        self._listen()

    def _on_quiet(self) -> None:
        for step in self._steps:
            if step.look():
                self.turned.emit(step)


def take_step(before: State, after: State, repaired: "Repaired") -> Step:
    """Write the new labels of a repair into the layer.

    Raises
    ------
    InputError
        If the type of the layer has no number for one of them.
    """
    subject, labels = before.subject, repaired.renewed.repair.labels
    old = subject.stack.labels.copy()
    where = np.nonzero(labels != old)
    places = write_labels(subject, where, labels[where])
    chosen = slice(None, None, max(1, len(where[0]) // SAMPLE))
    sample = tuple(along[chosen] for along in places)
    changed = tuple(along[chosen] for along in where)
    return Step(before, after, repaired, sample, old[changed], labels[changed])
