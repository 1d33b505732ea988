"""An image layer, the plan that is drawn over it, and the lines of that in the current view."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Image as ImageLayer
from napari.viewer import Viewer

from ...geometry import TilePlan
from ..layers import full_resolution
from .lines import Plane, context_frame, lattice, tile_edges, tile_lines
from .view import screen_pixel, shown_axes, slice_point, visible_spans

TILES, LATTICE, CONTEXT = "tiles", "lattice", "context"
MIN_GAP = {TILES: 4.0, LATTICE: 7.0}
"""Smallest distance between lines in pixels of the screen."""


@dataclass(frozen=True)
class Target:
    """What the lines are drawn over, and what they say."""

    image: ImageLayer
    axes: str
    """Letters of the layer's axes."""
    space: str
    """Letters of the plan's axes, `"yx"` or `"zyx"`."""
    plan: TilePlan

    @property
    def facts(self) -> dict[str, Any]:
        """Say in plain values what is drawn; sizes are in px per axis, as in run.json."""
        plan = self.plan
        return {
            "period": list(plan.period),
            "context_px": list(plan.context),
            "tile": list(plan.output_window),
            "crop": list(plan.crop),
            "legal": plan.legal,
            "reasons": list(plan.reasons),
            "tiles": len(plan),
        }

    def planned(self, axis: int) -> int | None:
        """Return which axis of the plan an axis of the layer is, if it is tiled at all."""
        letter = self.axes[axis]
        return self.space.index(letter) if letter in self.space else None

    def pixel(self, world: tuple[float, ...]) -> tuple[float, ...]:
        """Return a place of the viewer's world along the axes of the plan in px."""
        return self._in_plan(np.asarray(self.image.world_to_data(world)))

    def plane(self, viewer: Viewer) -> Plane:
        """Return the plane of the image that is on the screen."""
        rows, columns = shown_axes(viewer, self.image)
        return plane_of(viewer, self.image, (self.planned(rows), self.planned(columns)))

    def lines(
        self, viewer: Viewer, kind: str, cursor: tuple[float, ...] | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the segments of one kind in the current view.

        Parameters
        ----------
        viewer
            Where the image is shown.
        kind
            `TILES`, `LATTICE` or `CONTEXT`.
        cursor
            Place of the tile that is framed, along the axes of the plan in px; `None` frames one
            in the middle of the screen.

        Returns
        -------
        tuple[ndarray, ndarray]
            `(n, 2, ndim)` for a Vectors layer, and `(n,)` bool: whether a seam is expected there.
        """
        axes = shown_axes(viewer, self.image)
        if len(axes) == 3:
            segments, seams = self._edges(kind, axes)
        else:
            segments, seams = self._flat(viewer, kind, cursor)
        data = np.zeros((len(segments), 2, self.image.ndim), np.float32)
        data[:, 0] = self.image.world_to_data(viewer.dims.point)
        data[:, :, list(axes)] = segments
        return data, seams

    def _flat(
        self, viewer: Viewer, kind: str, cursor: tuple[float, ...] | None
    ) -> tuple[np.ndarray, np.ndarray]:
        plane = self.plane(viewer)
        if kind == TILES:
            return tile_lines(self.plan, plane, MIN_GAP[TILES])
        if kind == LATTICE:
            segments = lattice(self.plan, plane, MIN_GAP[LATTICE])
        else:
            segments = context_frame(self.plan, plane, cursor or self._middle(viewer, plane))
        return segments, np.zeros(len(segments), bool)

    def _edges(self, kind: str, axes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Return the edges of the tiles of a volume; nothing else is drawn in 3D."""
        segments = np.empty((0, 2, 3))
        order = [at for at in map(self.planned, axes) if at is not None]
        if kind == TILES and len(order) == 3:
            segments = tile_edges(self.plan, self.plan.shape)[:, :, order]
        return segments, np.full(len(segments), not self.plan.legal)

    def _middle(self, viewer: Viewer, plane: Plane) -> tuple[float, ...]:
        position = slice_point(viewer, self.image)
        axes = list(shown_axes(viewer, self.image))
        position[axes] = [sum(plane.inside(axis)) / 2 for axis in (0, 1)]
        return self._in_plan(position)

    def _in_plan(self, position: np.ndarray) -> tuple[float, ...]:
        return tuple(float(position[self.axes.index(letter)]) for letter in self.space)


def plane_of(
    viewer: Viewer, image: ImageLayer, tiled: tuple[int | None, int | None] = (None, None)
) -> Plane:
    """Return the plane of an image that is on the screen, which must be flat."""
    rows, columns = shown_axes(viewer, image)
    shape = full_resolution(image).shape
    return Plane(
        shape=(shape[rows], shape[columns]),
        tiled=tiled,
        visible=visible_spans(viewer, image),
        px_per_screen_px=screen_pixel(viewer, image),
    )
