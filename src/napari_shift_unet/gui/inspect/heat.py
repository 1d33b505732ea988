"""The seams of an audit as lines: along each seam, and thicker where a suspicious pair faces.

Segments are `(n, 2, ndim)`, starts and displacements in px along all axes of the labels. Pixel i
reaches from i - 0.5 to i + 0.5, as napari's layers have it.
"""

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from ..canvas.lines import HALF_PX, MOST_PLANES_3D

if TYPE_CHECKING:
    from ...seams import Audit

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


class Contacts(NamedTuple):
    """The contacts of pairs, one entry each."""

    axis: np.ndarray
    """Axis that the seam cuts."""
    centre: np.ndarray
    """`(n, ndim)` in px."""
    length: np.ndarray
    """In px: in 3D the side of a square of its area."""
    score: np.ndarray

    @classmethod
    def of(cls, audit: "Audit") -> Self:
        """Gather the contacts of all pairs of an audit."""
        pairs, planar = audit.pairs, len(audit.stack.space) - 1
        sizes = np.array([pair.contact_px for pair in pairs], float)
        return cls(
            axis=np.array([pair.axis for pair in pairs], int),
            centre=np.array([pair.centre for pair in pairs]).reshape(-1, len(audit.stack.axes)),
            length=np.maximum(SHORTEST_PX, sizes ** (1 / planar)),
            score=np.array([pair.score for pair in pairs], float),
        )


def contact_lines(
    contacts: Contacts, wanted: np.ndarray, space: Sequence[int], shown: Shown
) -> tuple[np.ndarray, np.ndarray]:
    """Return the contacts on the screen, and which of them each line is of.

    Parameters
    ----------
    contacts
        Of all pairs.
    wanted
        Which of them are drawn, `(n,)` bool.
    space
        Axes that may be tiled.
    shown
        What is on the screen.
    """
    ndim = contacts.centre.shape[1]
    hidden = [axis for axis in range(ndim) if axis not in shown.axes]
    near = wanted.copy()
    for axis in hidden:
        reach = np.where(contacts.axis == axis, NEAR_PX, contacts.length / 2)
        far = np.abs(contacts.centre[:, axis] - shown.point[axis])
        near &= far <= (reach if axis in space else HALF_PX)
    # In a slice along its own seam a contact is an area; one line stands for it.
    flat = len(shown.axes) == 2
    areas = ~np.isin(contacts.axis, shown.axes) if flat else np.zeros(len(near), bool)
    segments, owners = [np.empty((0, 2, ndim))], [np.empty(0, int)]
    for along in shown.axes:
        drawn = near & (contacts.axis != along)
        if along != shown.axes[-1]:
            drawn &= ~areas
        which = np.flatnonzero(drawn)
        lines = np.zeros((len(which), 2, ndim))
        lines[:, 0] = contacts.centre[which]
        lines[:, 0, hidden] = shown.point[hidden]
        lines[:, 0, along] -= contacts.length[which] / 2
        lines[:, 1, along] = contacts.length[which]
        segments.append(lines)
        owners.append(which)
    return np.concatenate(segments), np.concatenate(owners)
