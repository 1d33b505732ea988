"""Keeps one object in the labels for every box and click that is drawn."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from qtpy.QtCore import QObject, Signal

from ..controls.wording import count_text
from .prompt_layers import Drawn, PromptLayers
from .result_layers import show_labels
from .session import Run, Session
from .spot import in_layer, labels_of

if TYPE_CHECKING:
    from napari.layers import Labels

    from ...embeddings.patches import Patches
    from ...embeddings.prompts import Region
    from ...segmentation import Prompt

Plane = tuple[int, ...]


@dataclass
class _Made:
    """What has been made in one Labels layer."""

    prompts: dict[int, "Prompt"] = field(default_factory=dict)
    patches: dict[Plane, "Patches"] = field(default_factory=dict)


class Prompter(QObject):
    """Lays objects over the labels of the current run; every change is one step of undo.

    Attributes
    ----------
    sigma
        Width of the kernel in embedding units.
    keep
        Whether to lay objects around those that are there, not over them.
    """

    said = Signal(str)
    """A sentence on what was made, or why something was not."""

    def __init__(self, session: Session, layers: PromptLayers) -> None:
        super().__init__()
        self._session, self._layers = session, layers
        self._made: WeakKeyDictionary[Labels, _Made] = WeakKeyDictionary()
        self.sigma, self.keep = 1.0, False
        session.labelled.connect(self._on_labelled)

    def set_options(self, sigma: float, *, keep: bool) -> None:
        """Make all objects anew with other options."""
        self.sigma, self.keep = sigma, keep
        self.update(anew=True)

    def update(self, *, anew: bool = False) -> None:
        """Make, change and remove objects so that they are those of the boxes and clicks.

        Parameters
        ----------
        anew
            Whether to make those anew whose box or click is as it was.

        Raises
        ------
        InputError
            If the labels layer holds something else, or the embedding is not finite.
        """
        run = self._session.run
        if run is None:
            return
        drawn, complaints = self._layers.read(run)
        if run.labels_layer is None and drawn:
            blank = np.zeros(run.embedded.selection.shape, np.int32)
            self._session.set_labels(run, show_labels(self._session, run, blank, {}))
        if run.labels_layer is None:
            return
        made = self._made.setdefault(run.labels_layer, _Made())
        drawn = _numbered(drawn, made, int(labels_of(run).max(initial=0)))
        self._layers.number(run, drawn)
        wanted = {item.label: item.prompt for item in drawn}
        changed = [n for n, prompt in wanted.items() if anew or made.prompts.get(n) != prompt]
        removed = [label for label in made.prompts if label not in wanted]
        self._apply(run, made, {label: wanted[label] for label in changed}, removed)
        if changed or removed or complaints:
            self.said.emit(_sentence(labels_of(run), changed, removed, complaints))

    def _apply(
        self, run: Run, made: _Made, changed: dict[int, "Prompt"], removed: list[int]
    ) -> None:
        """Write the pixels that change into the labels layer."""
        from ...embeddings.patches import Patches
        from ...segmentation import region_of

        planes: dict[Plane, dict[int, Region | None]] = defaultdict(dict)
        for label in (*removed, *changed):
            if label in made.prompts:
                planes[made.prompts.pop(label).plane][label] = None
        for label, prompt in changed.items():
            planes[prompt.plane][label] = region_of(run.embedded, prompt, self.sigma)
            made.prompts[label] = prompt
        layer, labels = run.labels_layer, labels_of(run)
        if layer is None:
            return
        with self._session.repeatable(), layer.block_history():
            for plane, regions in planes.items():
                patches = made.patches.setdefault(plane, Patches())
                where, values = patches.update(labels[plane], regions, keep=self.keep)
                layer.data_setitem(in_layer(run, plane, where), values)

    def _on_labelled(self) -> None:
        """Forget what was laid over labels that have been computed anew."""
        run = self._session.run
        if run is not None and run.labels_layer is not None:
            self._made.pop(run.labels_layer, None)


def _numbered(drawn: list[Drawn], made: _Made, highest: int) -> list[Drawn]:
    """Give new items, and copies of others, labels that are free."""
    taken: set[int] = set()
    free = max(highest, *made.prompts, 0) + 1
    numbered = []
    for item in drawn:
        label = item.label
        if label not in made.prompts or label in taken:
            label, free = free, free + 1
        taken.add(label)
        numbered.append(replace(item, label=label))
    return numbered


def _sentence(
    labels: np.ndarray, changed: list[int], removed: list[int], complaints: list[str]
) -> str:
    """Say what was done in one sentence, and what could not be."""
    if complaints:
        return complaints[-1][:1].upper() + complaints[-1][1:]
    if len(changed) > 1:
        return f"{count_text(len(changed), 'object')} made."
    if not changed:
        return f"{count_text(len(removed), 'object')} removed."
    size = int(np.count_nonzero(labels == changed[0]))
    if not size:
        return "Nothing is left for it: other objects are there."
    return f"Object {changed[0]}: {size:,} px. Ctrl+Z: undo."
