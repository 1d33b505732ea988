"""Two label images of one image: which objects are the same, and how the others differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Int, Shaped, UInt8

from .contingency import NOBODY, Contingency
from .findings import Finding, FindingKind, graver
from .grouping import Groups, group


class Kind(FindingKind):
    """What became of objects of A in B."""

    SPLIT = "split"
    """One object of A is several in B."""
    MERGED = "merged"
    """Several objects of A are one in B."""
    REGROUPED = "regrouped"
    """Several objects of A are several others in B."""
    ONLY_A = "only in A"
    ONLY_B = "only in B"
    OUTLINE = "outline"
    """One object of A is one in B, with other pixels."""


KINDS = tuple(Kind)
"""Gravest first: where two differences lie on one pixel, the picture shows the graver one."""


@dataclass(frozen=True)
class Comparison:
    """What `compare` found."""

    objects_a: int
    objects_b: int
    area_a_px: int
    """Pixels of all objects of A."""
    area_b_px: int
    same: int
    """Objects with exactly the same pixels in both, whatever their numbers."""
    differences: tuple[Finding, ...]
    """Graver kinds first, and the smallest overlap first within a kind."""
    picture: UInt8[np.ndarray, "*space"]
    """0 where A and B agree, else the number of the kind: whole objects, but of `Kind.OUTLINE`
    only the pixels that changed."""

    @cached_property
    def counts(self) -> dict[FindingKind, int]:
        """Number of differences of each kind."""
        found = [difference.kind for difference in self.differences]
        return {kind: found.count(kind) for kind in KINDS}

    @property
    def facts(self) -> dict[str, Any]:
        """What `shift-unet compare --json` prints of it; plain JSON types."""
        return {
            "objects_a": self.objects_a,
            "objects_b": self.objects_b,
            "same": self.same,
            "counts": {str(kind): count for kind, count in self.counts.items()},
            "differences": [found.facts for found in self.differences],
        }


def compare(a: Shaped[np.ndarray, "*space"], b: Shaped[np.ndarray, "..."]) -> Comparison:
    """Compare two label images of the same image; numbers of objects mean nothing.

    Objects that belong together, as `group` says, are either the same in both images or one
    difference. What is 0 or negative is background.

    Parameters
    ----------
    a, b
        Labels of any number of axes. With `a` and `b` exchanged, what was split is merged.

    Raises
    ------
    InputError
        If they hold anything but whole numbers, or differ in shape.
    """
    table = Contingency.of(a, b)
    groups = group(table)
    kinds = _kinds(groups)
    return Comparison(
        objects_a=len(table.ids_a),
        objects_b=len(table.ids_b),
        area_a_px=int(table.area_a.sum()),
        area_b_px=int(table.area_b.sum()),
        same=int((kinds == 0).sum()),
        differences=tuple(_differences(table, groups, kinds)),
        picture=table.paint(_values(table, groups, kinds)),
    )


def _kinds(groups: Groups) -> Int[np.ndarray, " g"]:
    """Return the number of the kind of each group; 0 for those that are the same."""
    in_a = np.bincount(groups.of_a, minlength=len(groups.iou))
    in_b = np.bincount(groups.of_b, minlength=len(groups.iou))
    cases = {
        Kind.ONLY_A: in_b == 0,
        Kind.ONLY_B: in_a == 0,
        Kind.OUTLINE: (in_a == 1) & (in_b == 1),
        Kind.SPLIT: in_a == 1,
        Kind.MERGED: in_b == 1,
    }
    kinds: Int[np.ndarray, " g"] = np.select(
        [groups.iou == 1, *cases.values()],
        [0, *(kind.number for kind in cases)],
        Kind.REGROUPED.number,
    )
    return kinds


def _values(
    table: Contingency, groups: Groups, kinds: Int[np.ndarray, " g"]
) -> UInt8[np.ndarray, " n"]:
    """Return what the picture shows of each pair: the graver kind of its two objects."""
    group_a, group_b = groups.of_pairs(table)
    agree = (group_a == group_b) & (group_a != NOBODY)
    number = np.append(kinds, 0)  # nobody, the last one, has no kind
    worst = graver(number[group_a], number[group_b])
    silent = agree & (worst == Kind.OUTLINE.number)
    values: UInt8[np.ndarray, " n"] = np.where(silent, 0, worst).astype(np.uint8)
    return values


def _differences(
    table: Contingency, groups: Groups, kinds: Int[np.ndarray, " g"]
) -> Iterator[Finding]:
    """Yield every group that is not the same, gravest first."""
    low, high = groups.boxes(table)
    members_a, members_b = groups.members()
    area_a, area_b = table.area_a, table.area_b
    for at in np.lexsort((groups.iou, kinds)):
        if kinds[at]:
            a, b = members_a[at], members_b[at]
            yield Finding(
                kind=KINDS[kinds[at] - 1],
                ids_a=tuple(table.ids_a[a].tolist()),
                ids_b=tuple(table.ids_b[b].tolist()),
                area_a_px=int(area_a[a].sum()),
                area_b_px=int(area_b[b].sum()),
                iou=float(groups.iou[at]),
                low=tuple(low[at].tolist()),
                high=tuple(high[at].tolist()),
            )
