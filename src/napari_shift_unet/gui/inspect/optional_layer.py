"""A combo box of image layers, of which none need be chosen."""

from collections.abc import Callable
from typing import Any

from napari.layers import Image as ImageLayer
from napari.layers import Layer
from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker, Signal

from ..controls.parts import Choice
from ..listening import Connections


class OptionalLayer(Choice):
    """Follows layers that are added, renamed, moved and removed; one entry stands for none.

    Parameters
    ----------
    viewer
        Whose layers are offered.
    tooltip
        What the choice is for.
    """

    switched = Signal()
    """Another layer is chosen, or none any more."""

    def __init__(self, viewer: Viewer, tooltip: str) -> None:
        super().__init__(tooltip)
        self._viewer = viewer
        self._accept: Callable[[ImageLayer], bool] = lambda layer: not layer.rgb
        self._none = "none"
        self._layers: list[ImageLayer] = []
        self._listening, self._listening_to_names = Connections(), Connections()
        events = viewer.layers.events
        self._listening.connect(self._on_layers, events.inserted, events.removed, events.reordered)
        self._on_layers()
        self.currentIndexChanged.connect(self.switched)

    @property
    def layer(self) -> ImageLayer | None:
        """The chosen layer."""
        place = self.currentIndex() - 1
        return self._layers[place] if 0 <= place < len(self._layers) else None

    @property
    def layers(self) -> list[ImageLayer]:
        """The layers that are offered."""
        return list(self._layers)

    def offer(self, none: str, accept: Callable[[ImageLayer], bool]) -> None:
        """Say what stands for none, and which layers can be chosen."""
        self._none, self._accept = none, accept
        self._on_layers()

    def choose(self, layer: Layer | None) -> None:
        """Choose a layer, or none."""
        self.setCurrentIndex(1 + self._layers.index(layer) if layer in self._layers else 0)

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self._listening.cut()
        self._listening_to_names.cut()

    def _on_layers(self, event: Any = None) -> None:
        """Offer the layers that there are now, and keep the chosen one."""
        chosen = self.layer
        self._layers = [
            layer
            for layer in self._viewer.layers
            if isinstance(layer, ImageLayer) and self._accept(layer)
        ]
        with QSignalBlocker(self):
            self.clear()
            self.addItems([self._none, *(layer.name for layer in self._layers)])
            self.choose(chosen)
        self._listening_to_names.cut()
        for layer in self._layers:
            self._listening_to_names.connect(self._on_name, layer.events.name)
        if self.layer is not chosen:
            self.switched.emit()

    def _on_name(self, event: Any) -> None:
        for place, layer in enumerate(self._layers):
            self.setItemText(place + 1, layer.name)
