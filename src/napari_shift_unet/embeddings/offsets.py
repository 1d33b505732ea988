"""Where pixels say that the centre of their object is."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Integer

MOST = 5_000
"""Vectors that are returned at most: more of them cannot be told apart on a screen."""
RING = ((0.94, 0.89, 0.26), (0.93, 0.45, 0.22), (0.84, 0.48, 0.82), (0.34, 0.71, 0.91))
"""Colours of the directions right, down, left and up, of which no two look alike to anybody."""


class Offsets(NamedTuple):
    """Displacements at some pixels.

    Attributes
    ----------
    pixels : integer array, (n, axes)
        Where they start, in px of the whole image.
    vectors : float array, (n, d)
        What they add to the last d coordinates, in px.
    spacing : int
        Distance of the pixels along each axis, in px.
    """

    pixels: Integer[np.ndarray, "n axes"]
    vectors: Float[np.ndarray, "n d"]
    spacing: int


def sample_offsets(
    channels: Float[np.ndarray, "d *space"],
    confidence: Float[np.ndarray, "*space"] | None = None,
    threshold: float = 0.5,
    box: Sequence[slice] | None = None,
    spacing: int = 1,
    most: int = MOST,
) -> Offsets:
    """Return the displacements on a regular grid, which lies alike whatever part is looked at.

    Parameters
    ----------
    channels
        Displacements in px, in which semi-convolutional and spatial embeddings begin ([Nov],
        section 3; [Nev], section 3.1). Axes before the last d are planes.
    confidence, threshold
        Pixels that are at least so confident are looked at; all without a confidence.
    box
        Part of the image; the whole of it if left out. One pixel wide along axes that are not seen.
    spacing
        Smallest distance of the pixels along each axis in px; doubled until there are few enough.
    most
        Largest number of vectors.
    """
    space = channels.shape[1:]
    box = box or [slice(0, n) for n in space]
    while True:
        grid = tuple(_grid(side, spacing) for side in box)
        seen = np.broadcast_to(True, space)[grid]
        if confidence is not None:
            seen = confidence[grid] >= threshold
        if np.count_nonzero(seen) <= most:
            break
        spacing *= 2
    starts, steps = [side.start for side in grid], [side.step for side in grid]
    pixels = np.argwhere(seen) * steps + starts
    return Offsets(pixels, channels[(slice(None), *grid)][:, seen].T, spacing)


def direction_colours(vectors: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n 3"]:
    """Return red, green and blue, 0 to 1, of the direction in the plane of the last two axes."""
    turns = np.arctan2(vectors[:, -2], vectors[:, -1]) / (2 * np.pi) % 1
    ring = np.array([*RING, RING[0]])
    corners = np.linspace(0, 1, len(ring))
    colours = [np.interp(turns, corners, ring[:, channel]) for channel in range(3)]
    return np.stack(colours, axis=1)


def _grid(side: slice, spacing: int) -> slice:
    """Return multiples of the spacing on a side; the only pixel of a side that is that short."""
    if side.stop - side.start == 1:
        return slice(side.start, side.stop, 1)
    return slice(-(-side.start // spacing) * spacing, side.stop, spacing)
