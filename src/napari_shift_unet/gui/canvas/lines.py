"""The lines of a plan of tiles in the plane that is shown; nothing finer than the screen shows.

Positions are those of napari's layer data: pixel i reaches from i - 0.5 to i + 0.5. Segments are
`(n, 2, 2)`: a start and a displacement in the order of the two shown axes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry import TilePlan, lattice_lines

Span = tuple[float, float]
HALF_PX = 0.5
MARGIN = 0.5
"""How much is drawn beyond each edge of the screen, over its size: panning then shows no gap."""
SAME_ZOOM = 0.02
"""Relative change of zoom at which the lines are not chosen anew."""
MOST_PLANES_3D = 90
"""Borders of tiles over all axes that are drawn in 3D; at most 2,700 lines."""
DASHES = 24
"""Dashes along each edge of a frame."""


@dataclass(frozen=True)
class Plane:
    """What is shown of an image: two axes of it, and the part that is on the screen."""

    shape: tuple[int, int]
    """Size of the image along the shown axes in px."""
    tiled: tuple[int | None, int | None]
    """Which axis of the plan each shown axis is; `None` for one along which nothing is tiled."""
    visible: tuple[Span, Span]
    """Part of the plane that is on the screen, in px; may reach beyond the image."""
    px_per_screen_px: tuple[float, float]
    """Image pixels per pixel of the screen along the shown axes."""

    def inside(self, axis: int) -> Span:
        """Return the part of the image along an axis that is on the screen."""
        low, high = self.visible[axis]
        return max(low, -HALF_PX), min(high, self.shape[axis] - HALF_PX)

    def still_covers(self, other: "Plane") -> bool:
        """Whether what was drawn for this plane, with its margin, will do for another one."""
        if self.shape != other.shape or self.tiled != other.tiled:
            return False
        for axis in (0, 1):
            zoom = other.px_per_screen_px[axis] / self.px_per_screen_px[axis]
            (low, high), (drawn_low, drawn_high) = other.inside(axis), self.drawn(axis)
            if abs(zoom - 1) > SAME_ZOOM or low < drawn_low or high > drawn_high:
                return False
        return True

    def drawn(self, axis: int) -> Span:
        """Return the part of the image along an axis that is drawn: with a margin to pan in."""
        low, high = self.visible[axis]
        margin = MARGIN * (high - low)
        return max(low - margin, -HALF_PX), min(high + margin, self.shape[axis] - HALF_PX)


def tile_lines(plan: TilePlan, plane: Plane, min_gap: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the borders of the crops and of the image, and which of them will be seams.

    Parameters
    ----------
    plan
        The plan of tiles.
    plane
        What is shown.
    min_gap
        Smallest distance of two lines on the screen in px.

    Returns
    -------
    tuple[ndarray, ndarray]
        Segments `(n, 2, 2)`, and `(n,)` bool: whether a seam is to be expected there.
    """
    segments, seams = [], []
    for axis, planned in enumerate(plane.tiled):
        inner = [] if planned is None else _inner(plane, axis, plan.crop[planned], min_gap)
        low, high = plane.drawn(axis)
        edges = [at for at in (0, plane.shape[axis]) if low <= at - HALF_PX <= high]
        warn = planned is not None and not plan.exact_axes[planned]
        lines = _lines(plane, axis, [*inner, *edges])
        segments.append(lines)
        seams += ([warn] * len(inner) + [False] * len(edges))[: len(lines)]
    return np.concatenate(segments), np.array(seams, bool)


def lattice(plan: TilePlan, plane: Plane, min_gap: float) -> np.ndarray:
    """Return the lines of the period's lattice, thinned to every second, fourth, ... where dense.

    Parameters and segments are as in `tile_lines`.
    """
    found = [
        _lines(plane, axis, _inner(plane, axis, plan.period[planned], min_gap))
        for axis, planned in enumerate(plane.tiled)
        if planned is not None
    ]
    return np.concatenate([np.empty((0, 2, 2)), *found])


