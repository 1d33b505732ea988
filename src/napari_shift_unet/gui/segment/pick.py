"""The section that makes, joins, splits and removes objects by clicks on the image."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from napari.utils.notifications import show_error
from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ...errors import InputError
from ..canvas.canvas_mode import CanvasMode, Position
from ..controls.locking import Lock
from ..controls.parts import Form, Line
from ..controls.slider import Slider
from .pick_layers import PickLayers
from .picker import Picker
from .session import Session

if TYPE_CHECKING:
    from napari.layers import Labels

TOGGLE_KEY = "Shift-K"
INSTANCE_CONTOUR_PX = 1
SIGMA, SIGMA_RANGE = 1.0, (0.1, 4.0)
"""Reach to begin with, and range of the slider, over the bandwidth of the clustering.

At once and twice the bandwidth, random pixels of nuclei gave the regions that fit them best.
"""
THRESHOLD = 0.5

MAKE = "Make object"
MAKE_TIP = "Turn the outlined region into one object (Enter)"
NO_REGION = "Pick, and click an object first."
IDLE = "Predict first; then objects can be picked."
READY = f"Pick, or {TOGGLE_KEY}; then click an object."
CLICK = "Click an object; what is like it lights up."
NEXT = "Enter: make it one. Shift-click: add. Alt-click: cut."
MADE = "Made object {label}. Click the next. Ctrl+Z: undo."
ADDED = "Added to object {label}. Shift-click: add more."
CUT = "Cut. Click the next. Ctrl+Z: undo."
SLICES = "Picking needs a slice: switch the display to 2D."
OUTSIDE = "That was outside of the image; click inside."
NOTHING = "No object to cut there. Enter would make one."


class PickSection(QWidget):
    """Clicks show what is alike; keys make it objects.

    Parameters
    ----------
    session
        The run that is picked from.
    """

    started = Signal()
    """The user begins to pick."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._viewer = session.viewer
        self._picker = Picker(session)
        self._layers = PickLayers(session)
        self._outlined: tuple[Labels, int] | None = None
        self._mode = CanvasMode(
            session.viewer,
            self._on_click,
            {"Enter": self._on_make, "Escape": self._on_escape},
            {"Control-Z": self._on_undo},
            self.stop,
        )
        self._create()
        self._lay_out()
        self._connect()
        self._on_cleared()
        if session.run is not None:
            self._on_predicted()

    def _create(self) -> None:
        self.pick_button = QPushButton("Pick")
        self.pick_button.setCheckable(True)
        self.pick_button.setToolTip(
            "Click a pixel: its kernel similarity to the others lights up, and those that are\n"
            f"alike can be made an object ({TOGGLE_KEY})"
        )
        self.make_button = QPushButton("Make object")
        self.sigma_slider = Slider()
        self.sigma_slider.setToolTip(
            "How far apart, in embedding units, two pixels may be to be alike: "
            "σ of exp(-distance / σ).\nDefault: the bandwidth of the clustering"
        )
        self.threshold_slider = Slider()
        self.threshold_slider.setRange(0.01, 1)
        self.threshold_slider.setValue(THRESHOLD)
        self.threshold_slider.setToolTip(
            f"Smallest similarity of the outlined region, 0 to 1. Default: {THRESHOLD}"
        )
        self._lock = Lock((self.pick_button, self.sigma_slider, self.threshold_slider), IDLE)
        self.status = Line()
        self._enter = QShortcut(QKeySequence(Qt.Key.Key_Return), self)
        self._enter.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        form = Form(self)
        buttons = QHBoxLayout()
        buttons.addWidget(self.pick_button)
        buttons.addWidget(self.make_button)
        form.addRow(buttons)
        form.add("Reach σ", self.sigma_slider)
        form.add("Threshold", self.threshold_slider)
        form.addRow(self.status)

    def _connect(self) -> None:
        self._session.predicted.connect(self._on_predicted)
        self._session.cleared.connect(self._on_cleared)
        self._session.labelled.connect(self._on_labelled)
        self.pick_button.toggled.connect(self._on_toggled)
        self.make_button.clicked.connect(self._on_make)
        self._enter.activated.connect(self._on_make)
        self.sigma_slider.valueChanged.connect(self._on_kernel_changed)
        self.threshold_slider.valueChanged.connect(self._on_kernel_changed)
        self._picker.changed.connect(self._on_pick_changed)
        self._viewer.bind_key(TOGGLE_KEY, lambda _: self.pick_button.click(), overwrite=True)

    def stop(self) -> None:
        """End the picking."""
        self.pick_button.setChecked(False)

    def close_down(self) -> None:
        """Give back the clicks and keys; Qt may have deleted this widget already."""
        self._mode.leave()
        self._outline_instances(False)
        self._layers.hide()
        self._viewer.bind_key(TOGGLE_KEY, None)

    def _on_predicted(self) -> None:
        run = self._session.run
        if run is None:
            return
        self._picker.clear()
        bandwidth = run.clustering.bandwidth
        with QSignalBlocker(self.sigma_slider):
            self.sigma_slider.setRange(*(factor * bandwidth for factor in SIGMA_RANGE))
            self.sigma_slider.setValue(SIGMA * bandwidth)
        self._picker.set_kernel(self.sigma_slider.value(), self.threshold_slider.value())
        self._enable(True)
        self.status.set_text(CLICK if self._mode.is_on else READY)

    def _on_cleared(self) -> None:
        self.pick_button.setChecked(False)
        self._picker.clear()
        self._enable(False)
        self.status.set_text(IDLE)

    def _on_labelled(self) -> None:
        if self._mode.is_on:
            self._outline_instances(True)

    def _on_toggled(self, on: bool) -> None:
        if on:
            self.started.emit()
            self._mode.enter()
            self._outline_instances(True)
            self.status.set_text(CLICK)
        else:
            self._mode.leave()
            self._outline_instances(False)
            self._picker.clear()
            self.status.set_text(READY)

    def _on_click(self, position: Position, modifiers: frozenset[str]) -> None:
        if self._viewer.dims.ndisplay == 3:
            self.status.set_text(SLICES)
        elif "Shift" in modifiers:
            done = NEXT if self._picker.spot is None else ADDED
            self._try(lambda: self._picker.add(position), done, OUTSIDE)
        elif modifiers & {"Alt", "Control"}:  # some desktops keep Alt-click for themselves
            self._try(lambda: self._picker.cut(position), CUT, NOTHING)
        else:
            self._try(lambda: self._picker.pick(position), NEXT, OUTSIDE)

    def _on_make(self) -> None:
        if self._picker.region is None:
            self.status.set_text(CLICK if self._mode.is_on else READY)
        else:
            self._try(self._picker.make_object, MADE)

    def _on_escape(self) -> None:
        if self._picker.spot is None:
            self.pick_button.setChecked(False)
        else:
            self._picker.clear()
            self.status.set_text(CLICK)

    def _on_undo(self) -> None:
        run = self._session.run
        if run is not None and run.labels_layer is not None:
            run.labels_layer.undo()

    def _on_kernel_changed(self) -> None:
        self._picker.set_kernel(self.sigma_slider.value(), self.threshold_slider.value())

    def _on_pick_changed(self) -> None:
        picker, run = self._picker, self._session.run
        if run is None or picker.spot is None or picker.similarity is None or picker.region is None:
            self._rest()
            self.make_button.setText(MAKE)
            self._layers.hide()
            return
        self.make_button.setEnabled(True)
        self.make_button.setToolTip(MAKE_TIP)
        self.make_button.setText(f"{MAKE} ({int(picker.region.sum())} px)")
        self._layers.show(run, picker.spot, picker.similarity, picker.region)

    def _try(self, act: Callable[[], bool], done: str, otherwise: str = "") -> None:
        """Do what a click or key asks for, and say what to do next, or why it cannot be done."""
        try:
            said = done if act() else otherwise
        except InputError as error:
            show_error(str(error))
            said = str(error)
        self.status.set_text(said.format(label=self._picker.target))

    def _enable(self, on: bool) -> None:
        self._lock.set(not on)
        self._rest()

    def _rest(self) -> None:
        """Make nothing: there is no region."""
        self.make_button.setEnabled(False)
        self.make_button.setToolTip(NO_REGION if self._session.run is not None else IDLE)

    def _outline_instances(self, on: bool) -> None:
        """Show objects as outlines while picking, so that the image can be seen."""
        if self._outlined is not None:
            layer, contour = self._outlined
            layer.contour = contour
            self._outlined = None
        run = self._session.run
        layer_now = None if run is None else run.labels_layer
        if on and layer_now is not None:
            self._outlined = layer_now, layer_now.contour
            layer_now.contour = INSTANCE_CONTOUR_PX
            layer_now.mode = "pan_zoom"
            self._viewer.layers.selection.active = layer_now
