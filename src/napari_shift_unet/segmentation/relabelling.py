"""Objects of some labels replaced by those of a new, local clustering."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int, Integer
from scipy.ndimage import find_objects

from ..embeddings import relabel_in_raster_order

Box = tuple[slice, ...]


@dataclass(frozen=True)
class Drawing:
    """New objects for one plane, and the place that there is for them."""

    objects: Int[np.ndarray, "*space"]
    """Numbered from 1 in raster order."""
    replaced: Bool[np.ndarray, "*space"]
    """Pixels of the objects that go."""
    free: Bool[np.ndarray, "*space"]
    """These and the background: pixels of no object that stays."""


def draw_objects(
    labels: Integer[np.ndarray, "*space"],
    strips: Bool[np.ndarray, "*space"],
    found: Int[np.ndarray, "*space"],
    min_size: int = 0,
) -> Drawing:
    """Choose the new objects that replace those that touch some strips.

    A new object is drawn if it touches the strips or the place of an object that does, unless half
    of it or more lies in objects that stay, from which it takes nothing.

    Parameters
    ----------
    labels
        One plane.
    strips
        The objects that touch them go.
    found
        Labels of the new clustering, 0 where nothing was clustered.
    min_size
        New objects of which less can be seen, in px, are not drawn.
    """
    replaced = (labels > 0) & np.isin(labels, ids_in(labels, strips))
    free = replaced | (labels == 0)
    length = int(found.max()) + 1
    whole = np.bincount(found.ravel(), minlength=length)
    seen = np.bincount(found[free], minlength=length)
    near = np.bincount(found[free & (strips | replaced)], minlength=length)
    chosen = (near > 0) & (2 * seen > whole) & (seen >= min_size)
    chosen[0] = False
    return Drawing(relabel_in_raster_order(found * (free & chosen[found])), replaced, free)


def insert_objects(
    labels: Integer[np.ndarray, "*space"], drawing: Drawing, unused: int
) -> Int[np.ndarray, "*space"]:
    """Return labels, int64, in which the new objects stand in place of the old ones.

    Each takes the id of the replaced object with which it shares most pixels; an id that two would
    take goes to the one that shares more. The others count from `unused` on.
    """
    objects = drawing.objects
    ids = np.zeros(int(objects.max()) + 1, np.int64)
    both = drawing.replaced & (objects > 0)
    pairs = np.stack([objects[both], labels[both]], axis=1).astype(np.int64)
    found, shared = np.unique(pairs, axis=0, return_counts=True)
    taken: set[int] = set()
    for number, old in found[np.argsort(-shared, kind="stable")].tolist():
        if not ids[number] and old not in taken:
            ids[number] = old
            taken.add(old)
    nameless = np.flatnonzero(ids == 0)[1:]
    ids[nameless] = unused + np.arange(len(nameless))
    inserted: np.ndarray = np.where(drawing.replaced, 0, labels).astype(np.int64)
    inserted[objects > 0] = ids[objects[objects > 0]]
    return inserted


def ids_in(
    labels: Integer[np.ndarray, "*space"], where: Bool[np.ndarray, "*space"]
) -> Integer[np.ndarray, " n"]:
    """Return the sorted ids of the objects that have a pixel there."""
    ids = np.unique(labels[where])
    return ids[ids > 0]


def boxes_of(labels: Integer[np.ndarray, "*space"], ids: Integer[np.ndarray, " n"]) -> list[Box]:
    """Return the bounding box of each of these objects; the ids are sorted."""
    if not len(ids):
        return []
    place = np.searchsorted(ids, labels).clip(max=len(ids) - 1)
    return [*filter(None, find_objects(np.where(ids[place] == labels, place + 1, 0)))]
