"""Objects of two label images that belong together."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .contingency import NOBODY, Contingency

Members = list[Int[np.ndarray, "_"]]
"""For each group the places of its objects among those of one image."""


@dataclass(frozen=True)
class Groups:
    """Objects that belong together, directly or through others; every object is in one group."""

    of_a: Int[np.ndarray, " p"]
    """Group of each object of A."""
    of_b: Int[np.ndarray, " q"]
    iou: Float[np.ndarray, " g"]
    """Intersection over union of the best two objects of each group; 0 if it has only one."""

    def members(self) -> tuple[Members, Members]:
        """Return the objects of A and those of B in each group."""
        return _members(self.of_a, len(self.iou)), _members(self.of_b, len(self.iou))

    def of_pairs(self, table: Contingency) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"]]:
        """Return the group of the object of A in each pair of the table, and of that of B."""
        return np.append(self.of_a, NOBODY)[table.pair_a], np.append(self.of_b, NOBODY)[
            table.pair_b
        ]

    def boxes(
        self, table: Contingency
    ) -> tuple[Int[np.ndarray, "g ndim"], Int[np.ndarray, "g ndim"]]:
        """Return of each group the first pixel of its box, and the one behind its last."""
        return table.boxes_around(*self.of_pairs(table), count=len(self.iou))


def group(table: Contingency) -> Groups:
    """Group the objects of two label images.

    Two objects belong together if one of them has more than half of its pixels in the other.
    """
    both = (table.pair_a != NOBODY) & (table.pair_b != NOBODY)
    a, b, shared = table.pair_a[both], table.pair_b[both], table.shared[both]
    area_a, area_b = table.area_a[a], table.area_b[b]
    near = 2 * shared > np.minimum(area_a, area_b)
    a, b, iou = a[near], b[near], (shared / (area_a + area_b - shared))[near]
    ahead, count = len(table.ids_a), len(table.ids_a) + len(table.ids_b)
    links = coo_array((np.ones(len(a), bool), (a, ahead + b)), (count, count))
    number, of_object = connected_components(links, directed=False)
    best = np.zeros(number)
    np.maximum.at(best, of_object[a], iou)
    return Groups(of_object[:ahead], of_object[ahead:], best)


def _members(of_object: Int[np.ndarray, " p"], number: int) -> Members:
    order = np.argsort(of_object, kind="stable")
    bounds = np.searchsorted(of_object[order], np.arange(1, number))
    return np.split(order, bounds) if number else []
