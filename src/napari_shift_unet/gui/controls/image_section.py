"""The choice of what is segmented: image layer, meaning of its axes, channel."""

from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.layers import Layer
from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QWidget

from ...errors import InputError
from ...images import Image, select, to_grey
from ..layers import METADATA_KEY, axes_of, image_of, placement, possible_axes
from ..listening import Connections
from .layer_choice import LayerChoice
from .parts import ERROR, Choice, Form, Notice

COLOURED = "'{name}' is a colour image (RGB), and the network reads grey ones."


class ImageSection(QWidget):
    """Image layer, axes and channel; follows the viewer's list of layers.

    Parameters
    ----------
    viewer
        Whose layers are offered.
    purpose
        What is done with the image, for the tooltip.
    """

    changed = Signal()
    """Another image, other axes, another channel, or another network's demands on them."""
    replaced = Signal(object)
    """The pixels of this layer were replaced."""

    def __init__(self, viewer: Viewer, purpose: str = "segment") -> None:
        super().__init__()
        self._purpose = f"Image layer to {purpose}. Default: the selected one"
        self.image: Image | None = None
        """What a thread may use; `None` where nothing can be segmented, see `notice`."""
        self._viewer = viewer
        self._ndim, self._in_channels = 2, 1
        self._axes: dict[Layer, str] = {}
        self._listening_to_layers = Connections()
        self._create()
        self.layer_choice.listed.connect(self._on_listed)
        self.layer_choice.switched.connect(self._update)
        self.axes_choice.textActivated.connect(self._on_axes)
        self.channel_choice.currentIndexChanged.connect(self._on_channel)
        self.notice.mended.connect(self._on_grey)
        self._on_listed()
        self._update()

    def _create(self) -> None:
        self.layer_choice = LayerChoice(self._viewer, ImageLayer, self._purpose, _is_no_result)
        self.axes_choice = Choice(
            "What the axes of the image mean: t time, c channel, z y x space.\n"
            "Default: as the file says, else guessed from the shape"
        )
        self.channel_choice = Choice("Channel that the network reads. Default: 0")
        self.notice = Notice()
        self._form = Form(self)
        self._form.add("Image", self.layer_choice)
        self._form.add("Axes", self.axes_choice)
        self._form.add("Channel", self.channel_choice)
        self._form.addRow(self.notice)

    @property
    def layer(self) -> ImageLayer | None:
        """The chosen image layer."""
        return self.layer_choice.layer

    @property
    def axes(self) -> str:
        """Letters of the axes of the chosen layer."""
        layer = self.layer
        if layer is None:
            return ""
        chosen = self._axes.get(layer, "")
        return chosen if len(chosen.removesuffix("s")) == layer.ndim else axes_of(layer, self._ndim)

    @property
    def channel(self) -> int | tuple[int, ...]:
        """Channel or channels to read."""
        first = max(0, self.channel_choice.currentIndex())
        if self._in_channels == 1:
            return first
        return tuple(range(first, first + self._in_channels))

    def set_network(self, ndim: int, in_channels: int) -> None:
        """Say what the network reads."""
        if (ndim, in_channels) != (self._ndim, self._in_channels):
            self._ndim, self._in_channels = ndim, in_channels
            self._update()

    def choose(self, layer: Layer) -> None:
        """Choose an image layer as if the user had."""
        self.layer_choice.choose(layer)

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self.layer_choice.close_down()
        self._listening_to_layers.cut()

    def _on_listed(self) -> None:
        layers = self.layer_choice.layers
        self._axes = {layer: axes for layer, axes in self._axes.items() if layer in layers}
        self._listening_to_layers.cut()
        for layer in layers:
            events = layer.events
            known = (events.name, events.scale, events.translate, events.units, events.axis_labels)
            self._listening_to_layers.connect(self._on_layer_changed, *known)
            self._listening_to_layers.connect(self._on_pixels, events.data)

    def _on_pixels(self, event: Any) -> None:
        self.replaced.emit(event.source)
        self._on_layer_changed(event)

    def _on_layer_changed(self, event: Any) -> None:
        if event.source is self.layer:
            self._update()

    def _on_axes(self, axes: str) -> None:
        if self.layer is not None:
            self._axes[self.layer] = axes
            self._update()

    def _on_channel(self) -> None:
        self.changed.emit()

    def _update(self) -> None:
        """Take the chosen layer's values, or say why they cannot be used."""
        self.image = None
        self.notice.clear()
        layer, axes = self.layer, self.axes
        if layer is not None:
            self._offer_axes(layer, axes)
            try:
                image = image_of(layer, axes)
                self._offer_channels(image)
                select(image, self._ndim, self.channel)
                self.image = image
            except InputError as error:
                self._refuse(layer, error)
        else:
            self._form.setRowVisible(self.channel_choice, False)
        self._form.setRowVisible(self.axes_choice, layer is not None and layer.ndim > 2)
        self.changed.emit()

    def _refuse(self, layer: ImageLayer, error: InputError) -> None:
        """Say why an image cannot be used, and offer a remedy where there is one."""
        if layer.rgb:
            text = COLOURED.format(name=layer.name)
            self.notice.say(text, ERROR, "Make it grey", "Add a grey copy of the image")
        else:
            self.notice.say(str(error), ERROR)

    def _offer_axes(self, layer: ImageLayer, axes: str) -> None:
        with QSignalBlocker(self.axes_choice):
            self.axes_choice.clear()
            self.axes_choice.addItems(list(dict.fromkeys([axes, *possible_axes(layer)])))

    def _offer_channels(self, image: Image) -> None:
        offered = max(0, image.n_channels - self._in_channels + 1)
        with QSignalBlocker(self.channel_choice):
            before = max(0, self.channel_choice.currentIndex())
            self.channel_choice.clear()
            for first in range(offered):
                last = first + self._in_channels - 1
                self.channel_choice.addItem(f"{first}" if first == last else f"{first} to {last}")
            self.channel_choice.setCurrentIndex(min(before, offered - 1))
        self._form.setRowVisible(self.channel_choice, offered > 1)

    def _on_grey(self) -> None:
        """Put a grey copy of the chosen RGB image above it, and choose it."""
        layer = self.layer
        if layer is None or not layer.rgb:
            return
        grey = to_grey(image_of(layer, self.axes))
        added = ImageLayer(np.asarray(grey.data), name=f"{layer.name} (grey)", **placement(layer))
        self._viewer.layers.insert(self._viewer.layers.index(layer) + 1, added)
        self.choose(added)


def _is_no_result(layer: Layer) -> bool:
    return METADATA_KEY not in layer.metadata
