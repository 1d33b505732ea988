"""Makes the labels follow the controls: in a thread, the latest settings win."""

from math import prod

import numpy as np
import pandas as pd
from napari.layers import Labels
from qtpy.QtCore import QObject, Signal

from ...embeddings import ClusterConfig
from ..canvas.view import shown_axes, slice_point, visible_spans
from ..controls.wording import count_text
from ..jobs import Jobs
from ..layers import INSTANCES, METADATA_KEY
from .result_layers import show_labels
from .session import Run, Session
from .work import Box, Labelled, Measured, RegionLabelled, label_image, label_region

REGION_FIRST_PX = 4_000_000
"""Planes larger than this are labelled on the screen first, then everywhere."""
LABELLING = "labelling …"


class Labeller(QObject):
    """Labels the run of the chosen image whenever it is told new settings."""

    said = Signal(str)
    """What came out, or that something is being done."""
    errored = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.jobs, self.region_jobs = Jobs(), Jobs()
        self._session = session
        self._run: Run | None = None
        self.jobs.yielded.connect(self._on_yielded)
        self.jobs.returned.connect(self._on_returned)
        self.jobs.errored.connect(self.errored)
        self.region_jobs.returned.connect(self._on_region)
        self.region_jobs.errored.connect(self.errored)

    def label(self, run: Run, clustering: ClusterConfig) -> None:
        """Label a run anew; an unfinished labelling is dropped.

        Where the image is large, what is on the screen comes first, unless it would be grouped in
        another way than as a part of the whole.
        """
        self._run, run.clustering = run, clustering
        self.said.emit(LABELLING)
        partly = _plane_px(run) > REGION_FIRST_PX and not _counts_the_whole(clustering)
        visible = self._visible(run) if partly else None
        if visible is None:
            self._label_everything(run)
        else:
            self.jobs.cancel()
            self.region_jobs.start(label_region(run.embedded, clustering, *visible))

    def show(self, run: Run) -> None:
        """Label a run if that was not done yet, else say again what came out."""
        layer = run.labels_layer
        if layer is None:
            self.label(run, run.clustering)
            return
        self.cancel()
        self.said.emit(_summary(layer.features))

    def cancel(self) -> None:
        """Drop an unfinished labelling."""
        self._run = None
        self.jobs.cancel()
        self.region_jobs.cancel()

    def close_down(self) -> None:
        """Stop, and wait until the threads have ended."""
        self.region_jobs.close()
        self.jobs.close()

    def _label_everything(self, run: Run) -> None:
        self.jobs.start(label_image(run.embedded, run.clustering))

    def tell(self, objects: pd.DataFrame) -> None:
        """Say how many objects there are, and how large; also after edits by hand."""
        self.said.emit(_summary(objects))

    def _visible(self, run: Run) -> tuple[tuple[int, ...], Box] | None:
        """Return the plane on the screen and the box of it that can be seen."""
        viewer, layer = self._session.viewer, run.image_layer
        selection = run.embedded.selection
        axes = selection.image.axes
        shown = "".join(axes[axis] for axis in shown_axes(viewer, layer))
        if layer not in viewer.layers or viewer.dims.ndisplay == 3 or shown != selection.space:
            return None
        point = slice_point(viewer, layer)
        index = tuple(int(point[axes.index(letter)]) for letter in selection.loop_axes)
        box = []
        for (low, high), letter in zip(visible_spans(viewer, layer), shown, strict=True):
            start, stop = max(0, int(low)), min(selection.image.size(letter), int(high) + 2)
            if start >= stop:
                return None
            box.append(slice(start, stop))
        return index, tuple(box)

    def _on_yielded(self, event: object) -> None:
        run = self._run
        if run is None or run.image_layer not in self._session.viewer.layers:
            return
        if isinstance(event, Labelled):
            run.cluster_seconds = event.seconds
            layer = show_labels(self._session, run, event.labels, {})
            self._session.set_labels(run, layer)
            self.said.emit(count_text(event.count, "object"))

    def _on_region(self, region: RegionLabelled) -> None:
        """Show what is on the screen, then do the rest."""
        run = self._run
        if run is not None and run.image_layer in self._session.viewer.layers:
            self._show_region(run, region)
            self._label_everything(run)

    def _show_region(self, run: Run, event: RegionLabelled) -> None:
        """Write labels into what is on the screen; the rest keeps what it had."""
        layer = self._session.result(run.image_layer, INSTANCES)
        if not isinstance(layer, Labels) or self._session.is_edited_by_hand(layer):
            blank = np.zeros(run.embedded.selection.shape, np.int32)
            layer = show_labels(self._session, run, blank, {})
        view = run.from_layer(np.asarray(layer.data))
        place: tuple[int | slice, ...] = (*event.index, *event.box)
        view[place] = event.labels
        layer.refresh()

    def _on_returned(self, measured: Measured) -> None:
        run = self._run
        layer = None if run is None else self._session.result(run.image_layer, INSTANCES)
        if layer is None or self._session.is_edited(layer):
            return
        layer.features = measured.objects
        layer.metadata[METADATA_KEY] = measured.facts
        self.tell(measured.objects)


def _counts_the_whole(clustering: ClusterConfig) -> bool:
    """Whether the number of clusters, or the largest of them, is that of a whole plane."""
    return clustering.method == "k-means" or clustering.largest_is_background


def _plane_px(run: Run) -> int:
    selection = run.embedded.selection
    return prod(selection.shape[-len(selection.space) :])


def _summary(objects: pd.DataFrame) -> str:
    sizes = next((name for name in ("area_px", "volume_px") if name in objects), None)
    if sizes is None or not len(objects):
        return count_text(len(objects), "object")
    return f"{count_text(len(objects), 'object')}, median {objects[sizes].median():,.0f} px"
