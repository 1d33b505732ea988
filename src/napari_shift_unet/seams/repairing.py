"""Pieces of objects put together again across seams, without a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Integer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .auditing import Audit
from .frames import LabelStack
from .pairs import REACH, Pair, contacts_across

MERGED = 0.9
"""Score from which pairs are merged unseen: above that from which they look split."""


@dataclass(frozen=True)
class Census:
    """What a biologist would count."""

    objects: int
    area_px: int
    """Of all objects together; volume in 3D."""
    mean_area_px: float
    mean_intensity: float | None = None
    """Mean over objects of their mean intensity."""


@dataclass(frozen=True)
class Repair:
    """Labels before and after."""

    labels: Integer[np.ndarray, "*axes"]
    """A new array of the type of the old one; untouched objects keep their ids."""
    merged: tuple[Pair, ...]
    """Pairs that were put together."""
    before: Census
    after: Census

    @property
    def facts(self) -> dict[str, Any]:
        """What `shift-unet repair --json` prints of it; plain JSON types."""
        return {
            "merged": [
                {name: value for name, value in vars(pair).items() if name != "centre"}
                for pair in self.merged
            ],
            "before": vars(self.before),
            "after": vars(self.after),
        }


def repair(
    audited: Audit, threshold: float = MERGED, intensity: np.ndarray | None = None
) -> Repair:
    """Merge the pairs of an audit; all that hang together get the smallest of their ids.

    Background of one or two pixels that a program left along the seam between two pieces is filled.

    Parameters
    ----------
    audited
        With the labels; they are not changed.
    threshold
        Pairs of at least this score are merged.
    intensity
        Pixels of the shape of the labels, for the mean intensity before and after.
    """
    stack = audited.stack
    merged = tuple(pair for pair in audited.pairs if pair.score >= threshold)
    labels = merge_pairs(stack, merged)
    return Repair(labels, merged, census(stack.labels, intensity), census(labels, intensity))


def merge_pairs(stack: LabelStack, pairs: Sequence[Pair]) -> Integer[np.ndarray, "*axes"]:
    """Return new labels in which the two of each pair are one object; gaps are filled.

    Parameters
    ----------
    stack
        The labels, with the ids that the pairs name; not changed.
    pairs
        Of an audit of these labels.
    """
    labels = np.array(stack.labels)
    depth = stack.space[0]
    for index in stack.indices():
        here = [pair for pair in pairs if tuple(map(int, pair.centre[:depth])) == index]
        if here:
            _fill(labels[index], here, depth)
            _merge(labels[index], here)
    return labels


def census(labels: Integer[np.ndarray, "*axes"], intensity: np.ndarray | None = None) -> Census:
    """Count and measure all objects."""
    inside = np.flatnonzero(labels)
    _, members, areas = np.unique(labels.ravel()[inside], return_inverse=True, return_counts=True)
    if not len(areas):
        return Census(0, 0, 0.0)
    mean = None
    if intensity is not None:
        sums = np.bincount(members, weights=intensity.ravel()[inside])
        mean = float(np.mean(sums / areas))
    return Census(len(areas), int(areas.sum()), float(areas.mean()), mean)


def _fill(frame: Integer[np.ndarray, "*space"], pairs: Sequence[Pair], depth: int) -> None:
    """Give the gap between two pieces to the first of them, where it is as wide as elsewhere."""
    wanted: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for pair in pairs:
        place = pair.axis - depth, pair.position
        wanted.setdefault(place, set()).add((pair.label_a, pair.label_b))
    for (axis, line), names in wanted.items():
        along = np.moveaxis(frame, axis, 0)
        contacts = contacts_across(along, line)
        named = zip(contacts.label_a.tolist(), contacts.label_b.tolist(), strict=True)
        merged = np.array([name in names for name in named], bool)
        inside = contacts.member >= 0
        inside[inside] = merged[contacts.member[inside]]
        width = contacts.gap_before + contacts.gap_after
        inside[inside] &= width[inside] <= contacts.gap[contacts.member[inside]]
        for step in range(REACH):
            for gap, at in (
                (contacts.gap_before, line - 1 - step),
                (contacts.gap_after, line + step),
            ):
                hole = inside & (gap > step)
                if hole.any():  # else the place may lie outside
                    along[at][hole] = contacts.label_a[contacts.member[hole]]


def _merge(frame: Integer[np.ndarray, "*space"], pairs: Sequence[Pair]) -> None:
    """Give all labels that pairs connect the smallest of their ids."""
    names = np.array([(pair.label_a, pair.label_b) for pair in pairs])
    ids, places = np.unique(names, return_inverse=True)
    a, b = places.reshape(names.shape).T
    links = coo_array((np.ones(len(a)), (a, b)), shape=(len(ids), len(ids)))
    _, group = connected_components(links, directed=False)
    smallest = np.full(len(ids), ids[-1])
    np.minimum.at(smallest, group, ids)
    touched = np.isin(frame, ids)
    frame[touched] = smallest[group[np.searchsorted(ids, frame[touched])]]
