"""The seams of an audit as lines: along each seam, and thicker where a suspicious pair faces.

Segments are `(n, 2, ndim)`, starts and displacements in px along all axes of the labels. Pixel i
reaches from i - 0.5 to i + 0.5, as napari's layers have it.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..canvas.lines import HALF_PX, MOST_PLANES_3D

if TYPE_CHECKING:
    from ...seams import Audit, Pair

SHORTEST_PX = 4.0
"""A contact of few pixels is drawn this long at least."""
NEAR_PX = 1.0
"""A contact across the shown slice is drawn in the slices before and behind it."""


class Shown(NamedTuple):
    """What of the labels is on the screen."""

    axes: tuple[int, ...]
    """Two or three of them."""
    point: np.ndarray
    """Where the sliders stand along all axes, in px."""


def seam_lines(audit: "Audit", shown: Shown) -> tuple[np.ndarray, np.ndarray]:
    """Return the seams on the screen, and the score of each line."""
    ndim, shape = len(audit.stack.axes), audit.stack.shape
    segments, scores = [np.empty((0, 2, ndim))], []
    borders = {
        axis: [0, *(seam.position for seam in audit.seams if seam.axis == axis), shape[axis]]
        for axis in shown.axes
    }
    if sum(map(len, borders.values())) > MOST_PLANES_3D:
        borders = {axis: [0, shape[axis]] for axis in shown.axes}
    for seam in audit.seams:
        if seam.axis not in shown.axes:
            continue
        others = [axis for axis in shown.axes if axis != seam.axis]
        for along in others:
            ends = [borders[axis] for axis in others if axis != along]
            lines = np.zeros((len(list(product(*ends))), 2, ndim))
            lines[:, 0] = shown.point
            lines[:, 0, seam.axis] = seam.position - HALF_PX
            lines[:, 0, along] = -HALF_PX
            lines[:, 1, along] = shape[along]
            for axis, places in zip([a for a in others if a != along], ends, strict=True):
                lines[:, 0, axis] = np.asarray(places) - HALF_PX
            segments.append(lines)
            scores += [seam.score] * len(lines)
    return np.concatenate(segments), np.array(scores)


def contact_lines(
    audit: "Audit", pairs: "Iterable[Pair]", shown: Shown
) -> tuple[np.ndarray, np.ndarray]:
    """Return the contacts of pairs on the screen, and which pair each line is of."""
    segments, owners = [], []
    for at, pair in enumerate(pairs):
        length = contact_length(audit, pair)
        if not _is_near(audit, pair, shown, length):
            continue
        for along in _directions(pair, shown.axes):
            line = np.zeros((2, len(pair.centre)))
            line[0] = pair.centre
            hidden = [axis for axis in range(line.shape[1]) if axis not in shown.axes]
            line[0, hidden] = shown.point[hidden]
            line[0, along] -= length / 2
            line[1, along] = length
            segments.append(line)
            owners.append(at)
    empty = np.empty((0, 2, len(audit.stack.axes)))
    return np.array(segments) if segments else empty, np.array(owners, int)


def contact_length(audit: "Audit", pair: "Pair") -> float:
    """Return the length of a contact in px: in 3D the side of a square of its area."""
    return max(SHORTEST_PX, float(pair.contact_px ** (1 / (len(audit.stack.space) - 1))))


def _directions(pair: "Pair", axes: Sequence[int]) -> list[int]:
    """Return along which of the shown axes a contact is drawn."""
    inside = [axis for axis in axes if axis != pair.axis]
    return inside if len(axes) == 3 or pair.axis in axes else inside[-1:]


def _is_near(audit: "Audit", pair: "Pair", shown: Shown, length: float) -> bool:
    for axis, at in enumerate(pair.centre):
        if axis in shown.axes:
            continue
        if axis not in audit.stack.space:
            reach = HALF_PX
        else:
            reach = NEAR_PX if axis == pair.axis else length / 2
        if abs(shown.point[axis] - at) > reach:
            return False
    return True
