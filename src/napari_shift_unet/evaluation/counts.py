"""What is right and wrong about the objects of an image, counted everywhere and at seams."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Integer

from .matching import THRESHOLDS, match
from .mistakes import distant_merges, false_merges, false_splits
from .overlaps import Overlaps, overlaps_of

Seams = Sequence[Sequence[int]]
"""Positions per axis in px; a seam at x lies between the pixels x - 1 and x."""


@dataclass(frozen=True)
class Counts:
    """Counts of one image, or the sum of several; what depends on an overlap is by `THRESHOLDS`."""

    objects: int
    """In the truth."""
    found: int
    """Predicted; those that lie mostly where nobody annotated count only if they match."""
    true_positives: tuple[int, ...]
    false_positives: tuple[int, ...]
    false_negatives: tuple[int, ...]
    matched_iou: float
    """Sum of the overlaps of the objects that match at 0.5."""
    false_splits: int
    """True objects that belong together with two or more predicted ones."""
    false_merges: int
    """Predicted objects that belong together with two or more true ones."""
    distant_false_merges: int
    """Those of them whose true objects do not all touch, directly or through each other."""

    def __add__(self, other: "Counts") -> "Counts":
        """Return the counts of both."""
        return Counts(*map(_add, astuple(self), astuple(other)))

    @property
    def ap(self) -> dict[str, float]:
        """TP / (TP + FP + FN) by overlap, "0.5" to "0.95"; 1 without objects on either side."""
        return self._by_threshold(lambda tp, wrong: tp / (tp + wrong))

    @property
    def f1(self) -> dict[str, float]:
        """2 TP / (2 TP + FP + FN) by overlap."""
        return self._by_threshold(lambda tp, wrong: 2 * tp / (2 * tp + wrong))

    @property
    def panoptic_quality(self) -> float:
        """Sum of overlaps / (TP + FP / 2 + FN / 2) at 0.5 (Kirillov et al. 2019)."""
        wrong = self.false_positives[0] + self.false_negatives[0]
        total = self.true_positives[0] + wrong / 2
        return self.matched_iou / total if total else 1.0

    def _by_threshold(self, score: Callable[[int, int], float]) -> dict[str, float]:
        columns = zip(
            THRESHOLDS,
            self.true_positives,
            self.false_positives,
            self.false_negatives,
            strict=True,
        )
        return {
            f"{threshold:g}": score(tp, fp + fn) if tp + fp + fn else 1.0
            for threshold, tp, fp, fn in columns
        }


def count_objects(
    labels: Integer[np.ndarray, "*space"],
    truth: Integer[np.ndarray, "..."],
    seams: Seams | None = None,
) -> tuple[Counts, Counts | None]:
    """Compare labels with the truth, everywhere and, if seams are given, at these.

    Objects are matched in the whole image. At seams a match, a missed and a split object count if
    the true object touches a seam; a superfluous and a merged one if the predicted object does.

    Parameters
    ----------
    labels, truth
        0 is background; where the truth is negative nobody has annotated.
    seams
        Positions per axis; `None` counts nothing there.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    overlaps = overlaps_of(labels, truth)
    distant = np.isin(overlaps.found, list(distant_merges(overlaps, truth)))
    everywhere = _count(overlaps, distant)
    if seams is None:
        return everywhere, None
    found_there = np.isin(overlaps.found, ids_at_seams(labels, seams))
    true_there = np.isin(overlaps.true, ids_at_seams(truth, seams))
    return everywhere, _count(overlaps, distant, found_there, true_there)


def ids_at_seams(labels: Integer[np.ndarray, "*space"], seams: Seams) -> Integer[np.ndarray, " n"]:
    """Return the ids of the objects that have a pixel on either side of a seam, in rising order."""
    met = [labels[:0].ravel()]
    for axis, positions in enumerate(seams):
        for x in positions:
            met.append(labels.take([x - 1, x], axis).ravel())
    ids: Integer[np.ndarray, " n"] = np.unique(np.concatenate(met))
    return ids[ids > 0]


def _add(a: Any, b: Any) -> Any:
    return tuple(map(_add, a, b)) if isinstance(a, tuple) else a + b


def _count(
    overlaps: Overlaps,
    distant: Bool[np.ndarray, " p"],
    found_there: Bool[np.ndarray, " p"] | None = None,
    true_there: Bool[np.ndarray, " t"] | None = None,
) -> Counts:
    """Count the objects of a stratum, all of them if it is left out."""
    ours = np.ones(overlaps.found.size, bool) if found_there is None else found_there
    theirs = np.ones(overlaps.true.size, bool) if true_there is None else true_there
    hits, extra, missed, matched_iou = [], [], [], 0.0
    for threshold in THRESHOLDS:
        partners = match(overlaps, threshold)
        alone = (partners < 0) & overlaps.certain & ours
        rows = np.flatnonzero(partners >= 0)
        rows = rows[theirs[partners[rows]]]
        hits.append(len(rows))
        extra.append(int(alone.sum()))
        missed.append(int(theirs.sum()) - len(rows))
        if threshold == THRESHOLDS[0]:
            matched_iou = float(overlaps.iou[rows, partners[rows]].sum())
            found = int((ours & (overlaps.certain | (partners >= 0))).sum())
    return Counts(
        objects=int(theirs.sum()),
        found=found,
        true_positives=tuple(hits),
        false_positives=tuple(extra),
        false_negatives=tuple(missed),
        matched_iou=matched_iou,
        false_splits=int((false_splits(overlaps) & theirs).sum()),
        false_merges=int((false_merges(overlaps) & ours).sum()),
        distant_false_merges=int((distant & ours).sum()),
    )
