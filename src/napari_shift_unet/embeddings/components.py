"""Clusters of pixels as objects in space: connected, large enough, and numbered by place."""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Int, Integer
from skimage.measure import label

from .binning import group_rows


def split_components(
    labels: Integer[np.ndarray, "*space"] | Bool[np.ndarray, "*space"],
) -> Int[np.ndarray, "*space"]:
    """Give each connected part of each label, or of a mask, a label of its own.

    Pixels that touch with a face, an edge or a corner are connected (8 neighbours in 2D, 26 in
    3D). Objects that lie side by side differ in label already, so the generous choice splits no
    thin object and joins only look-alikes that touch.
    """
    parts: np.ndarray = label(labels, background=0, connectivity=labels.ndim)  # type: ignore[no-untyped-call]
    return parts


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
    owners = np.where(small, 0, np.arange(len(small)))
    if small.any():
        pieces, others, faces = _shared_faces(labels, small)
        while (waiting := (owners[pieces] == 0) & (owners[others] > 0)).any():
            pairs = np.stack([pieces[waiting], owners[others[waiting]]], axis=1)
            pairs, shared = _sum_by_row(pairs, faces[waiting])
            best = np.lexsort((-pairs[:, 1], shared))  # the last one written counts
            owners[pairs[best, 0]] = pairs[best, 1]
    absorbed: np.ndarray = owners[labels]
    return absorbed


def _shared_faces(
    labels: Int[np.ndarray, "*space"], small: Bool[np.ndarray, " ids"]
) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"], Int[np.ndarray, " n"]]:
    """Count the faces between each small piece and each other object: piece, object, faces."""
    pairs = []
    for axis in range(labels.ndim):
        along = np.moveaxis(labels, axis, 0)
        a, b = along[:-1], along[1:]
        border = (a != b) & (a > 0) & (b > 0)
        a, b = a[border], b[border]
        for piece, other in ((a, b), (b, a)):
            pairs.append(np.stack([piece, other], axis=1)[small[piece]])
    touching = np.concatenate(pairs).astype(np.int64)
    found, faces = _sum_by_row(touching, np.ones(len(touching), np.int64))
    return found[:, 0], found[:, 1], faces


def _sum_by_row(
    rows: Int[np.ndarray, "n 2"], values: Int[np.ndarray, " n"]
) -> tuple[Int[np.ndarray, "m 2"], Int[np.ndarray, " m"]]:
    order, starts = group_rows(rows)
    if len(starts) == 0:
        return rows, values
    return rows[order[starts]], np.add.reduceat(values[order], starts)
