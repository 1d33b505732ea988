"""The part of a run that is predicted and labelled again; it grows until no object is cut off."""

import numpy as np
from jaxtyping import Bool, Integer
from scipy.ndimage import binary_erosion

from ..embeddings import label_instances
from ..geometry import TilePlan
from ..geometry.partial import tiles_over
from ..prediction import Prediction
from .earlier import EarlierRun
from .embedded import EmbeddedImage
from .relabelling import Box, Drawing, boxes_of, draw_objects, ids_in, insert_objects

Plane = tuple[int, ...]
Needed = dict[Plane, list[Box]]


class Patch:
    """Strips of a run, and the boxes of the objects that touch them.

    Attributes
    ----------
    wanted : bool array, (*axes)
        Pixels to be predicted and clustered.
    known : bool array, (*axes)
        Pixels of `output` that hold the values of one pass over the whole image.
    output : float32 array, (o, *axes)
        What the network returns.
    """

    def __init__(self, run: EarlierRun, strips: Bool[np.ndarray, "*space"], margin: int) -> None:
        self._run, self._strips, self._margin = run, strips, margin
        self._drawings: dict[Plane, Drawing] = {}
        self._pending: list[Plane] = [index for index, _ in run.selection]
        self.wanted = np.broadcast_to(strips, run.labels.shape).copy()
        self.known = np.broadcast_to(run.held, run.labels.shape).copy()
        self.output = np.zeros((run.model.out_channels, *run.labels.shape), np.float32)
        if run.embedded is not None:
            np.copyto(self.output, run.embedded.prediction.output, where=self.known)
        for index in self._pending:
            plane = run.labels[index]
            self._want(index, boxes_of(plane, ids_in(plane, strips)))

    @property
    def done(self) -> bool:
        """Whether all planes are labelled, and no new object ends where `wanted` does."""
        return not self._pending

    @property
    def missing(self) -> Bool[np.ndarray, "*axes"]:
        """Pixels that are wanted and not known."""
        missing: np.ndarray = self.wanted & ~self.known
        return missing

    def needed(self, plan: TilePlan) -> Needed:
        """Return what `predict` is to predict for what is missing."""
        missing = self.missing
        return {i: [tile.target for tile in tiles_over(plan, missing[i])] for i in self._pending}

    def take(self, prediction: Prediction, needed: Needed) -> None:
        """Keep what was predicted."""
        for index, boxes in needed.items():
            for box in boxes:
                place: tuple[slice | int, ...] = (*index, *box)
                self.output[:, *place] = prediction.output[:, *place]
                self.known[place] = True

    def relabel(self, embedded: EmbeddedImage) -> None:
        """Cluster the planes that have grown; where a new object is cut off they grow again.

        Parameters
        ----------
        embedded
            A prediction with this `output`.
        """
        pending, self._pending = self._pending, []
        for index in pending:
            wanted, config = self.wanted[index], self._run.clustering
            found = label_instances(embedded.pixels_of(index), config, wanted)
            drawing = draw_objects(self._run.labels[index], self._strips, found, config.min_size)
            self._drawings[index] = drawing
            edge = wanted & ~binary_erosion(wanted, border_value=1)
            if len(cut := ids_in(drawing.objects, edge)):
                self._want(index, boxes_of(drawing.objects, cut))
                self._pending.append(index)

    def finish(self) -> tuple[Integer[np.ndarray, "*axes"], Bool[np.ndarray, "*axes"]]:
        """Return the labels of the whole image, and the pixels at which they may be new.

        The labels have the type of the old ones, or int32 where that cannot hold all ids.
        """
        labels = self._run.labels.astype(np.int64)
        where = self.wanted.copy()
        for index, drawing in self._drawings.items():
            labels[index] = insert_objects(labels[index], drawing, int(labels.max()) + 1)
            where[index] &= drawing.free
        highest = np.iinfo(self._run.labels.dtype).max
        return labels.astype(self._run.labels.dtype if labels.max() <= highest else np.int32), where

    def _want(self, index: Plane, boxes: list[Box]) -> None:
        """Add boxes with a margin, of at least half their size, to what is wanted."""
        for box in boxes:
            margins = [max(self._margin, (side.stop - side.start) // 2) for side in box]
            sides = zip(box, margins, strict=True)
            wider = tuple(slice(max(0, s.start - m), s.stop + m) for s, m in sides)
            self.wanted[index][wider] = True