def context_frame(plan: TilePlan, plane: Plane, position: Sequence[float]) -> np.ndarray:
    """Frame the tile at a position: what it writes in full, what it reads in dashes.

    Parameters
    ----------
    plan, plane
        As in `tile_lines`.
    position
        Along the axes of the plan, in px; brought into the image if it lies outside.
    """
    tile = plan.tile(tile_at(plan, position))
    whole = [(0, size) for size in plane.shape]
    read, write = (
        [whole[axis] if at is None else spans[at] for axis, at in enumerate(plane.tiled)]
        for spans in (tile.read, tile.write)
    )
    return np.concatenate([_frame(write), _dashed(_frame(read))])


def tile_at(plan: TilePlan, position: Sequence[float]) -> tuple[int, ...]:
    """Return the index of the tile that writes a position, in px along the axes of the plan."""
    return tuple(
        int(np.clip((at + HALF_PX) // crop, 0, count - 1))
        for at, crop, count in zip(position, plan.crop, plan.grid, strict=True)
    )


def tile_edges(plan: TilePlan, shape: Sequence[int]) -> np.ndarray:
    """Return the edges of all crops of a volume, for the view in 3D.

    Parameters
    ----------
    plan
        The plan of tiles of a volume.
    shape
        Size of the volume along the axes of the plan in px.

    Returns
    -------
    ndarray
        Segments `(n, 2, 3)`; the edges of the volume alone where there are too many tiles.
    """
    borders = [[*range(0, n, crop), n] for n, crop in zip(shape, plan.crop, strict=True)]
    if sum(map(len, borders)) > MOST_PLANES_3D:
        borders = [[0, n] for n in shape]
    edges = []
    for axis, size in enumerate(shape):
        others = [[0] if at == axis else borders[at] for at in range(len(shape))]
        starts = np.stack(np.meshgrid(*others, indexing="ij"), -1).reshape(-1, len(shape))
        segments = np.zeros((len(starts), 2, len(shape)))
        segments[:, 0] = starts - HALF_PX
        segments[:, 1, axis] = size
        edges.append(segments)
    return np.concatenate(edges)


def _inner(plane: Plane, axis: int, step: int, min_gap: float) -> list[int]:
    """Return the borders of a grid along an axis, in px, without the image's own edges."""
    low, high = (at + HALF_PX for at in plane.drawn(axis))
    found = lattice_lines(low, high, step, min_gap=min_gap * plane.px_per_screen_px[axis])
    return [at for at in found if 0 < at < plane.shape[axis]]


def _lines(plane: Plane, axis: int, borders: Sequence[int]) -> np.ndarray:
    """Return lines at borders of one axis that run along the other one, as far as is drawn."""
    low, high = plane.drawn(1 - axis)
    if low >= high:
        borders = []
    segments = np.zeros((len(borders), 2, 2))
    segments[:, 0, axis] = np.asarray(borders, float) - HALF_PX
    segments[:, 0, 1 - axis] = low
    segments[:, 1, 1 - axis] = high - low
    return segments


def _frame(box: Sequence[tuple[int, int]]) -> np.ndarray:
    (top, bottom), (left, right) = box
    height, width = bottom - top, right - left
    return np.array(
        [
            [[top, left], [height, 0]],
            [[top, right], [height, 0]],
            [[top, left], [0, width]],
            [[bottom, left], [0, width]],
        ],
        float,
    ) - [[[HALF_PX, HALF_PX], [0, 0]]]


def _dashed(segments: np.ndarray) -> np.ndarray:
    """Cut every segment into dashes with gaps of the same length."""
    pieces = 2 * DASHES - 1
    starts = np.arange(0, pieces, 2)[None, :, None] / pieces
    begin = segments[:, None, 0] + starts * segments[:, None, 1]
    length = np.broadcast_to(segments[:, None, 1] / pieces, begin.shape)
    return np.stack([begin, length], axis=2).reshape(-1, 2, 2)
