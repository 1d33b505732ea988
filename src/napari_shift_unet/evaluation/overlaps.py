"""Which predicted objects lie on which true ones, and by how much."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Integer
from scipy.sparse import coo_array, csr_array

from .contingency import NOBODY, Contingency


@dataclass(frozen=True)
class Overlaps:
    """Predicted objects against true ones; ids in rising order, without 0 and what is negative."""

    found: Int[np.ndarray, " p"]
    """Ids of the predicted objects."""
    true: Int[np.ndarray, " t"]
    """Ids of the true objects."""
    iou: csr_array
    """Intersection over union, p x t; only objects that share a pixel have an entry."""
    certain: Bool[np.ndarray, " p"]
    """Whether at least half of a predicted object lies where somebody annotated."""
    table: Contingency
    """Pixels that predicted objects (A) and true ones (B) share, of what was annotated."""


def overlaps_of(
    labels: Integer[np.ndarray, "*space"], truth: Integer[np.ndarray, "..."]
) -> Overlaps:
    """Return the overlaps of two label images.

    Where the truth is negative nobody has annotated, and only the rest of an object is compared.

    Raises
    ------
    InputError
        If they differ in shape.
    """
    table = Contingency.of(labels, truth)
    kept, certain = table, np.ones(len(table.ids_a), bool)
    if truth.size and truth.min() < 0:
        kept = Contingency.of(np.where(truth < 0, 0, labels), truth)
        whole = table.area_a[np.searchsorted(table.ids_a, kept.ids_a)]
        certain = 2 * kept.area_a >= whole
    both = (kept.pair_a != NOBODY) & (kept.pair_b != NOBODY)
    row, column, shared = kept.pair_a[both], kept.pair_b[both], kept.shared[both]
    union = kept.area_a[row] + kept.area_b[column] - shared
    size = len(kept.ids_a), len(kept.ids_b)
    iou = coo_array((shared / union, (row, column)), size).tocsr()
    return Overlaps(kept.ids_a, kept.ids_b, iou, certain, kept)


def intersection_over_union(
    labels: Integer[np.ndarray, "*space"], truth: Integer[np.ndarray, "..."]
) -> Float[np.ndarray, "p t"]:
    """Return the overlap of every object with every true one, in rising order of ids.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    overlap: Float[np.ndarray, "p t"] = overlaps_of(labels, truth).iou.toarray()
    return overlap
