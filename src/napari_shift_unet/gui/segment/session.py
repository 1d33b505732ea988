"""What the sections of the Segment widget share: the run that belongs to the chosen image."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Image, Labels, Layer
from napari.viewer import Viewer
from qtpy.QtCore import QObject, Signal

from ..runs import remember_run, renewed

if TYPE_CHECKING:
    from ...embeddings import ClusterConfig
    from ...segmentation import EmbeddedImage


@dataclass
class Run:
    """A prediction of one image layer, and what has been made of it since."""

    image_layer: Image
    embedded: "EmbeddedImage"
    clustering: "ClusterConfig"
    """Settings of the labels that are shown, or that are being computed."""
    labels_layer: Labels | None = None
    """Instances; `None` before the first clustering and after the layer was deleted."""
    cluster_seconds: float = 0.0

    @property
    def channel_axis(self) -> int | None:
        """Place of the axis of length 1 that result layers have for the image's channels.

        Result layers line up with their image axis by axis. A channel axis in front can be left
        out, one further inside cannot: there result layers have one pixel that spans all channels.
        """
        place = self.embedded.selection.image.axes.find("c")
        return place if place > 0 else None

    def to_layer(self, array: np.ndarray) -> np.ndarray:
        """View an array with the axes of `embedded.selection.axes` as a layer's data."""
        return array if self.channel_axis is None else np.expand_dims(array, self.channel_axis)

    def from_layer(self, data: np.ndarray) -> np.ndarray:
        """View a result layer's data with the axes of `embedded.selection.axes`."""
        return data if self.channel_axis is None else np.squeeze(data, self.channel_axis)


class Session(QObject):
    """Holds one run per image layer and says which one is current.

    Attributes
    ----------
    viewer
        The viewer that the widget is docked in.
    run
        The run of the image that is chosen in the widget; `None` before its first prediction.
    """

    predicted = Signal()
    """`run` is new or another image with a run was chosen; its embedding can be picked from."""
    labelled = Signal()
    """The data of `run.labels_layer` were computed anew from `run.clustering`."""
    cleared = Signal()
    """`run` is `None` now: another image was chosen, removed, or got new pixels."""

    def __init__(self, viewer: Viewer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.viewer = viewer
        self.run: Run | None = None
        self._runs: dict[Layer, Run] = {}
        self._results: dict[tuple[Layer, str], Layer] = {}
        self._edited: set[Layer] = set()
        self._edited_by_hand: set[Layer] = set()
        self._repeatable = False
        viewer.layers.events.removed.connect(self._on_layer_removed)
        renewed.connect(self._on_renewed)

    def set_run(self, run: Run) -> None:
        """Keep a prediction in place of the older one of its image, and make it current."""
        self._runs[run.image_layer] = run
        self.run = run
        self.predicted.emit()

    def choose(self, image_layer: Layer | None) -> None:
        """Make the run of an image layer current, if it has one."""
        run = self._runs.get(image_layer) if image_layer is not None else None
        if run is self.run:
            return
        self.run = run
        (self.predicted if run else self.cleared).emit()

    def forget(self, image_layer: Layer) -> None:
        """Drop the run of an image layer whose pixels are no longer those that were predicted."""
        gone = self._runs.pop(image_layer, None)
        if gone is not None and gone is self.run:
            self.run = None
            self.cleared.emit()

    def set_labels(self, run: Run, layer: Labels) -> None:
        """Say that a run's labels have been computed."""
        run.labels_layer = layer
        remember_run(layer, run.embedded, run.image_layer)
        self._edited.discard(layer)
        self._edited_by_hand.discard(layer)
        if run is self.run:
            self.labelled.emit()

    def result(self, image_layer: Layer, kind: str) -> Layer | None:
        """Return the layer that shows a kind of result of an image, unless the user deleted it."""
        return self._results.get((image_layer, kind))

    def keep_result(self, image_layer: Layer, kind: str, layer: Layer) -> None:
        """Remember which layer shows a kind of result of an image."""
        self._results[image_layer, kind] = layer
        if isinstance(layer, Labels):
            layer.events.paint.connect(self._on_painted)

    def is_edited(self, layer: Layer) -> bool:
        """Whether labels were changed since they were computed."""
        return layer in self._edited

    def is_edited_by_hand(self, layer: Layer) -> bool:
        """Whether labels hold changes that nothing can make again."""
        return layer in self._edited_by_hand

    @contextmanager
    def repeatable(self) -> Iterator[None]:
        """Let changes of labels count as none by hand: what they come from is kept."""
        self._repeatable = True
        try:
            yield
        finally:
            self._repeatable = False

    def disconnect_viewer(self) -> None:
        """Stop listening to the viewer and its layers; the widget calls this when it is closed."""
        self.viewer.layers.events.removed.disconnect(self._on_layer_removed)
        renewed.disconnect(self._on_renewed)
        for layer in self._results.values():
            if isinstance(layer, Labels):
                layer.events.paint.disconnect(self._on_painted)
        for kept in (self._runs, self._results, self._edited, self._edited_by_hand):
            kept.clear()
        self.run = None

    def _on_painted(self, event: Any) -> None:
        self._edited.add(event.source)
        if not self._repeatable:
            self._edited_by_hand.add(event.source)

    def _on_renewed(self, event: Any) -> None:
        """Go on with a prediction that another widget has repaired."""
        for run in self._runs.values():
            if run.labels_layer is not event.layer:
                continue
            run.embedded = event.run.embedded
            edits = (self._edited, self._edited_by_hand)
            for edited in edits:
                (edited.discard if event.repeatable else edited.add)(event.layer)
            if run is self.run:
                self.predicted.emit()

    def _on_layer_removed(self, event: Any) -> None:
        gone: Layer = event.value
        for run in self._runs.values():
            if run.labels_layer is gone:
                run.labels_layer = None
        self._edited.discard(gone)
        self._edited_by_hand.discard(gone)
        self._results = {
            key: layer
            for key, layer in self._results.items()
            if layer is not gone and key[0] is not gone
        }
        self.forget(gone)
