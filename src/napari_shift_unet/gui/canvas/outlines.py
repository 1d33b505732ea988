"""Outlines of objects as lines on the edges of their pixels; segments as in `lines`."""

from itertools import product

import numpy as np

from .lines import HALF_PX


def outline(mask: np.ndarray, origin: tuple[float, float] = (0, 0)) -> np.ndarray:
    """Return the border of the pixels of a mask, `(n, 2, 2)` starts and displacements.

    Parameters
    ----------
    mask
        Pixels of an object, or of a box around it, `(h, w)` bool.
    origin
        Place of its first pixel.
    """
    found = []
    for axis in (0, 1):
        padded = np.pad(mask, 1)
        differ = np.diff(padded.astype(np.int8), axis=axis) != 0
        places = np.argwhere(differ).astype(float)
        # The pad shifts places by one pixel, along the border by one as well.
        places[:, 1 - axis] -= 1
        segments = np.zeros((len(places), 2, 2))
        segments[:, 0] = places - HALF_PX + origin
        segments[:, 1, 1 - axis] = 1
        found.append(segments)
    return np.concatenate(found)


def box_edges(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the twelve edges of a box of pixels, `(12, 2, 3)`; `high` is behind the last one."""
    edges = []
    for axis in range(3):
        others = [at for at in range(3) if at != axis]
        for corner in product(*((low[at], high[at]) for at in others)):
            edge = np.zeros((2, 3))
            edge[0, others], edge[0, axis] = corner, low[axis]
            edge[0] -= HALF_PX
            edge[1, axis] = high[axis] - low[axis]
            edges.append(edge)
    return np.array(edges)
