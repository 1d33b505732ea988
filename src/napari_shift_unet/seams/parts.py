"""How wide connected parts of labels are along an axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from scipy.ndimage import find_objects


@dataclass(frozen=True)
class Profile:
    """Width of every part at every position of one axis, part after part.

    The width is a number of pixels: the length of the part's cross-section in 2D, its area in 3D.
    """

    widths: Int[np.ndarray, " n"]
    """Of the first part from its first to its last position, then of the second, and so on."""
    first: Int[np.ndarray, " parts"]
    """First position of each part."""
    counts: Int[np.ndarray, " parts"]
    """Number of positions of each part."""
    length: int
    """Of the axis in px."""

    def mirrored(self) -> "Profile":
        """Return the same parts seen from the other end of the axis."""
        first = self.length - self.first - self.counts
        return Profile(self.widths[::-1], first[::-1], self.counts[::-1], self.length)


def measure_profiles(frames: Sequence[Int[np.ndarray, "*space"]]) -> list[Profile]:
    """Measure the parts of one or several frames of the same shape, along each axis."""
    of_frames = [_measure(parts) for parts in frames]
    return [
        Profile(
            np.concatenate([p.widths for p in of_axis]),
            np.concatenate([p.first for p in of_axis]),
            np.concatenate([p.counts for p in of_axis]),
            of_axis[0].length,
        )
        for of_axis in zip(*of_frames, strict=True)
    ]


def _measure(parts: Int[np.ndarray, "*space"]) -> list[Profile]:
    boxes, inside = find_objects(parts), np.nonzero(parts)
    members, profiles = parts[inside], []
    for axis, positions in enumerate(inside):
        first = np.array([box[axis].start for box in boxes], np.int64)
        counts = np.array([box[axis].stop for box in boxes], np.int64) - first
        begins = np.cumsum(counts) - counts
        # The background has the number 0, and no place.
        shifts = np.concatenate([[0], begins - first])
        widths = np.bincount(shifts[members] + positions, minlength=int(counts.sum()))
        profiles.append(Profile(widths, first, counts, parts.shape[axis]))
    return profiles
