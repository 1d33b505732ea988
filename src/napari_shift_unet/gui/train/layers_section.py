"""Training data from the viewer: an image layer and a labels layer."""

from typing import Any

import numpy as np
from napari.layers import Labels
from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from ...errors import InputError
from ...images import Image
from ..controls.empty import Empty
from ..controls.image_section import ImageSection
from ..controls.layer_choice import LayerChoice
from ..controls.parts import ERROR, Form, Notice
from ..files.reading import PLUGIN
from ..layers import full_resolution
from ..listening import Connections
from .annotated_section import AnnotatedSection
from .training_data import LayerData

EMPTY = (
    "Open an image and a Labels layer in which some objects are painted, all others left 0; a few "
    "dozens suffice to begin with. Or choose a folder of images and masks above."
)
SAMPLE, SAMPLE_KEY = "Open an annotated sample", "nuclei-small"
SAMPLE_TIP = "Nuclei (256 x 256 px) with 79 true objects"
NO_IMAGE = "Open an image first."
NO_LABELS = "Add a Labels layer and paint some objects first."


class LayersSection(QWidget):
    """Image, labels, and what of the labels is finished."""

    changed = Signal()

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self._ndim = 2
        self._mismatch = ""
        self.images = ImageSection(viewer, "train on")
        self.labels_choice = LayerChoice(
            viewer,
            Labels,
            "Labels layer with one number per object, 0 for background.\n"
            "Corrected results of the Segment widget are as good as painted ones.\n"
            "Default: the selected one",
        )
        self.annotated = AnnotatedSection(viewer)
        self.notice = Notice()
        rows = QWidget()
        form = Form(rows)
        form.add("Labels", self.labels_choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.empty = Empty(EMPTY, SAMPLE, SAMPLE_TIP)
        self.empty.sampled.connect(self._on_sample)
        for part in (self.empty, self.images, rows, self.annotated, self.notice):
            layout.addWidget(part)
        self._listening = Connections()
        self.images.changed.connect(self._on_image)
        self.labels_choice.listed.connect(self._on_listed)
        self.labels_choice.switched.connect(self._on_changed)
        self.annotated.changed.connect(self._on_changed)
        self._on_listed()
        self._on_image()

    @property
    def labels(self) -> Labels | None:
        """The chosen labels layer."""
        layer = self.labels_choice.layer
        return layer if isinstance(layer, Labels) else None

    @property
    def obstacle(self) -> str:
        """What has to be done before a training can start; empty if nothing."""
        if self.images.layer is None:
            return NO_IMAGE
        if self.images.image is None:
            return self.images.notice.text
        return NO_LABELS if self.labels is None else self._mismatch

    def set_network(self, ndim: int, in_channels: int) -> None:
        """Say what the network reads."""
        self._ndim = ndim
        self.images.set_network(ndim, in_channels)
        self._on_image()

    def data(self) -> LayerData:
        """Return what a thread may read; the labels are copied.

        Raises
        ------
        InputError
            If labels and image do not match, or nothing is annotated.
        """
        image, labels = self.images.image, self.labels
        if image is None or labels is None:
            raise InputError(self.obstacle)
        where = self.annotated.where(labels)
        return LayerData(
            image=image,
            channels=self.images.channel,
            labels=_without_channels(full_resolution(labels), image).copy(),
            where=_without_channels(where, image) if isinstance(where, np.ndarray) else where,
            margin_px=float(self.annotated.margin_spin.value()),
            labels_name=labels.name,
        )

    def refuse(self, text: str) -> None:
        """Say why the data cannot be used; an empty text takes it back."""
        if text:
            self.notice.say(text, ERROR)
        else:
            self.notice.clear()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self._listening.cut()
        for part in (self.images, self.labels_choice, self.annotated):
            part.close_down()

    def _on_sample(self) -> None:
        """Open a sample with its truth and choose both."""
        image, truth = self._viewer.open_sample(PLUGIN, SAMPLE_KEY)
        self.images.choose(image)
        self.labels_choice.choose(truth)

    def _on_listed(self) -> None:
        """Hear of labels that are replaced; painting does not matter."""
        self._listening.cut()
        for layer in self.labels_choice.layers:
            self._listening.connect(self._on_changed, layer.events.data)

    def _on_image(self) -> None:
        image = self.images.image
        planes = image is not None and any(image.size(axis) > 1 for axis in "tz")
        self.annotated.set_image(has_planes=planes, ndim=self._ndim)
        self._prefer_fitting_labels()
        self._on_changed()

    def _prefer_fitting_labels(self) -> None:
        """Leave labels of another shape for the first ones that fit."""
        image = self.images.image
        if image is None or (self.labels is not None and _fits(self.labels, image)):
            return
        for layer in self.labels_choice.layers:
            if _fits(layer, image):
                self.labels_choice.choose(layer)
                return

    def _on_changed(self, event: Any = None) -> None:
        self.notice.clear()
        self._mismatch = ""
        image, labels = self.images.image, self.labels
        self.empty.setVisible(self.images.layer is None)
        if image is not None and labels is not None and not _fits(labels, image):
            self._mismatch = (
                f"'{labels.name}' has the shape {tuple(full_resolution(labels).shape)} and "
                f"'{image.name}' {tuple(image.data.shape)}. Choose labels of this image."
            )
            self.refuse(self._mismatch)
        self.changed.emit()


def _fits(labels: Labels, image: Image) -> bool:
    shape = tuple(full_resolution(labels).shape)
    return shape in (_shape(image, ""), _shape(image, "c"))


def _shape(image: Image, single: str) -> tuple[int, ...]:
    """Size per axis without channels, or with one."""
    axes = [axis for axis in image.axes if axis != "c" or axis in single]
    return tuple(1 if axis == "c" else image.size(axis) for axis in axes)


def _without_channels(array: np.ndarray, image: Image) -> np.ndarray:
    array = np.asarray(array)
    if array.ndim == len(image.axes) and "c" in image.axes:
        return array.squeeze(image.axes.index("c"))
    return array
