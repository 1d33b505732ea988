"""Objects that face each other across a line, and how much they look like one that was cut.

A cut object leaves two pieces with the same outline on both sides of the line. Two neighbours touch
with a part of their outlines only, and mostly widen away from the line on both sides.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int, Integer
from scipy.special import expit
from skimage.segmentation import expand_labels

from ..embeddings.components import split_components

REACH = 2
"""Background that may lie between two pieces, altogether, in px."""
DEPTH = 3
"""Distance from the line at which it is seen whether a piece widens, in px."""
WIDEST = 2.0

INTERCEPT = -15.17
OVERLAP, COVERED, STRAIGHT, CROSSING, TAKEN = 5.4, 4.96, 19.38, -11.97, -5.97
LEAST_WIDENING, MOST_WIDENING = -3.69, -4.49
"""Logistic regression on 13,376 facing patches of the ground truth of dsb2018, bbbc010 and bbbc050,
cut by random tilings and uncut, and 600 pairs of ellipses that touch at the line. What comes of it
is measured by `benchmarks/seam_rates.py`."""

Plane = Int[np.ndarray, "*plane"]


@dataclass(frozen=True)
class Pair:
    """Two labels that face each other across a seam."""

    label_a: int
    """Before the seam."""
    label_b: int
    """After it."""
    axis: int
    position: int
    """The seam lies between the pixels `position - 1` and `position`."""
    contact_px: int
    """Number of pixels that face each other."""
    score: float
    """Estimated probability that the two are one object."""
    centre: tuple[float, ...]
    """Middle of the contact in px, along all axes of the labels."""


class Contacts(NamedTuple):
    """Patches of two labels that face each other; one entry each."""

    label_a: Int[np.ndarray, " n"]
    label_b: Int[np.ndarray, " n"]
    contact: Int[np.ndarray, " n"]
    """Pixels that face each other."""
    gap: Int[np.ndarray, " n"]
    """Background between most of them, in px."""
    logit: Float[np.ndarray, " n"]
    """Log odds that the two are one object."""
    member: Plane
    """For each place of the line the contact that it belongs to, -1 for none."""
    gap_before: Plane
    """For each place the background before the line, in px."""
    gap_after: Plane


class Side(NamedTuple):
    """What is seen from a line in one direction."""

    ids: Plane
    """The first label within `REACH` px behind the first pixel."""
    gap: Plane
    """Background before it, in px."""
    patches: Plane
    """Connected patches of `ids`, numbered from 1."""
    label_of: Int[np.ndarray, " patches"]
    size: Int[np.ndarray, " patches"]
    widening: Float[np.ndarray, " patches"]
    """Width at a depth of `DEPTH` px, over `size`."""


def contacts_across(frame: Integer[np.ndarray, "along *plane"], line: int) -> Contacts:
    """Find the patches that face each other across a line of the first axis, and judge them."""
    before, after = _look(frame[:line][::-1]), _look(frame[line:])
    gaps = before.gap + after.gap
    facing = (before.ids > 0) & (after.ids > 0) & (before.ids != after.ids) & (gaps <= REACH)
    codes = before.patches[facing] * len(after.size) + after.patches[facing]
    found, which, contact = np.unique(codes, return_inverse=True, return_counts=True)
    a, b = found // len(after.size), found % len(after.size)
    by_gap = np.zeros((REACH + 1, len(found)), np.int64)
    np.add.at(by_gap, (gaps[facing], which), 1)
    member = np.full(facing.shape, -1)
    member[facing] = which
    size_a, size_b = before.size[a], after.size[b]
    uncut = _uncut(frame, line, before.label_of[a]) + _uncut(frame, line, after.label_of[b])
    taken = np.maximum(_taken(a, contact, before.size), _taken(b, contact, after.size))
    widening = np.minimum([before.widening[a], after.widening[b]], WIDEST)
    logit = (
        INTERCEPT
        + OVERLAP * contact / np.maximum(size_a + size_b - contact, 1)
        + COVERED * contact / np.maximum(np.minimum(size_a, size_b), 1)
        + LEAST_WIDENING * widening.min(axis=0)
        + MOST_WIDENING * widening.max(axis=0)
        + STRAIGHT * by_gap.max(axis=0) / np.maximum(contact, 1)
        + CROSSING * np.minimum(uncut / np.maximum(contact, 1), 1)
        + TAKEN * taken
    )
    return Contacts(
        label_a=before.label_of[a],
        label_b=after.label_of[b],
        contact=contact,
        gap=by_gap.argmax(axis=0),
        logit=logit,
        member=member,
        gap_before=before.gap,
        gap_after=after.gap,
    )


def pairs_of(contacts: Contacts, line: int, axis: int, frame_index: tuple[int, ...]) -> list[Pair]:
    """Gather the contacts of each two labels, which may be several, in one pair."""
    places = np.nonzero(contacts.member >= 0)
    which = contacts.member[places]
    counts = np.maximum(contacts.contact, 1)
    centres = [np.bincount(which, weights=at, minlength=len(counts)) / counts for at in places]
    pairs: dict[tuple[int, int], Pair] = {}
    scores = expit(contacts.logit)
    for at in np.argsort(scores, kind="stable"):
        names = int(contacts.label_a[at]), int(contacts.label_b[at])
        middle = [float(centre[at]) for centre in centres]
        middle.insert(axis - len(frame_index), line - 0.5)
        known = pairs.get(names)
        pairs[names] = Pair(
            *names,
            axis=axis,
            position=line,
            contact_px=int(contacts.contact[at]) + (known.contact_px if known else 0),
            score=float(scores[at]),
            centre=(*map(float, frame_index), *middle),
        )
    return list(pairs.values())


def count_uncut(frame: Integer[np.ndarray, "along *plane"], line: int) -> int:
    """Count the labels that go on across a line."""
    return len(np.unique(_going_on(frame, line)))


def _look(frame: Integer[np.ndarray, "along *plane"]) -> Side:
    """Look along the first axis, beginning with its first pixels."""
    ids = np.zeros(frame.shape[1:], np.int64)
    gap = np.zeros(frame.shape[1:], np.int64)
    for distance, plane in enumerate(frame[: REACH + 1]):
        new = (ids == 0) & (plane > 0)
        ids[new], gap[new] = plane[new], distance
    patches = _patches(ids)
    size = np.bincount(patches.ravel())
    label_of = np.zeros(len(size), np.int64)
    label_of[patches] = ids
    around = expand_labels(np.atleast_2d(patches), DEPTH).reshape(patches.shape)  # type: ignore[no-untyped-call]
    deep = frame[DEPTH] if len(frame) > DEPTH else np.zeros_like(ids)
    wide = np.bincount(around[(around > 0) & (deep == label_of[around])], minlength=len(size))
    return Side(ids, gap, patches, label_of, size, wide / np.maximum(size, 1))


def _patches(ids: Plane) -> Plane:
    return split_components(np.atleast_2d(ids)).reshape(ids.shape)


def _going_on(frame: Integer[np.ndarray, "along *plane"], line: int) -> Int[np.ndarray, " n"]:
    """Return the label of every two pixels of one label that a line parts."""
    before, after = frame[line - 1], frame[line]
    going_on: np.ndarray = before[(before == after) & (before > 0)].astype(np.int64)
    return going_on


def _uncut(
    frame: Integer[np.ndarray, "along *plane"], line: int, labels: Int[np.ndarray, " n"]
) -> Int[np.ndarray, " n"]:
    """Count for each label the pixels that go on across the line."""
    found, counts = np.unique(_going_on(frame, line), return_counts=True)
    if not len(found):
        return np.zeros(len(labels), np.int64)
    at = np.searchsorted(found, labels).clip(max=len(found) - 1)
    counted: np.ndarray = np.where(found[at] == labels, counts[at], 0)
    return counted


def _taken(
    patch: Int[np.ndarray, " n"], contact: Int[np.ndarray, " n"], size: Int[np.ndarray, " patches"]
) -> Float[np.ndarray, " n"]:
    """Return the share of each contact's patch that its best other contact takes."""
    order = np.lexsort((contact, patch))
    first, second = np.zeros(len(size)), np.zeros(len(size))
    for at in order:
        first[patch[at]], second[patch[at]] = contact[at], first[patch[at]]
    best = np.zeros(len(patch), bool)
    best[order] = np.append(patch[order][1:] != patch[order][:-1], True)[: len(order)]
    other: np.ndarray = np.where(best, second[patch], first[patch]) / np.maximum(size[patch], 1)
    return other
