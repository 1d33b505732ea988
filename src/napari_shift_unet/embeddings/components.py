"""Clusters of pixels as objects in space: connected, large enough, and numbered by place."""

from math import prod

import numpy as np
import pandas as pd
from jaxtyping import Bool, Int, Integer

from .binning import group_rows
from .touching import connect, gather, paint, shared_by_small


def draw_clusters(
    places: Int[np.ndarray, " n"],
    clusters: Int[np.ndarray, " n"],
    space: tuple[int, ...],
    split: bool,
    min_size: int,
) -> Int[np.ndarray, "*space"]:
    """Make objects of the clusters of listed pixels.

    The same as `split_components`, if clusters are to be split, then `absorb_small` and
    `relabel_in_raster_order` on the image of all clusters, but only listed pixels are looked at.

    Parameters
    ----------
    places
        Where the pixels are in the flattened image, ascending.
    clusters
        Number of each pixel's cluster from 0, or -1 where it has none.
    space
        Number of pixels of the image per axis.
    split
        Whether each connected part of a cluster is an object of its own.
    min_size
        Smaller pieces join an object that they touch, or are dropped; in px.

    Returns
    -------
    ndarray
        int32 labels 1 .. n in raster order of each object's first pixel, 0 is background.
    """
    numbers, shape = np.zeros(prod(space), np.int32), np.array(space, np.int64)
    clusters = np.ascontiguousarray(clusters, np.int32)
    if split:
        labels, sizes = connect(places, clusters, shape, numbers)
        names = np.arange(len(sizes))
    else:
        names, sizes = gather(places, clusters, numbers)
        labels = np.arange(len(sizes), dtype=np.int32)
    small = sizes < min_size
    small[0] = False
    if small.any():
        paint(places, labels, numbers)
        pairs = np.empty((0, 2), np.int64)
        count = shared_by_small(places, shape, numbers, small, pairs)
        pairs = np.empty((count, 2), np.int64)
        shared_by_small(places, shape, numbers, small, pairs)
        labels = _absorb(names, small, pairs)
    paint(places, labels, numbers)
    return numbers.reshape(space)


def _absorb(
    names: Int[np.ndarray, " k"], small: Bool[np.ndarray, " k"], pairs: Int[np.ndarray, "m 2"]
) -> Int[np.ndarray, " k"]:
    """Return the label of the object of each part, from the faces of small parts.

    Parts come in raster order; of equal neighbours that of the lower name gets a small one.
    """
    counted = np.zeros(int(names.max()) + 1, np.bool_)
    counted[names] = small
    touching = np.sort(names[pairs], axis=1)
    owners = find_owners(counted, *sum_by_row(touching, np.ones(len(pairs), np.int64)))
    return relabel_in_raster_order(owners[names])


def split_components(
    labels: Integer[np.ndarray, "*space"] | Bool[np.ndarray, "*space"],
) -> Int[np.ndarray, "*space"]:
    """Give each connected part of each label, or of a mask, a number, from 1 in raster order.

    Pixels that touch with a face, an edge or a corner are connected (8 neighbours in 2D, 26 in
    3D). Objects that lie side by side differ in label already, so the generous choice splits no
    thin object and joins only look-alikes that touch.
    """
    flat = np.ascontiguousarray(labels).ravel()
    places = np.flatnonzero(flat)
    clusters = np.zeros(len(places), np.int32)
    if labels.dtype != np.bool_:
        clusters[:] = pd.factorize(flat[places])[0]
    numbers, shape = np.zeros(flat.size, np.int32), np.array(labels.shape, np.int64)
    paint(places, connect(places, clusters, shape, numbers)[0], numbers)
    return numbers.reshape(labels.shape)


def number_parts(places: Int[np.ndarray, " n"], space: tuple[int, ...]) -> Int[np.ndarray, " n"]:
    """Return the connected part of each listed pixel, from 1; see `split_components`."""
    numbers = np.zeros(prod(space), np.int32)
    clusters, shape = np.zeros(len(places), np.int32), np.array(space, np.int64)
    codes, _ = connect(places, clusters, shape, numbers)
    parts: np.ndarray = codes[numbers[places]]
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
