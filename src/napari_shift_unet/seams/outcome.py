"""What a new prediction did to labels, told as a merge is told."""

import numpy as np
from jaxtyping import Integer

from .auditing import Audit
from .pairs import Pair
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
    merged: tuple[Pair, ...] = ()
    if audited is not None and audited.pairs:
        ids = ids_at(after, find_witnesses(audited))
        joined = (ids[:, 0] == ids[:, 1]) & (ids[:, 0] > 0)
        merged = tuple(pair for pair, is_one in zip(audited.pairs, joined, strict=True) if is_one)
    return Repair(after, merged, census(before, intensity), census(after, intensity))
