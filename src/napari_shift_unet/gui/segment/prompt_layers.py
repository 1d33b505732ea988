"""The layers that boxes are drawn and points clicked in, and what they hold."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Layer, Points, Shapes
from napari.layers.base import ActionType
from qtpy.QtCore import QObject, QTimer, Signal

from ...errors import InputError
from ..canvas.canvas_mode import CLICK_PX
from ..canvas.view import screen_pixel, shown_axes
from ..layers import METADATA_KEY, add_quietly, name_of
from ..listening import Connections
from .result_layers import placement_of
from .session import Run, Session

if TYPE_CHECKING:
    from ...segmentation import Prompt

BOXES, CLICKS = "boxes", "clicks"
DRAWING = {BOXES: "add_rectangle", CLICKS: "add"}
LABEL = "object"
"""Feature of a box or click: the label of its object; 0 before it has one."""

COLOUR = "#ffd500"
LINE_PX, POINT_PX = 2, 9
"""On the screen, when the drawing begins."""
AREAS = ("rectangle", "ellipse", "polygon")
DONE = (ActionType.ADDED, ActionType.CHANGED, ActionType.REMOVED)


@dataclass(frozen=True)
class Drawn:
    """A box or click, the layer and row that it is in, and the label of its object."""

    layer: Shapes | Points
    row: int
    label: int
    prompt: "Prompt"


class PromptLayers(QObject):
    """One Shapes and one Points layer per image; they are the user's and never removed."""

    changed = Signal()
    """Something was drawn, changed or removed, and the mouse is up again."""
    undo = Signal()
    """The user asks for it on one of the layers."""

    def __init__(self, session: Session) -> None:
        # Without a parent, to be closed after the widget that Qt has deleted.
        super().__init__()
        self._session = session
        self._listening = Connections()
        self._bound: list[Layer] = []
        self._timer = QTimer(self)  # lets napari finish the shape that it tells of
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.changed)

    def open(self, run: Run, kind: str) -> Shapes | Points:
        """Return the layer of a kind, visible, made if it is not there; new items are as thick."""
        layer = self._session.result(run.image_layer, kind)
        if not isinstance(layer, Shapes | Points):
            layer = self._make(run, kind)
        layer.visible = True
        px = max(screen_pixel(self._session.viewer, layer))
        with layer.events.blocker_all():
            layer.selected_data = set()
        if isinstance(layer, Shapes):
            layer.current_edge_width = LINE_PX * px
        else:
            layer.current_size = POINT_PX * px
        return layer

    def of(self, run: Run) -> list[Shapes | Points]:
        """Return the layers of an image that there are."""
        found = (self._session.result(run.image_layer, kind) for kind in DRAWING)
        return [layer for layer in found if isinstance(layer, Shapes | Points)]

    def read(self, run: Run) -> tuple[list[Drawn], list[str]]:
        """Return what is drawn on an image, and a sentence on each item that cannot be used."""
        found, complaints = [], []
        for layer in self.of(run):
            for row, label in enumerate(_labels(layer)):
                try:
                    found.append(Drawn(layer, row, label, _prompt(run, layer, row)))
                except InputError as error:
                    complaints.append(str(error))
        return found, complaints

    def number(self, run: Run, drawn: list[Drawn]) -> None:
        """Write the labels of the objects into the features of the layers."""
        for layer in self.of(run):
            labels = np.zeros(len(layer.data), np.int64)
            for item in drawn:
                if item.layer is layer:
                    labels[item.row] = item.label
            if list(labels) != _labels(layer):
                layer.features = layer.features.assign(**{LABEL: labels})
            layer.feature_defaults = {LABEL: 0}

    def drop_click(self, run: Run) -> bool:
        """Remove the last box if it is only what a click leaves; return whether it was."""
        layer = self._session.result(run.image_layer, BOXES)
        if not isinstance(layer, Shapes) or not layer.nshapes or _labels(layer)[-1]:
            return False
        axes = list(shown_axes(self._session.viewer, layer))
        size = np.ptp(np.asarray(layer.data[-1]), axis=0)[axes]
        if len(axes) != 2 or (size > CLICK_PX * np.array(self._screen_pixel(layer))).any():
            return False
        with layer.events.data.blocker():
            layer.remove([layer.nshapes - 1])
        return True

    def close_down(self) -> None:
        """Stop listening; the layers stay."""
        self._timer.stop()
        self._listening.cut()
        for layer in self._bound:
            layer.bind_key("Control-Z", None)
        self._bound.clear()

    def _screen_pixel(self, layer: Layer) -> tuple[float, float]:
        return screen_pixel(self._session.viewer, layer)

    def _make(self, run: Run, kind: str) -> Shapes | Points:
        place = placement_of(run)
        style: dict[str, Any] = {
            "name": name_of(run.image_layer, kind),
            "ndim": len(place["scale"]),
            "metadata": {METADATA_KEY: {"image": run.image_layer.name}},
            "features": {LABEL: np.zeros(0, np.int64)},
            **place,
        }
        layer: Shapes | Points
        if kind == BOXES:
            layer = Shapes(edge_color=COLOUR, face_color="transparent", **style)
        else:
            layer = Points(face_color=COLOUR, border_color="black", **style)
        add_quietly(self._session.viewer, layer)
        self._session.keep_result(run.image_layer, kind, layer)
        self._listening.connect(self._on_data, layer.events.data)
        layer.bind_key("Control-Z", lambda _: self.undo.emit(), overwrite=True)
        self._bound.append(layer)
        return layer

    def _on_data(self, event: Any) -> None:
        if event.action in DONE:
            self._timer.start()


def _labels(layer: Shapes | Points) -> list[int]:
    """Return the label of each item; a user may have deleted the column."""
    if LABEL not in layer.features:
        return [0] * len(layer.data)
    return [int(label) for label in layer.features[LABEL].fillna(0)]


def _prompt(run: Run, layer: Shapes | Points, row: int) -> "Prompt":
    from ...segmentation import prompt_of_point, prompt_of_shape

    selection = run.embedded.selection
    if isinstance(layer, Points):
        return prompt_of_point(selection, np.asarray(layer.data[row], float))
    if layer.shape_type[row] not in AREAS:
        raise InputError(f"a {layer.shape_type[row]} holds no pixels; draw a box.")
    return prompt_of_shape(selection, np.asarray(layer.data[row], float))
