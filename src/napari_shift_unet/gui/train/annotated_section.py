"""The choice of what counts as annotated in labels that are not finished."""

from typing import TYPE_CHECKING

from napari.layers import Labels, Shapes
from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QWidget

from ...errors import InputError
from ..controls.layer_choice import LayerChoice
from ..controls.parts import Choice, Form
from ..controls.step_spin import StepSpin
from .drawn_mask import drawn_mask

if TYPE_CHECKING:
    import numpy as np

    from ...training import Annotated

SHAPES = "shapes"
RULES = {
    "everywhere": "everywhere",
    "planes": "planes with labels",
    SHAPES: "inside shapes",
    "near": "near labels",
}
TOOLTIP = (
    "Where the labels are finished; elsewhere they are ignored, background included.\n"
    "everywhere: the whole image\n"
    "planes with labels: planes (z, t) on which something is painted, wholly\n"
    "inside shapes: rectangles, polygons and ellipses of a Shapes layer, on their planes\n"
    "near labels: painted objects and what surrounds them\n"
    "Default: planes with labels for a stack of planes, else everywhere"
)
MARGIN_PX = 10


class AnnotatedSection(QWidget):
    """A rule, and the Shapes layer or the margin that it needs."""

    changed = Signal()

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._default = "everywhere"
        self._chosen_by_user = False
        self.rule_choice = Choice(TOOLTIP)
        self.shapes_choice = LayerChoice(
            viewer, Shapes, "Shapes layer around what is annotated. Default: the selected one"
        )
        self.margin_spin = StepSpin()
        self.margin_spin.setRange(0, 10_000)
        self.margin_spin.setValue(MARGIN_PX)
        self.margin_spin.setToolTip(
            f"Distance from painted objects up to which background counts. Default: {MARGIN_PX} px"
        )
        self._form = form = Form(self)
        form.add("Annotated", self.rule_choice)
        form.add("Shapes", self.shapes_choice)
        form.add("Margin", self.margin_spin)
        self.rule_choice.activated.connect(self._on_activated)
        self.shapes_choice.switched.connect(self.changed)
        self.set_image(has_planes=False, ndim=2)

    @property
    def rule(self) -> str:
        """Key of `RULES`."""
        return str(self.rule_choice.currentData())

    def set_image(self, *, has_planes: bool, ndim: int) -> None:
        """Offer the rules that make sense.

        Parameters
        ----------
        has_planes
            Whether the image has an axis z or t.
        ndim
            Dimensions of the network.
        """
        default = "planes" if has_planes and ndim == 2 else "everywhere"
        keep = self.rule if self._chosen_by_user else default
        with QSignalBlocker(self.rule_choice):
            self.rule_choice.clear()
            for rule, text in RULES.items():
                if has_planes or rule != "planes":
                    self.rule_choice.addItem(text, rule)
            self.rule_choice.setCurrentIndex(max(0, self.rule_choice.findData(keep)))
        self._show_rows()

    def where(self, labels: Labels) -> "Annotated | np.ndarray":
        """Return the rule, or a mask like the data of the labels.

        Raises
        ------
        InputError
            If there are no shapes on the labels.
        """
        if self.rule != SHAPES:
            rule: Annotated = self.rule  # type: ignore[assignment]
            return rule
        shapes = self.shapes_choice.layer
        if not isinstance(shapes, Shapes):
            raise InputError(
                "there is no Shapes layer. Add one and draw around what is annotated, "
                "or choose another rule."
            )
        return drawn_mask(shapes, labels)

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.shapes_choice.close_down()

    def _on_activated(self) -> None:
        self._chosen_by_user = True
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        self._form.setRowVisible(self.shapes_choice, self.rule == SHAPES)
        self._form.setRowVisible(self.margin_spin, self.rule == "near")
