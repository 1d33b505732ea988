"""The layer that colours objects by kind."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from napari.layers import Labels, Layer
from napari.utils.colormaps import DirectLabelColormap
from napari.viewer import Viewer

from ...evaluation.findings import FindingKind
from ..layers import add_quietly, placement

MARK = "shift_unet_kinds"
"""In the metadata of the layer."""
CLEAR = "#00000000"
OPACITY = 0.7
FAINT = "70"
"""Opacity of 255 of faint colours, hexadecimal; that of the layer comes on top."""


def shows_kinds(layer: object) -> bool:
    """Whether a layer shows kinds and no objects of its own."""
    return isinstance(layer, Layer) and MARK in layer.metadata


class KindLayer:
    """Shows pictures of kinds in one layer, which is updated in place as long as it is there.

    Parameters
    ----------
    viewer
        The viewer.
    name
        What the layer is called.
    colours
        Of every kind.
    faint
        Kinds that are no more than a background to the others.
    """

    def __init__(
        self,
        viewer: Viewer,
        name: str,
        colours: Mapping[FindingKind, str],
        faint: AbstractSet[FindingKind] = frozenset(),
    ) -> None:
        self._viewer, self._name = viewer, name
        self._colours = {
            kind: colour + (FAINT if kind in faint else "") for kind, colour in colours.items()
        }
        self._layer: Labels | None = None

    @property
    def layer(self) -> Labels | None:
        """The layer, unless nothing was shown yet or the user deleted it."""
        return self._layer if self._layer in self._viewer.layers else None

    def show(
        self, picture: np.ndarray, labels: Sequence[Labels], kinds: AbstractSet[FindingKind]
    ) -> None:
        """Colour some kinds below the labels, whose outlines lie on them.

        Another layer of kinds is hidden: the colours of two would mix.
        """
        layers, layer = self._viewer.layers, self.layer
        self._gather(labels)
        if layer is not None and layer.ndim != picture.ndim:
            layers.remove(layer)
            layer = None
        place = min(map(layers.index, labels))
        if layer is None:
            layer = Labels(picture, name=self._name, opacity=OPACITY, metadata={MARK: True})
            layer.editable = False
            add_quietly(self._viewer, layer, place)
            self._layer = layer
        else:
            layer.data = picture
            if layers.index(layer) != place - 1:
                layers.move(layers.index(layer), place)
        for keyword, value in placement(labels[0]).items():
            setattr(layer, keyword, value)
        for other in filter(shows_kinds, layers):
            other.visible = other is layer
        self.colour(kinds)

    def colour(self, kinds: AbstractSet[FindingKind]) -> None:
        """Colour some kinds, and none of the others."""
        if self.layer is not None:
            shown = {
                kind.number: colour if kind in kinds else CLEAR
                for kind, colour in self._colours.items()
            }
            self.layer.colormap = DirectLabelColormap(color_dict={None: CLEAR, 0: CLEAR} | shown)

    def hide(self) -> None:
        """Hide the layer: what it shows holds no longer."""
        if self.layer is not None:
            self.layer.visible = False

    def _gather(self, labels: Sequence[Labels]) -> None:
        """Move the labels below the uppermost of them, if an image between them would hide them."""
        layers = self._viewer.layers
        places = sorted(map(layers.index, labels))
        between = layers[places[0] : places[-1]]
        if any(layer.visible and not isinstance(layer, Labels) for layer in between):
            uppermost = layers[places[-1]]
            for layer in [layers[place] for place in places[:-1]]:
                layers.move(layers.index(layer), layers.index(uppermost))
