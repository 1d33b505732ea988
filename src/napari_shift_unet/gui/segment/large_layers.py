"""Layers of a run that fits no memory: they read its folder, and fill in while it goes on."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari.layers import Image as ImageLayer
from napari.layers import Labels, Layer
from qtpy.QtCore import QObject

from ..large.arrays import Arranged, colours_pyramid, labels_pyramid
from ..large.refreshing import Refresher
from ..layers import EMBEDDING, INSTANCES, METADATA_KEY, add_quietly, name_of, placement
from .session import Session

if TYPE_CHECKING:
    from ...images import Selection
    from ...large import Filled

FILE_AXES = "tzyx"


class LargeLayers(QObject):
    """The colours and the labels of one run over its image.

    Parameters
    ----------
    session
        Keeps which layers show the results of which image.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._refresher = Refresher(session.viewer)
        self._image_layer: ImageLayer | None = None
        self._labels: Path | None = None
        self._letters = self._wanted = ""
        self._channel_axis: int | None = None

    def show(self, image_layer: ImageLayer, selection: "Selection", labels: Path) -> None:
        """Show the colours of a run, in place of earlier results of its image; labels follow."""
        axes = selection.image.axes
        self._image_layer, self._labels = image_layer, labels
        self._letters = "".join(letter for letter in FILE_AXES if letter in selection.axes)
        self._wanted = axes[1:] if axes.startswith("c") else axes
        self._channel_axis = axes.index("c") if "c" in axes else None
        self._put(EMBEDDING, self._colours(labels), {"rgb": True, "opacity": 0.8}, 1)
        before = self._layer(INSTANCES)
        if before is not None:
            self._session.viewer.layers.remove(before)

    def fill(self, event: "Filled") -> bool:
        """Draw a part anew that was written; returns whether that took a new layer.

        The first labels get one: layers that come one by one hold the window up for less long.
        """
        if event.what == "labels" and self._labels is not None:
            labels, self._labels = self._labels, None
            self._put(INSTANCES, self._pyramid(labels), {"opacity": 0.6})
            colours = self._layer(EMBEDDING)
            if colours is not None:
                colours.visible = False
            return True
        layer = self._layer(INSTANCES if event.what == "labels" else EMBEDDING)
        if layer is not None:
            self._refresher.touch(layer, self._part(event))
        return False

    def finish(self, labels: Path, facts: dict[str, Any], features: Any) -> None:
        """Read the layers from where the results have been moved to."""
        if self._image_layer is None:
            return
        if self._labels is not None:  # all were written by an earlier run
            self._labels = None
            self._put(INSTANCES, self._pyramid(labels), {"opacity": 0.6})
        pyramids = {
            EMBEDDING: self._colours(labels),
            INSTANCES: self._pyramid(labels),
        }
        for kind, data in pyramids.items():
            layer = self._layer(kind)
            if layer is not None and data:
                layer.data = data
                layer.metadata[METADATA_KEY] = facts
        layer = self._layer(INSTANCES)
        if layer is not None and features is not None:
            layer.features = features

    def forget(self) -> None:
        """Know of no run until `show`."""
        self._image_layer = None

    def close(self) -> None:
        """Draw nothing any more."""
        self._refresher.close()

    def _colours(self, labels: Path) -> list[Arranged]:
        return colours_pyramid(labels, self._letters, self._wanted)

    def _pyramid(self, labels: Path) -> list[Arranged]:
        return labels_pyramid(labels, self._letters, self._wanted)

    def _put(self, kind: str, data: list[Arranged], style: dict[str, Any], above: int = 0) -> None:
        """Show a pyramid in the layer that shows an earlier one, or in a new layer."""
        image_layer, session = self._image_layer, self._session
        if image_layer is None or not data:
            return
        layer, ndim = session.result(image_layer, kind), len(self._wanted)
        if layer is not None and layer.multiscale and layer.ndim == ndim:
            layer.data = data
            layer.visible = True
        else:
            if layer is not None:
                session.viewer.layers.remove(layer)
            kinds = {EMBEDDING: ImageLayer, INSTANCES: Labels}
            known = placement(image_layer, self._channel_axis)
            how = {"multiscale": True, "name": name_of(image_layer, kind), **known, **style}
            layer = kinds[kind](data, metadata={METADATA_KEY: {}}, **how)
            place = session.viewer.layers.index(image_layer) + above if above else None
            add_quietly(session.viewer, layer, place)
            session.keep_result(image_layer, kind, layer)
        layer.metadata[METADATA_KEY] = {}

    def _layer(self, kind: str) -> Layer | None:
        layer = self._image_layer
        return None if layer is None else self._session.result(layer, kind)

    def _part(self, event: "Filled") -> tuple[slice, ...]:
        """Return a part of a plane as slices along the axes of the layers."""
        ndim = len(event.box)
        known = dict(zip("zyx"[-ndim:], event.box, strict=True))
        loops = [letter for letter in self._wanted if letter not in known and letter != "c"]
        known |= {a: slice(at, at + 1) for a, at in zip(loops, event.plane, strict=True)}
        return tuple(known.get(letter, slice(0, 1)) for letter in self._wanted)
