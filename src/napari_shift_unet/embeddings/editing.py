"""What a picked region does to labels: it becomes an object, joins one, or is cut from one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy.ndimage import binary_fill_holes, find_objects
from skimage.segmentation import flood

SWALLOWED = 0.75
"""An object of which at least this share lies in the region belongs to it as a whole."""


@dataclass(frozen=True)
class Change:
    """A new label for some pixels."""

    where: tuple[np.ndarray, ...]
    """One array of pixel positions per axis, as `numpy.nonzero` returns them."""
    label: int
    """0 for background."""


def connected_region(
    similarity: Float[np.ndarray, "*space"],
    pixel: Sequence[int],
    threshold: float,
    foreground: Bool[np.ndarray, "*space"] | None = None,
) -> Bool[np.ndarray, "*space"]:
    """Return the pixels of at least a similarity that hang together, by faces, with a pixel.

    Holes are filled. Background next to an object is often embedded like it. Therefore a pixel of
    the foreground has a region of foreground only; that of a background pixel ignores it.

    Parameters
    ----------
    similarity
        Similarity of every pixel to the picked one, see `kernel.similarity`.
    pixel
        Position of the picked pixel.
    threshold
        Smallest similarity; the picked pixel itself always belongs to the region.
    foreground
        Pixels that the network holds for objects; `None` if it does not say.
    """
    alike = similarity >= threshold
    if foreground is not None and foreground[tuple(pixel)]:
        alike &= foreground
    alike[tuple(pixel)] = True
    region: np.ndarray = flood(alike, tuple(pixel), connectivity=1)  # type: ignore[no-untyped-call]
    (box,) = find_objects(region.astype(np.uint8))
    region[box] = binary_fill_holes(region[box])
    return region


def make_object(
    labels: Integer[np.ndarray, "*space"], region: Bool[np.ndarray, "*space"], unused: int
) -> tuple[int, list[Change]]:
    """Turn a region into one object.

    Objects that it swallows vanish in it, which joins the parts of a split one; from others it
    takes only what it covers, which splits a merged one.

    Parameters
    ----------
    labels
        Labels of the plane or volume; not changed.
    region
        Pixels of the object.
    unused
        A label for an object that was not there before.

    Returns
    -------
    label
        That of the largest object that was swallowed, else `unused`.
    changes
        To be applied in this order.
    """
    swallowed = swallowed_by(labels, region)
    label = swallowed[0] if swallowed else unused
    rest = np.isin(labels, swallowed) & ~region if swallowed else np.zeros_like(region)
    return label, _changes(labels, (rest, 0), (region, label))


def add_region(
    labels: Integer[np.ndarray, "*space"], region: Bool[np.ndarray, "*space"], label: int
) -> list[Change]:
    """Add a region, and the whole of every object that it swallows, to an object."""
    swallowed = swallowed_by(labels, region)
    return _changes(labels, (region | np.isin(labels, swallowed), label))


def cut_region(
    labels: Integer[np.ndarray, "*space"], region: Bool[np.ndarray, "*space"], label: int
) -> list[Change]:
    """Cut a region from an object; an object that the region swallows is removed."""
    taken = labels == label
    if label not in swallowed_by(labels, region):
        taken &= region
    return _changes(labels, (taken, 0))


def swallowed_by(
    labels: Integer[np.ndarray, "*space"], region: Bool[np.ndarray, "*space"]
) -> list[int]:
    """Return the objects of which at least `SWALLOWED` lies in the region, the largest first."""
    ids, inside = np.unique(labels[region], return_counts=True)
    sizes = {int(label): int(np.count_nonzero(labels == label)) for label in ids[ids > 0]}
    covered = dict(zip(ids.tolist(), inside.tolist(), strict=True))
    found = [label for label, size in sizes.items() if covered[label] >= SWALLOWED * size]
    return sorted(found, key=lambda label: -sizes[label])


def _changes(
    labels: Integer[np.ndarray, "*space"], *wanted: tuple[Bool[np.ndarray, "*space"], int]
) -> list[Change]:
    """Leave out pixels, and changes, that are already so."""
    pixels = [(np.nonzero(mask & (labels != label)), label) for mask, label in wanted]
    return [Change(where, label) for where, label in pixels if where[0].size]
