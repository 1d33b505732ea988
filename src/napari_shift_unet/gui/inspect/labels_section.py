"""The choice of what is inspected: labels, and what else is known of their image."""

from math import prod
from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer
from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from ...errors import InputError
from ...seams.frames import LabelStack, check_embedding
from ..controls.empty import Empty
from ..controls.layer_choice import LayerChoice
from ..controls.parts import ERROR, Choice, Form, Notice
from ..files.reading import PLUGIN
from ..layers import METADATA_KEY, full_resolution
from ..listening import Connections
from ..runs import KnownRun, run_of
from .labels_axes import READINGS, LabelsAxes, axes_of_labels, pixels_of
from .optional_layer import OptionalLayer

NO_LABELS = "Open a label image first."
EMPTY = (
    "Open a label image of any program, or segment an image: this widget finds where tiles met, "
    "shows which objects that cut, and puts them together again."
)
SAMPLE, SAMPLE_KEY = "Open a sample with seams", "cut-nuclei"
SAMPLE_TIP = "Nuclei (520 x 696 px) whose true labels are cut as tiles of 148 px would cut them"
OF_RUN, NONE = "of the run", "none"


class LabelsSection(QWidget):
    """Labels layer, and optionally an embedding and an image; follows the viewer's layers."""

    changed = Signal()
    """Something else is chosen, or the chosen labels got other data."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._letters: dict[Layer, str] = {}
        self._listening = Connections()
        self.axes: LabelsAxes | None = None
        """`None` where the labels cannot be inspected, see `notice`."""
        self._create()
        self._lay_out()
        self.labels_choice.listed.connect(self._on_listed)
        self.labels_choice.switched.connect(self._on_labels)
        self.axes_choice.textActivated.connect(self._on_axes)
        self.embedding_choice.switched.connect(self._check)
        self.intensity_choice.switched.connect(self._check)
        self.empty.sampled.connect(self._on_sample)
        self._on_listed()
        self._on_labels()

    def _create(self) -> None:
        viewer = self._viewer
        self.labels_choice = LayerChoice(
            viewer,
            Labels,
            "Labels with one number per object, 0 for background, of any program.\n"
            "Default: the selected one",
        )
        self.axes_choice = Choice(
            "What the axes of the labels mean: t time, z y x space; frames in time are tiled\n"
            "alike. Default: as the layer says, else guessed from the shape"
        )
        self.embedding_choice = OptionalLayer(
            viewer,
            "Embedding of the same image: an image layer of numbers, channels first.\n"
            "It makes the audit sharper and lets pairs be split. Default: that of the run",
        )
        self.intensity_choice = OptionalLayer(
            viewer, "Image for the mean intensities. Default: the first one of the same size"
        )
        self.notice = Notice()
        self.empty = Empty(EMPTY, SAMPLE, SAMPLE_TIP)

    def _lay_out(self) -> None:
        self._rows = QWidget()
        self._form = Form(self._rows)
        self._form.add("Labels", self.labels_choice)
        self._form.add("Axes", self.axes_choice)
        self._form.add("Embedding", self.embedding_choice)
        self._form.add("Image", self.intensity_choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.empty, self._rows, self.notice):
            layout.addWidget(part)

    @property
    def layer(self) -> Labels | None:
        """The chosen labels layer."""
        layer = self.labels_choice.layer
        return layer if isinstance(layer, Labels) else None

    @property
    def run(self) -> KnownRun | None:
        """The prediction of this session that the labels came of, as far as it fits them."""
        run = None if self.layer is None else run_of(self.layer)
        if run is None or self.axes is None or self.layer is None:
            return None
        shape = self.axes.squeeze(full_resolution(self.layer)).shape
        return run if run.embedded.selection.shape == shape else None

    @property
    def facts(self) -> dict[str, Any]:
        """What the labels say of their run; empty if nothing."""
        found = {} if self.layer is None else self.layer.metadata.get(METADATA_KEY, {})
        return found if isinstance(found, dict) else {}

    @property
    def obstacle(self) -> str:
        """What has to be done before an audit can start; empty if nothing."""
        return NO_LABELS if self.layer is None else self.notice.text

    def embedding(self) -> Any:
        """Return the chosen channels `(c, *axes)`; `None` for that of the run and for none."""
        layer = self.embedding_choice.layer
        return None if layer is None else full_resolution(layer)

    def intensity(self) -> np.ndarray | None:
        """Return the pixels of the chosen image, of the shape of the labels."""
        layer, labels = self.intensity_choice.layer, self.layer
        if layer is None or labels is None or self.axes is None:
            return None
        pixels = np.asarray(full_resolution(layer))
        return pixels.reshape(self.axes.squeeze(labels.data).shape)

    def refuse(self, text: str) -> None:
        """Say why the labels cannot be audited."""
        self.notice.say(text, ERROR)
        self.changed.emit()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self._listening.cut()
        for choice in (self.labels_choice, self.embedding_choice, self.intensity_choice):
            choice.close_down()

    def _on_listed(self) -> None:
        layers = self.labels_choice.layers
        self._letters = {at: axes for at, axes in self._letters.items() if at in layers}
        self._listening.cut()
        for layer in layers:
            self._listening.connect(self._on_data, layer.events.data, layer.events.axis_labels)

    def _on_data(self, event: Any) -> None:
        if event.source is self.layer:
            self._on_labels()

    def _on_axes(self, letters: str) -> None:
        if self.layer is not None:
            self._letters[self.layer] = letters
            self._on_labels()

    def _on_sample(self) -> None:
        *_, labels = self._viewer.open_sample(PLUGIN, SAMPLE_KEY)
        self.labels_choice.choose(labels)

    def _on_labels(self) -> None:
        """Offer what fits the chosen labels."""
        layer = self.layer
        for part, shown in (
            (self.empty, layer is None),
            (self._rows, layer is not None),
        ):
            part.setVisible(shown)
        self.axes = None
        self.notice.clear()
        if layer is not None:
            try:
                pixels_of(layer)
                self.axes = axes_of_labels(layer, self._letters.get(layer, ""))
            except InputError as error:
                self.notice.say(str(error), ERROR)
        self._offer(layer)
        self._check()

    def _offer(self, layer: Labels | None) -> None:
        letters = "" if self.axes is None else self.axes.letters
        readings = [] if layer is None else READINGS.get(layer.ndim, [])
        with QSignalBlocker(self.axes_choice):
            self.axes_choice.clear()
            self.axes_choice.addItems(list(dict.fromkeys([letters, *readings])))
        self._form.setRowVisible(self.axes_choice, len(readings) > 1)
        ndim = 0 if layer is None else layer.ndim
        with QSignalBlocker(self.embedding_choice), QSignalBlocker(self.intensity_choice):
            self.embedding_choice.offer(
                NONE if self.run is None else OF_RUN, lambda at: not at.rgb and at.ndim == ndim + 1
            )
            self.intensity_choice.offer(NONE, lambda at: not at.rgb and _is_image(at))
            if self.intensity_choice.layer is None or not self._fits(self.intensity_choice.layer):
                fitting = (at for at in self.intensity_choice.layers if self._fits(at))
                own = None if self.run is None else self.run.image_layer
                first = own if own in self.intensity_choice.layers else next(fitting, None)
                self.intensity_choice.choose(first)

    def _fits(self, image: ImageLayer) -> bool:
        """Whether an image has a pixel for each of the labels."""
        if self.layer is None:
            return False
        shape = full_resolution(image).shape
        own = self.layer.data.shape
        without = tuple(n for n in shape if n > 1)
        return prod(shape) == prod(own) and without == tuple(n for n in own if n > 1)

    def _check(self) -> None:
        """Say what does not fit the labels."""
        if self.axes is not None and self.layer is not None:
            self.notice.clear()
            labels, image = self.axes.squeeze(self.layer.data), self.intensity_choice.layer
            try:
                if self.embedding() is not None:
                    check_embedding(self.embedding(), LabelStack(labels, self.axes.letters))
                if image is not None and not self._fits(image):
                    raise InputError(
                        f"'{image.name}' is {full_resolution(image).shape} px and the labels "
                        f"{labels.shape} px. Choose the image that was segmented."
                    )
            except InputError as error:
                self.notice.say(str(error), ERROR)
        self.changed.emit()


def _is_image(layer: ImageLayer) -> bool:
    return METADATA_KEY not in layer.metadata
