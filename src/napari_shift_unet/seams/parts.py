"""Connected parts of labels, and how wide each is along an axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, Integer
from scipy.ndimage import find_objects
from skimage.measure import label


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


def split_parts(frame: Integer[np.ndarray, "*space"]) -> Int[np.ndarray, "*space"]:
    """Give connected parts numbers of their own; what two tiles called alike comes apart."""
    parts: np.ndarray = label(frame, background=0, connectivity=frame.ndim)  # type: ignore[no-untyped-call]
    return parts


def measure_profile(frames: Sequence[Int[np.ndarray, "*space"]], axis: int) -> Profile:
    """Measure the parts of one or several frames of the same shape along an axis."""
    profiles = [_measure(parts, axis) for parts in frames]
    return Profile(
        np.concatenate([p.widths for p in profiles]),
        np.concatenate([p.first for p in profiles]),
        np.concatenate([p.counts for p in profiles]),
        frames[0].shape[axis],
    )


def _measure(parts: Int[np.ndarray, "*space"], axis: int) -> Profile:
    spans = [box[axis] for box in find_objects(parts)]
    first = np.array([span.start for span in spans], np.int64)
    counts = np.array([span.stop - span.start for span in spans], np.int64)
    begins = np.cumsum(counts) - counts
    inside = np.flatnonzero(parts)
    members = parts.ravel()[inside] - 1
    below = int(np.prod(parts.shape[axis + 1 :]))
    positions = inside // below % parts.shape[axis]
    places = begins[members] + positions - first[members]
    widths = np.bincount(places, minlength=int(counts.sum()))
    return Profile(widths, first, counts, parts.shape[axis])
