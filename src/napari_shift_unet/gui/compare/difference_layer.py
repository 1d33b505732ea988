"""The layer that colours what differs."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from napari.layers import Labels, Layer
from napari.utils.colormaps import DirectLabelColormap
from napari.viewer import Viewer

from ...evaluation.differences import KINDS, Comparison, Kind
from ..layers import add_quietly, placement

NAME = "differences"
MARK = "shift_unet_differences"
"""In the metadata of the layer."""
COLOURS = {
    Kind.SPLIT: "#d55e00",
    Kind.MERGED: "#56b4e9",
    Kind.REGROUPED: "#cc79a7",
    Kind.ONLY_A: "#e69f00",
    Kind.ONLY_B: "#009e73",
    Kind.OUTLINE: "#f0e442",
}
"""Okabe and Ito's, which colour-blind people can tell apart."""
CLEAR = "#00000000"
OPACITY = 0.7


def is_differences(layer: Layer) -> bool:
    """Whether a layer shows differences."""
    return MARK in layer.metadata


class DifferenceLayer:
    """Shows comparisons in one layer, which is updated in place as long as it is there.

    Parameters
    ----------
    viewer
        The viewer.
    """

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._layer: Labels | None = None

    @property
    def layer(self) -> Labels | None:
        """The layer, unless there was no comparison yet or the user deleted it."""
        return self._layer if self._layer in self._viewer.layers else None

    def show(self, found: Comparison, labels: Sequence[Labels], kinds: AbstractSet[Kind]) -> None:
        """Colour some kinds of differences below the labels, whose outlines lie on them."""
        layers, layer = self._viewer.layers, self.layer
        place = min(map(layers.index, labels))
        if layer is None or layer.ndim != found.picture.ndim:
            if layer is not None:
                layers.remove(layer)
            layer = Labels(found.picture, name=NAME, opacity=OPACITY, metadata={MARK: True})
            layer.editable = False
            add_quietly(self._viewer, layer, place)
            self._layer = layer
        else:
            layer.data = found.picture
            if layers.index(layer) > place:
                layers.move(layers.index(layer), place)
        for keyword, value in placement(labels[0]).items():
            setattr(layer, keyword, value)
        layer.visible = True
        self.colour(kinds)

    def colour(self, kinds: AbstractSet[Kind]) -> None:
        """Colour some kinds, and none of the others."""
        if self.layer is not None:
            shown = {kind.number: COLOURS[kind] if kind in kinds else CLEAR for kind in KINDS}
            self.layer.colormap = DirectLabelColormap(color_dict={None: CLEAR, 0: CLEAR} | shown)

    def hide(self) -> None:
        """Hide the layer: what it shows holds no longer."""
        if self.layer is not None:
            self.layer.visible = False
