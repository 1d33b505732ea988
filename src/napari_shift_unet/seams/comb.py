"""Search for the tiling whose seams hold most evidence, paying for the search."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import as_strided
from scipy.special import logsumexp

from .grid import AxisTiling

SMALLEST_TILE = 8
LARGEST_TILE = 4096
LEAST_P = 1e-300
ALIKE = 0.6
"""Probability that a program treats the edges of two axes alike."""

Rows = Float[np.ndarray, "rows lines"]


@dataclass(frozen=True)
class Comb:
    """Evidence for seams at the lines 0 ... length - 1 of an axis, under several assumptions."""

    rows: Rows
    """Log likelihood ratios; one row per assumption."""
    log_prior: Float[np.ndarray, " rows"]
    spacings: tuple[int, ...] = ()
    """Distances in px at which the objects themselves repeat: these and their multiples are no
    tiles, or cannot be told from them."""

    @property
    def length(self) -> int:
        """Length of the axis in px."""
        return int(self.rows.shape[1])

    def sizes(self, smallest: int = SMALLEST_TILE) -> list[int]:
        """Return the tile sizes to be tried."""
        return self.among(range(smallest, LARGEST_TILE + 1))

    def among(self, sizes: Iterable[int]) -> list[int]:
        """Return those of some sizes that may be tiles of this axis."""
        fitting = (size for size in sizes if size < self.length - 1)
        return [size for size in fitting if all(size % own for own in self.spacings)]

    def p_value(self, lines: Sequence[int]) -> float:
        """Return the p-value of seams at given lines, none of them chosen by its evidence."""
        evidence = self.rows[:, list(lines)].sum(axis=1) + self.log_prior
        return as_p_value(float(logsumexp(evidence)))


@dataclass(frozen=True)
class Candidate:
    """A tiling and the evidence for it."""

    tiling: AxisTiling
    evidence: float
    """Log likelihood ratio times prior: what is left after the search is paid for."""

    @property
    def style(self) -> tuple[bool, bool]:
        """Whether the first tile begins at the edge, and whether the last one is moved back."""
        return self.tiling.offset == 0, self.tiling.moved


def as_p_value(evidence: float) -> float:
    """Turn the logarithm of an e-value into a p-value."""
    return max(LEAST_P, exp(min(0.0, -evidence)))


def search(comb: Comb, sizes: Sequence[int]) -> list[Candidate]:
    """Return the tilings with most evidence, one of each style; none if there are no sizes.

    Every size is tried with every offset that gives two seams or more, with the last tile regular
    and moved back. A single seam is read as the tiling that begins at the edge of the image and
    needs no other tile size. Each tiling of a style has a prior probability and they add up to 1,
    see `choose`.
    """
    if not len(sizes):
        return []
    padded = np.zeros((len(comb.rows), comb.length + max(sizes)), np.float32)
    padded[:, : comb.length] = comb.rows
    log_prior = comb.log_prior.astype(np.float32)[:, None]
    best: dict[tuple[bool, bool], Candidate] = {}
    for tile in sizes:
        for candidate in _best(padded, comb.length, tile, log_prior):
            known = best.get(candidate.style)
            least = known.evidence if known else -np.inf
            if candidate.evidence > least:
                best[candidate.style] = candidate
    paid = log(len(sizes))
    return [replace(candidate, evidence=candidate.evidence - paid) for candidate in best.values()]


def choose(candidates: Iterable[Candidate], like: AxisTiling | None = None) -> Candidate | None:
    """Return the candidate with most evidence, whose exp(-evidence) is a p-value.

    Parameters
    ----------
    candidates
        Of one axis, one per style.
    like
        The tiling of another axis of the same image, whose style is then the more likely one; all
        styles are as likely if left out.
    """
    weighed = (
        replace(candidate, evidence=candidate.evidence + _log_prior(candidate, like))
        for candidate in candidates
    )
    return max(weighed, key=lambda candidate: candidate.evidence, default=None)


def _log_prior(candidate: Candidate, like: AxisTiling | None) -> float:
    if like is None:
        return log(0.25)
    same = zip(candidate.style, Candidate(like, 0).style, strict=True)
    return sum(log(ALIKE if own == other else 1 - ALIKE) for own, other in same)


def _best(
    padded: Rows, length: int, tile: int, log_prior: Float[np.ndarray, "rows 1"]
) -> Iterator[Candidate]:
    """Yield the best tilings of one tile size: regular and moved, at the edge and elsewhere."""
    folded = _fold(padded, length, tile) + log_prior
    evidence = {False: folded}
    at_end = padded[:, length - tile, None]
    whole = length % tile  # the offset with which the last tile ends at the edge by itself
    if (at_end >= 0).any():
        # In a moved tiling the line at `length - tile` stands for the regular one that follows it.
        last = np.roll(padded[:, length - tile : length], whole, axis=1)
        evidence[True] = folded - last + at_end
        evidence[True][:, whole] = -np.inf
    for moved, rows in evidence.items():
        best = rows[:, : max(1, length - tile)].max(axis=0)
        yield Candidate(AxisTiling(tile, 0, moved), float(best[0]))
        if len(best) > 1:
            offset = int(best[1:].argmax()) + 1
            yield Candidate(AxisTiling(tile, offset, moved), float(best[offset]) - log(tile - 1))


def _fold(padded: Rows, length: int, tile: int) -> Float[np.ndarray, "rows tile"]:
    """Sum the lines that are a tile apart, for each offset."""
    row, column = padded.strides
    folds = as_strided(
        padded, (len(padded), -(-length // tile), tile), (row, tile * column, column)
    )
    summed: np.ndarray = folds.sum(axis=1)
    return summed
