"""What became of every object: found, split, merged, missed, or predicted where none is."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int, Integer, UInt8

from .findings import Finding, FindingKind, graver
from .matching import THRESHOLDS, match
from .mistakes import SHARE, false_merges, false_splits
from .overlaps import Overlaps, overlaps_of


class Outcome(FindingKind):
    """What became of objects; predicted ones are A, true ones B."""

    MERGED = "merged"
    """One predicted object belongs together with several true ones, as `false_merges` says."""
    SPLIT = "split"
    """One true object belongs together with several predicted ones."""
    MISSED = "missed"
    """A true object matches no predicted one at an IoU of 0.5, and is not split or merged."""
    EXTRA = "extra"
    """A predicted object matches no true one, and is no part of a split or merge."""
    TRUE = "true"
    """A predicted object and a true one match, and are neither split nor merged."""


OUTCOMES = tuple(Outcome)
"""Gravest first: where two lie on one pixel, the picture shows the graver one."""


@dataclass(frozen=True)
class Outcomes:
    """What `outcomes_of` found."""

    findings: tuple[Finding, ...]
    """Graver kinds first, and the smallest overlap first within a kind."""
    picture: UInt8[np.ndarray, "*space"]
    """0 in the background, else the number of the outcome."""
    ids: Int[np.ndarray, " p"]
    """Of the predicted objects, in rising order."""
    kinds: Int[np.ndarray, " p"]
    """Number of the outcome of each; 0 for those that lie mostly where nobody annotated."""
    iou: Float[np.ndarray, " p"]
    """Largest intersection over union of each with a true object."""

    @cached_property
    def counts(self) -> dict[FindingKind, int]:
        """Number of findings of each kind."""
        found = [finding.kind for finding in self.findings]
        return {kind: found.count(kind) for kind in OUTCOMES}


def outcomes_of(
    labels: Integer[np.ndarray, "*space"], truth: Integer[np.ndarray, "..."]
) -> Outcomes:
    """Say of every object what became of it.

    Parameters
    ----------
    labels, truth
        What is 0 is background; where the truth is negative nobody has annotated, and only the rest
        of an object is compared.

    Raises
    ------
    InputError
        If they hold anything but whole numbers, or differ in shape.
    """
    overlaps = overlaps_of(labels, truth)
    table = overlaps.table
    partners = match(overlaps, THRESHOLDS[0])
    merged, split = false_merges(overlaps), false_splits(overlaps)
    found, true = _kinds(overlaps, partners, merged, split)
    values = graver(np.append(found, 0)[table.pair_a], np.append(true, 0)[table.pair_b])
    groups = [*_groups(overlaps, partners, merged, split), *_alone(found, true)]
    findings = _findings(overlaps, groups)
    return Outcomes(
        findings=tuple(sorted(findings, key=lambda one: (one.kind.number, one.iou))),
        picture=table.paint(values.astype(np.uint8)),
        ids=overlaps.found,
        kinds=found,
        iou=_best(overlaps, 1),
    )


Group = tuple[Outcome, list[int], list[int]]
"""Places of predicted and of true objects."""


def _kinds(
    overlaps: Overlaps,
    partners: Int[np.ndarray, " p"],
    merged: Bool[np.ndarray, " p"],
    split: Bool[np.ndarray, " t"],
) -> tuple[Int[np.ndarray, " p"], Int[np.ndarray, " t"]]:
    """Return the number of the kind of each predicted object and of each true one."""
    together = (overlaps.iou > SHARE).astype(np.int64)
    matched = np.zeros(overlaps.true.size, bool)
    matched[partners[partners >= 0]] = True
    merge, cut, missed, extra, true = (kind.number for kind in OUTCOMES)
    of_found: Int[np.ndarray, " p"] = np.select(
        [merged, together @ split > 0, partners >= 0, overlaps.certain], [merge, cut, true, extra]
    )
    of_true: Int[np.ndarray, " t"] = np.select(
        [merged @ together > 0, split, matched], [merge, cut, true], missed
    )
    return of_found, of_true


def _groups(
    overlaps: Overlaps,
    partners: Int[np.ndarray, " p"],
    merged: Bool[np.ndarray, " p"],
    split: Bool[np.ndarray, " t"],
) -> Iterator[Group]:
    """Yield the objects that belong together: merges, splits and matches."""
    rows = (overlaps.iou > SHARE).tocsr()
    columns = rows.T.tocsr()
    for p in np.flatnonzero(merged).tolist():
        yield Outcome.MERGED, [p], sorted(rows[[p]].indices.tolist())
    for t in np.flatnonzero(split).tolist():
        yield Outcome.SPLIT, sorted(columns[[t]].indices.tolist()), [t]
    alone = ~merged & (rows.astype(np.int64) @ split == 0)
    for p in np.flatnonzero(alone & (partners >= 0)).tolist():
        yield Outcome.TRUE, [p], [int(partners[p])]


def _alone(found: Int[np.ndarray, " p"], true: Int[np.ndarray, " t"]) -> Iterator[Group]:
    """Yield the objects that belong to no other."""
    for p in np.flatnonzero(found == Outcome.EXTRA.number).tolist():
        yield Outcome.EXTRA, [p], []
    for t in np.flatnonzero(true == Outcome.MISSED.number).tolist():
        yield Outcome.MISSED, [], [t]


def _findings(overlaps: Overlaps, groups: list[Group]) -> Iterator[Finding]:
    table = overlaps.table
    area_a, area_b = table.area_a, table.area_b
    best_a, best_b = _best(overlaps, 1), _best(overlaps, 0)
    boxes_a = table.boxes_around(table.pair_a, count=len(area_a))
    boxes_b = table.boxes_around(table.pair_b, count=len(area_b))
    for kind, a, b in groups:
        low, high = (np.concatenate([boxes_a[end][a], boxes_b[end][b]]) for end in (0, 1))
        yield Finding(
            kind=kind,
            ids_a=tuple(table.ids_a[a].tolist()),
            ids_b=tuple(table.ids_b[b].tolist()),
            area_a_px=int(area_a[a].sum()),
            area_b_px=int(area_b[b].sum()),
            iou=float(best_a[a[0]] if len(a) == 1 else best_b[b[0]]),
            low=tuple(low.min(axis=0).tolist()),
            high=tuple(high.max(axis=0).tolist()),
        )


def _best(overlaps: Overlaps, axis: int) -> Float[np.ndarray, " n"]:
    """Return the largest overlap of each predicted object (axis 1) or each true one (axis 0)."""
    if 0 in overlaps.iou.shape:
        return np.zeros(overlaps.iou.shape[1 - axis])
    best: Float[np.ndarray, " n"] = overlaps.iou.max(axis=axis).toarray().ravel()
    return best
