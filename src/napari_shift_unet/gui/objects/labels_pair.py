"""The controls in which two labels layers of one image are chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from napari.layers import Labels, Layer
from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from ..controls.layer_choice import LayerChoice
from ..layers import facts_of, full_resolution
from .kind_layer import shows_kinds


@dataclass(frozen=True)
class PairWords:
    """What a pair of labels is called, and what can be wrong with it."""

    names: tuple[str, str]
    tooltips: tuple[str, str]
    missing: str
    """There are no labels at all."""
    only_one: str
    """There is one layer, where two are needed."""
    same: str
    """Both are the same layer."""
    shapes: str
    """Their shapes differ; `{}` stands for each."""


class LabelsPair(QWidget):
    """Chooses A and B among all labels of the viewer.

    Parameters
    ----------
    viewer
        The viewer.
    words
        What A and B are here.
    """

    changed = Signal()
    """Other layers are chosen."""

    def __init__(self, viewer: Viewer, words: PairWords) -> None:
        super().__init__()
        self._words = words
        self.a_choice, self.b_choice = (
            LayerChoice(viewer, Labels, tooltip, _offered) for tooltip in words.tooltips
        )
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(4)
        for row, (name, choice) in enumerate(
            zip(words.names, (self.a_choice, self.b_choice), strict=True)
        ):
            label = QLabel(name)
            label.setBuddy(choice)
            choice.setAccessibleName(name)
            self.grid.addWidget(label, row, 0)
            self.grid.addWidget(choice, row, 1)
            choice.listed.connect(self._on_listed)
            choice.switched.connect(self.changed)
        self.grid.setColumnStretch(1, 1)
        self.a_choice.choose(self.likely_a(self.a_choice.layers))
        self._on_listed()

    @property
    def a(self) -> Labels | None:
        """The labels of A."""
        layer = self.a_choice.layer
        return layer if isinstance(layer, Labels) else None

    @property
    def b(self) -> Labels | None:
        """The labels of B."""
        layer = self.b_choice.layer
        return layer if isinstance(layer, Labels) else None

    def likely_a(self, layers: Sequence[Layer]) -> Layer | None:
        """Return what is A unless the user says otherwise."""
        return newest(layers)

    def likely_b(self, layers: Sequence[Layer]) -> Layer | None:
        """Return what is B unless the user says otherwise, among layers that are not A."""
        return newest(layers)

    def obstacle(self) -> str:
        """Return why the two cannot be compared; an empty text if they can."""
        a, b = self.a, self.b
        if a is None or b is None:
            return self._words.missing
        if a is b:
            several = len(self.a_choice.layers) > 1
            return self._words.same if several else self._words.only_one
        shapes = [full_resolution(layer).shape for layer in (a, b)]
        if shapes[0] != shapes[1]:
            return self._words.shapes.format(*(" × ".join(map(str, shape)) for shape in shapes))
        return ""

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.a_choice.close_down()
        self.b_choice.close_down()

    def _on_listed(self) -> None:
        """Offer another layer for B than for A, as soon as there is one."""
        if self.b is self.a:
            others = [layer for layer in self.b_choice.layers if layer is not self.a]
            self.b_choice.choose(self.likely_b(others))


def newest(layers: Sequence[Layer]) -> Layer | None:
    """Return the uppermost labels of a run, or else the uppermost of all."""
    of_runs = [layer for layer in layers if facts_of(layer)]
    return next(reversed(of_runs or layers), None)


def _offered(layer: object) -> bool:
    return not shows_kinds(layer)
