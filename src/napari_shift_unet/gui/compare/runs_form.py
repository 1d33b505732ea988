"""The section in which the labels of two runs are chosen, and a run is kept for later."""

from napari.layers import Labels, Layer
from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from ..controls.layer_choice import LayerChoice
from ..layers import full_resolution
from .difference_layer import is_differences
from .keeping import facts_of, keep_run, why_not_kept

KEEP = (
    "Copy the layers of this run (labels, embedding) under names with the crop, so that the next\n"
    "prediction does not overwrite them. Then predict again with other settings, and compare."
)
NO_LABELS = "Predict an image or open labels first."
ONE_ONLY = "There is one result only: keep it, predict again with other settings, and compare."
SAME = "A and B are the same layer; choose two results."


class RunsForm(QWidget):
    """Chooses A and B among all labels of the viewer.

    Parameters
    ----------
    viewer
        The viewer.
    """

    changed = Signal()
    """Other layers are chosen."""
    kept = Signal(object)
    """The copy of the labels of A."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self.a_choice = LayerChoice(viewer, Labels, "Labels of one run, file or tool", _offered)
        self.b_choice = LayerChoice(viewer, Labels, "Labels to compare with these", _offered)
        self.keep_button = QPushButton("Keep")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for row, (name, choice) in enumerate((("A", self.a_choice), ("B", self.b_choice))):
            label = QLabel(name)
            label.setBuddy(choice)
            grid.addWidget(label, row, 0)
            grid.addWidget(choice, row, 1)
        grid.addWidget(self.keep_button, 0, 2)
        grid.setColumnStretch(1, 1)
        for choice in (self.a_choice, self.b_choice):
            choice.listed.connect(self._on_listed)
            choice.switched.connect(self._on_switched)
        self.keep_button.clicked.connect(self._on_keep)
        self.a_choice.choose(_newest(self.a_choice.layers))
        self._on_listed()
        self._on_switched()

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

    def obstacle(self) -> str:
        """Return why the two cannot be compared; an empty text if they can."""
        a, b = self.a, self.b
        if a is None or b is None:
            return NO_LABELS
        if a is b:
            return SAME if len(self.a_choice.layers) > 1 else ONE_ONLY
        shapes = [full_resolution(layer).shape for layer in (a, b)]
        if shapes[0] != shapes[1]:
            sizes = [" × ".join(map(str, shape)) for shape in shapes]
            return f"A is {sizes[0]} px and B {sizes[1]} px; choose two results of one image."
        return ""

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.a_choice.close_down()
        self.b_choice.close_down()

    def _on_listed(self) -> None:
        """Offer another layer for B than for A, as soon as there is one."""
        if self.b is self.a:
            self.b_choice.choose(_newest([x for x in self.b_choice.layers if x is not self.a]))

    def _on_switched(self) -> None:
        reason = NO_LABELS if self.a is None else why_not_kept(self.a)
        self.keep_button.setEnabled(not reason)
        self.keep_button.setToolTip(reason or KEEP)
        self.changed.emit()

    def _on_keep(self) -> None:
        original = self.a
        if original is None or why_not_kept(original):
            return
        kept = keep_run(self._viewer, original)
        self.a_choice.choose(kept)
        self.b_choice.choose(original)
        self.kept.emit(kept)


def _newest(layers: list[Layer]) -> Layer | None:
    """Return the uppermost labels of a run, or else the uppermost of all."""
    return next((layer for layer in reversed(layers) if facts_of(layer)), (layers or [None])[-1])


def _offered(layer: object) -> bool:
    return isinstance(layer, Labels) and not is_differences(layer)
