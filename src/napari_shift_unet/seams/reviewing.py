"""What has become of suspicious pairs since an audit, told by the labels alone.

Nobody needs to say what was done to the labels: an undo, or an edit by hand, changes the verdict
as any other way of merging two objects does.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

import numpy as np
import pandas as pd
from jaxtyping import Bool, Int, Integer
from scipy.ndimage import find_objects

from .auditing import Audit
from .frames import LabelStack
from .inspection import SPLIT
from .pairs import REACH, Pair
from .repairing import merge_pairs

TOUCHES, SUSPECTED = "touches_seam", "suspected"
"""Columns of the table of objects."""


class Verdict(Enum):
    """What has become of a pair."""

    OPEN = "open"
    MERGED = "merged"
    KEPT = "kept"
    SPLIT = "split"
    GONE = "gone"
    """One of the two is background now."""


def find_witnesses(audited: Audit) -> Int[np.ndarray, "pairs 2 axes"]:
    """Return for each pair a pixel of either object, next to their contact."""
    found = np.zeros((len(audited.pairs), 2, len(audited.stack.axes)), np.int64)
    for place, pair in zip(found, audited.pairs, strict=True):
        line = pair.position
        place[0] = _nearest(audited.stack, pair, pair.label_a, line - 1 - REACH, line)
        place[1] = _nearest(audited.stack, pair, pair.label_b, line, line + 1 + REACH)
    return found


def ids_at(
    labels: Integer[np.ndarray, "*axes"], places: Int[np.ndarray, "*n axes"]
) -> Int[np.ndarray, "*n"]:
    """Return the labels at some pixels."""
    ids: np.ndarray = labels[tuple(np.moveaxis(places, -1, 0))].astype(np.int64)
    return ids


def judge(
    ids: Int[np.ndarray, "pairs 2"],
    kept: Bool[np.ndarray, " pairs"],
    split: Bool[np.ndarray, " pairs"],
) -> list[Verdict]:
    """Return the verdict on each pair.

    Parameters
    ----------
    ids
        Labels of the witnesses as they are now.
    kept
        Which pairs somebody has found to be two objects.
    split
        Which pairs are parted in another way than the seam did.
    """
    verdicts = np.full(len(ids), Verdict.OPEN, object)
    verdicts[kept] = Verdict.KEPT
    verdicts[ids[:, 0] == ids[:, 1]] = Verdict.MERGED
    verdicts[split] = Verdict.SPLIT
    verdicts[(ids == 0).any(axis=1)] = Verdict.GONE
    return list(verdicts)


def box_around(
    stack: LabelStack, pair: Pair, ids: tuple[int, int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the first pixel of the objects of a pair, and the one behind their last.

    Parameters
    ----------
    stack
        The labels as they are now.
    pair
        Whose contact lies inside in any case.
    ids
        Labels of the two as they are now; 0 for one that is gone.
    """
    frame = tuple(int(at) for at in pair.centre[: stack.space[0]])
    named = [label for label in ids if label]
    boxes = find_objects(np.isin(stack.labels[frame], named).astype(np.uint8))
    middle = [int(at) for at in pair.centre[stack.space[0] :]]
    box = boxes[0] if boxes else tuple(slice(at, at + 1) for at in middle)
    low = (min(side.start, at) for side, at in zip(box, middle, strict=True))
    high = (max(side.stop, at + 1) for side, at in zip(box, middle, strict=True))
    return (*frame, *low), (*(at + 1 for at in frame), *high)


def merge_now(
    stack: LabelStack, pairs: Sequence[Pair], ids: Int[np.ndarray, "pairs 2"]
) -> Integer[np.ndarray, "*axes"]:
    """Merge pairs in labels that have changed since the audit; returns new labels.

    Parameters
    ----------
    stack
        The labels as they are now.
    pairs
        To be merged.
    ids
        Labels of their witnesses as they are now.
    """
    renamed = [
        replace(pair, label_a=int(a), label_b=int(b))
        for pair, (a, b) in zip(pairs, ids, strict=True)
        if a and b and a != b
    ]
    return merge_pairs(stack, renamed)


def look_split(audited: Audit) -> Bool[np.ndarray, " pairs"]:
    """Return which pairs look like one object that was cut."""
    return np.array([pair.score >= SPLIT for pair in audited.pairs], bool)


def without(
    labels: Integer[np.ndarray, "*axes"], ids: Int[np.ndarray, " n"]
) -> Integer[np.ndarray, "*axes"]:
    """Return new labels in which some objects are background."""
    kept: np.ndarray = np.where(np.isin(labels, ids), 0, labels)
    return kept


def flag_objects(
    stack: LabelStack, audited: Audit, suspects: Int[np.ndarray, " n"]
) -> pd.DataFrame:
    """Say of every object whether it touches a seam, and whether it is suspected.

    Parameters
    ----------
    stack
        The labels as they are now.
    audited
        Knows the seams.
    suspects
        Labels of objects in pairs that look split and nobody has decided on.

    Returns
    -------
    DataFrame
        A row per label in increasing order: ``index`` (the label), ``touches_seam``,
        ``suspected``.
    """
    labels = stack.labels
    touching: list[np.ndarray] = [np.empty(0, np.int64)]
    for seam in audited.seams:
        both = labels.take([seam.position - 1, seam.position], axis=seam.axis)
        touching.append(np.unique(both))
    present = np.unique(labels)
    index = present[present > 0]
    return pd.DataFrame(
        {
            "index": index,
            TOUCHES: np.isin(index, np.concatenate(touching)),
            SUSPECTED: np.isin(index, suspects),
        }
    )


def _nearest(
    stack: LabelStack, pair: Pair, label: int, start: int, stop: int
) -> Int[np.ndarray, " axes"]:
    """Return the pixel of a label that is nearest to the contact, between two lines."""
    for reach in (pair.contact_px + REACH, max(stack.shape)):
        box = [
            slice(max(0, int(at) - reach), int(at) + reach + 1)
            if axis in stack.space
            else slice(int(at), int(at) + 1)
            for axis, at in enumerate(pair.centre)
        ]
        box[pair.axis] = slice(max(0, start), stop)
        inside = np.argwhere(stack.labels[tuple(box)] == label)
        if len(inside):
            places = inside + [side.start for side in box]
            nearest: np.ndarray = places[((places - pair.centre) ** 2).sum(axis=1).argmin()]
            return nearest
    raise LookupError(f"label {label} is not at {pair.centre}")
