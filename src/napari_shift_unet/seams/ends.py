r"""What the ends of objects say about a seam at each position of an axis.

Go along an axis. At each position a part of a label either goes on or ends. Where two tiles meet,
every part that would go on ends instead, and it ends *flat*: its last cross-section is as wide as
the ones before, while a natural end is rounded off. So each line between two pixels gets the
logarithm of a likelihood ratio, "a seam that cuts a share rho of what crosses it" to "no seam":

    sum of log(1 + rho c q_k / h_k) over parts that end at x  +  log(1 - rho) per part that goes on

Here k is the kind of the end: how wide the last cross-section is, and how wide compared with the
two before. All rates are the image's own: h_k is how often a part ends like k at any position, c
how often it goes on, and q_k how often it would end like k if it were cut anywhere. Under "no
seam" the expectation of exp(ratio) is 1 at most, whatever the shapes, so that 1 / exp(ratio) is a
p-value (an e-value, by Markov's inequality: Vovk and Wang, Annals of Statistics 49, 2021).
"""

import numpy as np
from jaxtyping import Float, Int

from .parts import Profile

SHARES = np.array([0.98, 0.6, 0.25, 0.1])
"""Shares of crossing parts that a seam may cut; a tool that merges across seams leaves few."""
WIDTHS = 2 ** np.arange(1, 14) + 1
"""Limits of the kinds of ends by width in px."""
FLATNESS = np.array([0.35, 0.5, 0.62, 0.74, 0.84, 0.92, 1.0, 1.1, 1.3])
"""Limits of the kinds of ends by the last width over the larger of the two before."""
KINDS = (len(WIDTHS) + 1) * (len(FLATNESS) + 1)

MARGIN = 4
"""Lines so near the edges of the image tell nothing, in px: many labels stop a little before."""
DOUBT = 0.05
"""Share of natural ends that are taken to look like cuts even if none of this image does."""
LEAST_RATIO = 2.0
"""Kinds of ends that cuts make less often than this, compared with nature, count for nothing:
else identical round objects on a regular grid would look like tiles."""

Evidence = Float[np.ndarray, "shares lines"]


def line_evidence(profile: Profile) -> tuple[Evidence, Evidence]:
    """Return log likelihood ratios for each share and line x = 0 ... length - 1.

    Returns
    -------
    before
        From parts that end before the line, at pixel x - 1.
    after
        From parts that begin after it, at pixel x. A cut makes one of each, so the two depend on
        each other: their mean is a likelihood ratio, their sum is not.
    """
    before, after = _ends(profile), _ends(profile.mirrored())[:, ::-1]
    for rows in (before, after):
        rows[:, :MARGIN] = rows[:, profile.length - MARGIN + 1 :] = 0
    return before[:, :-1], after[:, :-1]


def _ends(profile: Profile) -> Evidence:
    """Return the evidence of parts that end before each line."""
    place = np.arange(len(profile.widths)) - np.repeat(
        np.cumsum(profile.counts) - profile.counts, profile.counts
    )
    line = place + np.repeat(profile.first, profile.counts) + 1
    is_last = place == np.repeat(profile.counts, profile.counts) - 1
    counted = line <= profile.length - MARGIN
    ends, goes_on = is_last & counted, ~is_last & counted
    kinds = _kinds(profile.widths, place)
    gains = _gains(kinds[ends], kinds[goes_on])
    lines = profile.length + 1
    found: np.ndarray = np.log1p(-SHARES)[:, None] * np.bincount(line[goes_on], minlength=lines)
    for row, gain in zip(found, gains, strict=True):
        row += np.bincount(line[ends], weights=gain[kinds[ends]], minlength=lines)
    return found


def _kinds(widths: Int[np.ndarray, " n"], place: Int[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Say for every cross-section what kind of an end it would be."""
    one = np.where(place >= 1, np.roll(widths, 1), 0)
    two = np.where(place >= 2, np.roll(widths, 2), 0)
    flatness = widths / np.maximum(np.maximum(one, two), 1)
    kinds: np.ndarray = np.searchsorted(WIDTHS, widths, "right") * (len(FLATNESS) + 1)
    return kinds + np.searchsorted(FLATNESS, flatness, "right")


def _gains(
    ended: Int[np.ndarray, " ends"], went_on: Int[np.ndarray, " others"]
) -> Float[np.ndarray, "shares kinds"]:
    """Return the log likelihood ratio of one end of each kind, for each share."""
    if not len(went_on):
        return np.zeros((len(SHARES), KINDS))
    cut = np.bincount(went_on, minlength=KINDS) / len(went_on)
    natural = np.bincount(ended, minlength=KINDS) + (DOUBT * len(ended) + 1) * cut
    outcomes = natural.sum() + len(went_on)
    crossing = len(went_on) / outcomes
    ratio = np.divide(crossing * cut * outcomes, natural, out=np.zeros(KINDS), where=natural > 0)
    ratio[ratio < LEAST_RATIO] = 0
    gains: np.ndarray = np.log1p(SHARES[:, None] * ratio)
    return gains
