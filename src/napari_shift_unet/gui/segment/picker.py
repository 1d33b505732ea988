"""The picked pixel, the pixels that are like it, and the edits of the labels that follow."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QObject, Signal

from ...errors import InputError
from ..canvas.canvas_mode import Position
from .session import Run, Session
from .spot import Spot, in_layer, labels_of, spot_at

if TYPE_CHECKING:
    from ...embeddings import PixelEmbedding
    from ...embeddings.editing import Change


class Picker(QObject):
    """Picks pixels of the current run and edits its labels; every edit is one step of undo.

    Attributes
    ----------
    spot
        The picked pixel, if any.
    similarity
        Of all pixels of the spot's box to the picked one, `(*box)` float32 in 0 to 1.
    region
        The pixels that are similar enough and hang together with the picked one, `(*box)` bool.
    target
        The object that further regions are added to: the one that was picked or made last; 0
        where there is none.
    """

    changed = Signal()
    """The pick, or what is like it."""
    edited = Signal()
    """The labels."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.sigma, self.threshold = 1.0, 0.5
        self.target = 0
        self.spot: Spot | None = None
        self.similarity: np.ndarray | None = None
        self.region: np.ndarray | None = None
        self._pixels: PixelEmbedding | None = None
        self._pixels_of: tuple[Run, tuple[int, ...], tuple[slice, ...]] | None = None

    def pick(self, position: Position) -> bool:
        """Pick the pixel at a world position; False outside of the image."""
        run = self._session.run
        spot = spot_at(run, position) if run is not None else None
        if run is None or spot is None:
            return False
        self.spot = spot
        self.target = self.object_at(spot)
        self._compare(run, spot)
        return True

    def set_kernel(self, sigma: float, threshold: float) -> None:
        """Compare with another reach or threshold, at once."""
        self.sigma, self.threshold = sigma, threshold
        if self._session.run is not None and self.spot is not None:
            self._compare(self._session.run, self.spot)

    def clear(self) -> None:
        """Forget the pick."""
        self.spot = self.similarity = self.region = None
        self._pixels = self._pixels_of = None
        self.target = 0
        self.changed.emit()

    def make_object(self) -> bool:
        """Turn the region into one object; True.

        Raises
        ------
        InputError
            If nothing is picked, or there are no labels to edit.
        """
        from ...embeddings.editing import make_object

        run, spot, region = self._picked()
        labels = labels_of(run)
        unused = int(labels.max(initial=0)) + 1
        self.target, changes = make_object(labels[spot.place], region, unused)
        self._apply(run, spot, changes)
        return True

    def add(self, position: Position) -> bool:
        """Pick a pixel and add its region to the object that was picked before; False outside.

        If a pixel without an object was picked before, its region is made one first. Without an
        earlier pick this is one.

        Raises
        ------
        InputError
            If the object is on another slice; and as in `make_object`.
        """
        from ...embeddings.editing import add_region

        if self.spot is not None and not self.target:
            self.make_object()
        target, before = self.target, self.spot
        if not self.pick(position):
            return False
        if before is None:
            return True
        run, spot, region = self._picked()
        if before.plane != spot.plane:
            raise InputError("The object is on another slice; click one on this slice first.")
        self.target = target
        labels = labels_of(run)[spot.place]
        self._apply(run, spot, add_region(labels, region, target))
        return True

    def cut(self, position: Position) -> bool:
        """Cut the region at a pixel from the object there; False where there is none.

        Errors as in `make_object`.
        """
        from ...embeddings.editing import cut_region

        if not self.pick(position):
            return False
        run, spot, region = self._picked()
        if not self.target:
            return False
        labels = labels_of(run)[spot.place]
        changes = cut_region(labels, region, self.target)
        self.target = 0
        self._apply(run, spot, changes)
        return True

    def object_at(self, spot: Spot) -> int:
        """Return the label of a pixel; 0 where there is no object, or no labels at all."""
        run = self._session.run
        if run is None or run.labels_layer is None:
            return 0
        return int(labels_of(run)[(*spot.plane, *spot.pixel)])

    def _picked(self) -> tuple[Run, Spot, np.ndarray]:
        run = self._session.run
        if run is None or self.spot is None or self.region is None:
            raise InputError("No pixel is picked; click one first.")
        return run, self.spot, self.region

    def _compare(self, run: Run, spot: Spot) -> None:
        from ...embeddings import similarity
        from ...embeddings.editing import connected_region

        if self._pixels is None or self._pixels_of != (run, spot.plane, spot.box):
            self._pixels = run.embedded.pixels_of(spot.plane, spot.box)
            self._pixels_of = (run, spot.plane, spot.box)
        self.similarity = similarity(self._pixels.points, spot.local, sigma=self.sigma)
        foreground = None
        if self._pixels.confidence is not None:
            foreground = self._pixels.confidence >= run.clustering.foreground_threshold
        self.region = connected_region(self.similarity, spot.local, self.threshold, foreground)
        self.changed.emit()

    def _apply(self, run: Run, spot: Spot, changes: "list[Change]") -> None:
        layer = run.labels_layer
        if layer is None:
            return
        with layer.block_history():
            for change in changes:
                where = in_layer(run, spot.plane, change.where, spot.origin)
                layer.data_setitem(where, change.label)
        self.changed.emit()
        if changes:
            self.edited.emit()
