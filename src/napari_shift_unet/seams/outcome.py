"""What a new prediction did to labels, told as a merge is told."""

import numpy as np
from jaxtyping import Integer

from .auditing import Audit
from .repairing import Repair, census
from .reviewing import find_witnesses, ids_at


def report_repair(
    before: Integer[np.ndarray, "*axes"],
    after: Integer[np.ndarray, "*axes"],
    audited: Audit | None = None,
    intensity: np.ndarray | None = None,
) -> Repair:
    """Compare labels before and after a repair.

    Parameters
    ----------
    before, after
        Labels of one shape.
    audited
        Of the labels before; `Repair.merged` has the pairs of it that are one object now.
    intensity
        Pixels of the same shape, for the mean intensity before and after.
    """
    pairs = audited.pairs if audited else ()
    if audited is not None and pairs:
        a, b = ids_at(after, find_witnesses(audited)).T
        pairs = tuple(pair for pair, one in zip(pairs, (a == b) & (a > 0), strict=True) if one)
    return Repair(after, pairs, census(before, intensity), census(after, intensity))
