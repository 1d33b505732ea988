"""What a repair has left at the seams of an audit."""

from collections.abc import Generator

import numpy as np
from jaxtyping import Integer

from ..images import PixelArray
from .auditing import Audit
from .jumps import Jump, compare, measure_jumps
from .reviewing import find_witnesses, ids_at, look_split


def count_split(audited: Audit, labels: Integer[np.ndarray, "*axes"]) -> int:
    """Return how many pairs of an audit that look split are two objects in other labels."""
    if not audited.pairs:
        return 0
    ids = ids_at(labels, find_witnesses(audited))
    two = (ids > 0).all(axis=1) & (ids[:, 0] != ids[:, 1])
    return int(np.count_nonzero(two & look_split(audited)))


def jumps_at_seams(
    audited: Audit, labels: Integer[np.ndarray, "*axes"], embedding: PixelArray
) -> Generator[None, None, tuple[Jump | None, ...]]:
    """Measure how far another embedding jumps at the seams of an audit, whether it has any or not.

    Parameters
    ----------
    audited
        Whose seams are looked at.
    labels
        Of the embedding; their objects are.
    embedding
        Numbers `(c, *axes)`.

    Yields
    ------
    None
        After each axis.

    Returns
    -------
    tuple of Jump
        Per axis of the labels; `None` for one without seams.
    """
    found: list[Jump | None] = []
    for axis in range(labels.ndim):
        lines = [seam.position for seam in audited.seams if seam.axis == axis]
        jump = compare(measure_jumps(labels, embedding, axis), lines) if lines else None
        found.append(jump)
        yield
    return tuple(found)
