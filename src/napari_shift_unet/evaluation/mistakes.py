"""Objects that were split or merged, after Caicedo et al. 2019 (Cytometry A 95, 952-965)."""

from itertools import product

import numpy as np
from jaxtyping import Bool, Int, Integer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .overlaps import Overlaps

SHARE = 0.1
"""Objects with an intersection over union above this belong together."""


def false_splits(overlaps: Overlaps) -> Bool[np.ndarray, " t"]:
    """Return which true objects belong together with two or more predicted ones."""
    split: Bool[np.ndarray, " t"] = (overlaps.iou > SHARE).sum(axis=0) > 1
    return split


def false_merges(overlaps: Overlaps) -> Bool[np.ndarray, " p"]:
    """Return which predicted objects belong together with two or more true ones."""
    merged: Bool[np.ndarray, " p"] = (overlaps.iou > SHARE).sum(axis=1) > 1
    return merged


def distant_merges(
    overlaps: Overlaps, truth: Integer[np.ndarray, "..."]
) -> dict[int, list[Int[np.ndarray, " part"]]]:
    """Find predicted objects that belong together with true ones which do not touch.

    Objects touch if a pixel of one is a neighbour of a pixel of the other, with a face, an edge or
    a corner.

    Returns
    -------
    dict
        For the id of each such predicted object its true objects: arrays of ids, of which those in
        one array touch, directly or through each other.
    """
    together = csr_array(overlaps.iou > SHARE)
    rows = np.flatnonzero(false_merges(overlaps))
    merged = overlaps.true[np.unique(together[rows].indices)]
    touching = touching_pairs(np.where(np.isin(truth, merged), truth, 0)) if len(merged) else None
    found = {}
    for row in rows:
        parts = _parts(overlaps.true[np.sort(together[[row]].indices)], touching)
        if len(parts) > 1:
            found[int(overlaps.found[row])] = parts
    return found


def touching_pairs(labels: Integer[np.ndarray, "*space"]) -> Integer[np.ndarray, "n 2"]:
    """Return the pairs of objects that touch; the lower id comes first, each pair is there once."""
    pairs = [np.zeros((0, 2), labels.dtype)]
    for step in product((-1, 0, 1), repeat=labels.ndim):
        if step <= (0,) * labels.ndim:
            continue  # the opposite step sees the same pairs
        a = labels[tuple(slice(max(0, -s), n - max(0, s)) for s, n in zip(step, labels.shape))]  # noqa: B905
        b = labels[tuple(slice(max(0, s), n - max(0, -s)) for s, n in zip(step, labels.shape))]  # noqa: B905
        border = (a != b) & (a > 0) & (b > 0)
        pairs.append(np.stack([a[border], b[border]], axis=1))
    every: Integer[np.ndarray, "n 2"] = np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)
    return every


def _parts(
    ids: Integer[np.ndarray, " n"], touching: Integer[np.ndarray, "m 2"] | None
) -> list[Integer[np.ndarray, " part"]]:
    """Group objects that touch, directly or through each other."""
    inside = np.zeros((0, 2), int) if touching is None else touching
    inside = inside[np.isin(inside, ids).all(axis=1)]
    a, b = np.searchsorted(ids, inside).T
    graph = csr_array((np.ones(len(a), bool), (a, b)), (len(ids), len(ids)))
    count, part = connected_components(graph, directed=False)
    return [ids[part == number] for number in range(count)]
