"""Tilings recovered from labels alone, or from an embedding."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from .comb import Candidate, Comb, as_p_value, choose, search
from .ends import SHARES, Evidence, line_evidence
from .grid import AxisTiling
from .parts import Profile
from .spacing import own_spacings, share_of_copies

GAPS = {
    (0, 0): 0.6,
    (1, 1): 0.16,
    (0, 1): 0.07,
    (2, 2): 0.06,
    (1, 0): 0.05,
    (0, 2): 0.03,
    (2, 0): 0.01,
    (1, 2): 0.01,
    (2, 1): 0.01,
}
"""Background that programs leave before and after a seam, in px, with prior probabilities."""
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Found:
    """What was found on one axis."""

    tiling: AxisTiling | None
    """`None` without evidence."""
    p_value: float | None
    """`None` if the axis cannot be tested."""


def label_comb(profile: Profile) -> Comb:
    """Return the evidence of the ends of connected parts along an axis; see `ends`."""
    before, after = line_evidence(profile)
    rows = np.concatenate([_shifted(before, after, gap) for gap in GAPS])
    prior = np.repeat(list(GAPS.values()), len(SHARES)) / len(SHARES)
    spacings = own_spacings(profile)
    if spacings:
        rows *= share_of_copies(profile, spacings[0])
    return Comb(rows, np.log(prior), spacings)


def find_tiling(combs: Sequence[Comb], smallest: int) -> list[Found]:
    """Recover tile and offset per axis; p-values are corrected for the search and the axes.

    The axis with most evidence comes first. The others then expect the same tile or any, half and
    half, and the same style at the edges of the image.

    Parameters
    ----------
    combs
        One per axis that may be tiled.
    smallest
        Smallest tile to be looked for, in px.
    """
    candidates = [search(comb, comb.sizes(smallest)) for comb in combs]
    best = [choose(of_axis) for of_axis in candidates]
    evidence = [candidate.evidence if candidate else -np.inf for candidate in best]
    first = best[int(np.argmax(evidence))]
    if first is not None and first.evidence > log(len(combs) / SIGNIFICANT):
        best = [
            own if own is first else _informed(comb, of_axis, first.tiling)
            for comb, of_axis, own in zip(combs, candidates, best, strict=True)
        ]
    return [_judge(candidate, len(combs)) for candidate in best]


def test_tiling(comb: Comb, tile: int, offset: int) -> Found:
    """Test a tiling that is known but for its end: regular, or with the last tile moved back."""
    regular, moved = (AxisTiling(tile, offset, last_moved) for last_moved in (False, True))
    seams, other = regular.seams(comb.length), moved.seams(comb.length)
    if not seams and not other:
        return Found(regular, None)
    p_value = comb.p_value(seams)
    if other == seams:
        return Found(regular, p_value)
    p_moved = comb.p_value(other)
    better = moved if p_moved < SIGNIFICANT * p_value else regular
    return Found(better, min(1.0, 2 * min(p_value, p_moved)))


def _informed(comb: Comb, candidates: list[Candidate], like: AxisTiling) -> Candidate | None:
    """Choose again, after the tiling of another axis is known."""
    free = choose(candidates, like)
    same = choose(search(comb, comb.among([like.tile])), like)
    both = [candidate for candidate in (same, free) if candidate is not None]
    best = max(both, key=lambda candidate: candidate.evidence, default=None)
    return best and Candidate(best.tiling, best.evidence - log(2))


def _judge(candidate: Candidate | None, tests: int) -> Found:
    if candidate is None:
        return Found(None, None)
    p_value = min(1.0, tests * as_p_value(candidate.evidence))
    return Found(candidate.tiling if p_value <= SIGNIFICANT else None, p_value)


def _shifted(before: Evidence, after: Evidence, gap: tuple[int, int]) -> Evidence:
    """Return the evidence of lines whose parts end and begin a gap away; none is near the edges."""
    ends, begins = np.roll(before, gap[0], axis=1), np.roll(after, -gap[1], axis=1)
    rows: np.ndarray = (ends + begins) / 2
    return rows
