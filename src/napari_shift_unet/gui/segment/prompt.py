"""The section that makes one object of each box or click of the user."""

from collections.abc import Callable
from functools import partial

from napari.layers import Points, Shapes
from napari.utils.notifications import show_error
from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from ...errors import InputError
from ..controls.locking import Lock
from ..controls.parts import Form, Line
from ..controls.slider import Slider
from ..listening import Connections
from .prompt_layers import BOXES, CLICKS, DRAWING, PromptLayers
from .prompter import Prompter
from .session import Session

KEYS = {BOXES: "Shift-B", CLICKS: "Shift-C"}
SIGMA_RANGE = (0.2, 4.0)
"""Range of the slider, over the width that suits the model."""

IDLE = "Predict first; then objects can be prompted."
READY = "Each box or click becomes one object."
DRAW = {
    BOXES: "Drag a box around an object.",
    CLICKS: "Click an object.",
}
NO_BOX = "That was a click; drag a box around an object."
SLICES = "Boxes and clicks need a slice: switch the display to 2D."
SIGMA_TIP = (
    "How far apart, in embedding units, a pixel and the seed of an object may be: "
    "σ of exp(-distance / σ).\nDefault: the width that suits the model"
)


class PromptSection(QWidget):
    """Two buttons that start the drawing, and what becomes of it.

    Parameters
    ----------
    session
        The run that objects are made from.
    """

    started = Signal()
    """The user begins to draw."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._viewer = session.viewer
        self._layers = PromptLayers(session)
        self._prompter = Prompter(session, self._layers)
        self._drawing: tuple[str, Shapes | Points] | None = None
        self._watching = Connections()
        self._create()
        self._lay_out()
        self._connect()
        self._on_cleared()
        if session.run is not None:
            self._on_predicted()

    def _create(self) -> None:
        self.buttons = {BOXES: QPushButton("Draw boxes"), CLICKS: QPushButton("Click points")}
        self.buttons[BOXES].setToolTip(
            "Drag boxes: the pixels that belong to the surest one in a box become one object.\n"
            f"Boxes can be moved, resized and deleted later ({KEYS[BOXES]})"
        )
        self.buttons[CLICKS].setToolTip(
            "Click points: what belongs to the pixel and hangs together with it becomes one\n"
            f"object. Points can be moved and deleted later ({KEYS[CLICKS]})"
        )
        for button in self.buttons.values():
            button.setCheckable(True)
        self.sigma_slider = Slider()
        self.sigma_slider.setToolTip(SIGMA_TIP)
        self.sigma_slider.setTracking(False)  # each change makes all objects anew
        self.keep_box = QCheckBox("Keep other objects")
        self.keep_box.setToolTip(
            "Whether boxes and clicks leave the pixels of other objects alone. Default: off,\n"
            "they go before, and an object that they cover for the most part is replaced"
        )
        self._lock = Lock((*self.buttons.values(), self.sigma_slider, self.keep_box), IDLE)
        self.status = Line()

    def _lay_out(self) -> None:
        self._form = form = Form(self)
        buttons = QHBoxLayout()
        for button in self.buttons.values():
            buttons.addWidget(button)
        form.addRow(buttons)
        form.add("Reach σ", self.sigma_slider)
        form.addRow(self.keep_box)
        form.addRow(self.status)

    def _connect(self) -> None:
        self._session.predicted.connect(self._on_predicted)
        self._session.cleared.connect(self._on_cleared)
        self._layers.changed.connect(self._on_drawn)
        self._layers.undo.connect(self._on_undo)
        self._prompter.said.connect(self.status.set_text)
        self.sigma_slider.valueChanged.connect(self._on_options)
        self.keep_box.toggled.connect(self._on_options)
        for kind, button in self.buttons.items():
            button.toggled.connect(partial(self._on_toggled, kind))
            self._viewer.bind_key(KEYS[kind], _clicking(button), overwrite=True)

    def stop(self) -> None:
        """End the drawing; what was drawn can still be changed."""
        for button in self.buttons.values():
            button.setChecked(False)

    def redo(self) -> None:
        """Lay the objects over labels that were computed anew."""
        self._try(self._prompter.update)

    def close_down(self) -> None:
        """Give back keys and layers; Qt may have deleted this widget already."""
        self._stop_drawing()
        self._layers.close_down()
        for key in KEYS.values():
            self._viewer.bind_key(key, None)

    def _on_predicted(self) -> None:
        from ...embeddings.prompts import default_sigma

        run = self._session.run
        if run is None:
            return
        self.stop()
        has_own = run.embedded.model.config.method == "spatial-embedding"
        default = default_sigma(run.embedded.default_clustering)
        with QSignalBlocker(self.sigma_slider):
            self.sigma_slider.setRange(*(factor * default for factor in SIGMA_RANGE))
            self.sigma_slider.setValue(default)
        self._form.setRowVisible(self.sigma_slider, not has_own)
        self._prompter.sigma, self._prompter.keep = default, self.keep_box.isChecked()
        self._enable(True)
        self.status.set_text(READY)
        if run.labels_layer is not None:
            self.redo()

    def _on_cleared(self) -> None:
        self.stop()
        self._enable(False)
        self.status.set_text(IDLE)

    def _on_toggled(self, kind: str, on: bool) -> None:
        self._stop_drawing()
        run = self._session.run
        if not on or run is None:
            self.status.set_text(READY if run is not None else IDLE)
            return
        for other, button in self.buttons.items():
            if other != kind:
                with QSignalBlocker(button):
                    button.setChecked(False)
        if self._viewer.dims.ndisplay == 3:
            self.buttons[kind].setChecked(False)
            self.status.set_text(SLICES)
            return
        self.started.emit()
        self._start_drawing(kind, self._layers.open(run, kind))

    def _start_drawing(self, kind: str, layer: Shapes | Points) -> None:
        self._viewer.layers.selection.active = layer
        layer.mode = DRAWING[kind]
        self._drawing = kind, layer
        self._watching.connect(
            self._on_mode, layer.events.mode, self._viewer.layers.selection.events.active
        )
        self.status.set_text(DRAW[kind])

    def _stop_drawing(self) -> None:
        self._watching.cut()
        if self._drawing is not None:
            kind, layer = self._drawing
            self._drawing = None
            if layer.mode == DRAWING[kind]:
                layer.mode = "pan_zoom"

    def _on_mode(self) -> None:
        """Follow the user who takes another tool or layer of napari."""
        if self._drawing is None:
            return
        kind, layer = self._drawing
        if layer.mode != DRAWING[kind] or self._viewer.layers.selection.active is not layer:
            self.buttons[kind].setChecked(False)

    def _on_drawn(self) -> None:
        run = self._session.run
        if run is not None and self._layers.drop_click(run):
            self.status.set_text(NO_BOX)
        self._try(self._prompter.update)

    def _on_options(self) -> None:
        keep = self.keep_box.isChecked()
        self._try(partial(self._prompter.set_options, self.sigma_slider.value(), keep=keep))

    def _on_undo(self) -> None:
        run = self._session.run
        if run is not None and run.labels_layer is not None:
            run.labels_layer.undo()

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except InputError as error:
            show_error(str(error))
            self.status.set_text(str(error))

    def _enable(self, on: bool) -> None:
        self._lock.set(not on)


def _clicking(button: QPushButton) -> Callable[[Viewer], None]:
    def click(viewer: Viewer) -> None:
        button.click()

    return click
