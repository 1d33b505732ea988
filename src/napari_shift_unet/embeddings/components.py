"""Clusters of pixels as objects in space: connected, large enough, and numbered by place."""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Int, Integer
from skimage.measure import label

from .binning import group_rows


def split_components(
    labels: Integer[np.ndarray, "*space"] | Bool[np.ndarray, "*space"],
) -> Int[np.ndarray, "*space"]:
    """Give each connected part of each label, or of a mask, a number, from 1 in raster order.

    Pixels that touch with a face, an edge or a corner are connected (8 neighbours in 2D, 26 in
    3D). Objects that lie side by side differ in label already, so the generous choice splits no
    thin object and joins only look-alikes that touch.
    """
    # A last axis of one pixel would be swapped, and the parts numbered along another one.
    ones_first = sorted(labels.shape, key=lambda n: n != 1)
    rows = np.ascontiguousarray(labels).reshape(ones_first)
    parts: np.ndarray = label(rows, background=0, connectivity=labels.ndim)  # type: ignore[no-untyped-call]
    return parts.reshape(labels.shape)


def relabel_in_raster_order(
    labels: Integer[np.ndarray, "*space"],
) -> Int[np.ndarray, "*space"]:
    """Renumber objects 1, 2, ... in the order in which a scan meets their first pixels; int32."""
    inside = labels != 0
    numbers, _ = pd.factorize(labels[inside])
    renumbered = np.zeros(labels.shape, np.int32)
    renumbered[inside] = numbers + 1
    return renumbered


def absorb_small(labels: Int[np.ndarray, "*space"], min_size: int) -> Int[np.ndarray, "*space"]:
    """Give pieces below a size to the larger object with which they share most faces.

    Pieces that touch it only through other pieces follow in turn; those that touch no larger
    object at all become background. Of two objects with as many faces the lower label gets the
    piece. Returns a new array.
    """
    small = np.bincount(labels.ravel()) < min_size
    small[0] = False
    if not small.any():
        return labels.copy()
    absorbed: np.ndarray = find_owners(small, *shared_faces(labels, small))[labels]
    return absorbed


def find_owners(
    small: Bool[np.ndarray, " ids"],
    pairs: Int[np.ndarray, "n 2"],
    faces: Int[np.ndarray, " n"],
) -> Int[np.ndarray, " ids"]:
    """Return the label that the pixels of each get when small ones are absorbed; 0 for none.

    Parameters
    ----------
    small
        Whether each label is to be absorbed; not so for 0, the background.
    pairs, faces
        Labels that touch, and the faces that they share; a pair in one order, or in several rows
        that are added up. All that a small one touches are needed.
    """
    owners = np.where(small, 0, np.arange(len(small)))
    pairs, faces = np.concatenate([pairs, pairs[:, ::-1]]), np.concatenate([faces, faces])
    matters = small[pairs[:, 0]]
    (pieces, others), faces = pairs[matters].T, faces[matters]
    while (waiting := (owners[pieces] == 0) & (owners[others] > 0)).any():
        found = np.stack([pieces[waiting], owners[others[waiting]]], axis=1)
        found, shared = sum_by_row(found, faces[waiting])
        best = np.lexsort((-found[:, 1], shared))  # the last one written counts
        owners[found[best, 0]] = found[best, 1]
    return owners


def shared_faces(
    labels: Int[np.ndarray, "*space"], counted: Bool[np.ndarray, " ids"]
) -> tuple[Int[np.ndarray, "n 2"], Int[np.ndarray, " n"]]:
    """Count the faces between labels that touch, for pairs of which one at least is `counted`.

    The lower label of a pair comes first.
    """
    pairs = []
    for axis in range(labels.ndim):
        along = np.moveaxis(labels, axis, 0)
        a, b = along[:-1], along[1:]
        border = (a != b) & (a > 0) & (b > 0)
        rows = np.stack([a[border], b[border]], axis=1)
        pairs.append(np.sort(rows[counted[rows].any(axis=1)], axis=1))
    touching = np.concatenate(pairs).astype(np.int64)
    return sum_by_row(touching, np.ones(len(touching), np.int64))


def sum_by_row(
    rows: Int[np.ndarray, "n 2"], values: Int[np.ndarray, " n"]
) -> tuple[Int[np.ndarray, "m 2"], Int[np.ndarray, " m"]]:
    """Add up the values of equal rows; return the rows that differ, sorted, and their sums."""
    order, starts = group_rows(rows)
    if len(starts) == 0:
        return rows, values
    return rows[order[starts]], np.add.reduceat(values[order], starts)
