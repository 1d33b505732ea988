"""A combo box of the viewer's layers of one kind."""

from collections.abc import Callable
from typing import Any

from napari.layers import Layer
from napari.viewer import Viewer
from qtpy.QtCore import QSignalBlocker, Signal

from ..listening import Connections
from .parts import Choice


def _any_layer(layer: Layer) -> bool:
    return True


class LayerChoice(Choice):
    """Follows layers that are added, renamed, moved and removed; the selected one is the default.

    Parameters
    ----------
    viewer
        Whose layers are offered.
    kind
        Their class.
    tooltip
        What the choice is for.
    accept
        Whether a layer of that class is offered.
    """

    switched = Signal()
    """Another layer is chosen, or none any more."""
    listed = Signal()
    """Layers were added, moved or removed; comes before `switched`."""

    def __init__(
        self,
        viewer: Viewer,
        kind: type[Layer],
        tooltip: str,
        accept: Callable[[Layer], bool] = _any_layer,
    ) -> None:
        super().__init__(tooltip)
        self.setPlaceholderText(f"no {kind.__name__} layer")
        self.layers: list[Layer] = []
        self._viewer, self._kind, self._accept = viewer, kind, accept
        self._listening, self._listening_to_names = Connections(), Connections()
        events = viewer.layers.events
        self._listening.connect(self._on_layers, events.inserted, events.removed, events.reordered)
        self._on_layers()
        self.choose(viewer.layers.selection.active)
        self.currentIndexChanged.connect(self.switched)

    @property
    def layer(self) -> Layer | None:
        """The chosen layer."""
        place = self.currentIndex()
        return self.layers[place] if 0 <= place < len(self.layers) else None

    def choose(self, layer: Layer | None) -> None:
        """Choose a layer if it is offered."""
        if layer in self.layers:
            self.setCurrentIndex(self.layers.index(layer))

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self._listening.cut()
        self._listening_to_names.cut()

    def _on_layers(self, event: Any = None) -> None:
        """Offer the layers that there are now, and keep the chosen one."""
        chosen = self.layer
        self.layers = [
            layer
            for layer in self._viewer.layers
            if isinstance(layer, self._kind) and self._accept(layer)
        ]
        with QSignalBlocker(self):
            self.clear()
            self.addItems([layer.name for layer in self.layers])
            self.setCurrentIndex(min(0, len(self.layers) - 1))
            self.choose(chosen)
        self._listening_to_names.cut()
        for layer in self.layers:
            self._listening_to_names.connect(self._on_name, layer.events.name)
        self.listed.emit()
        if self.layer is not chosen:
            self.switched.emit()

    def _on_name(self, event: Any) -> None:
        for place, layer in enumerate(self.layers):
            self.setItemText(place, layer.name)
