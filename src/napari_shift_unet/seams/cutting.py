"""Labels cut as a tiled program cuts them: known seams, to measure how well they are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Int, Integer

from ..embeddings.components import split_components
from .grid import AxisTiling


def cut_labels(
    labels: Integer[np.ndarray, "*space"],
    tilings: Sequence[AxisTiling | None],
    *,
    overlap: int = 0,
    gap: tuple[int, int] = (0, 0),
    smallest: int = 1,
) -> Int[np.ndarray, "*space"]:
    """Label tile by tile, each tile by itself, and write the tiles one after another.

    Parameters
    ----------
    labels
        True objects, 0 is background; not changed.
    tilings
        One per axis; `None` for an axis that is not tiled.
    overlap
        A tile reaches so many px into the next one, which is written later and wins.
    gap
        Background that a tile leaves at its last and at its first pixels, in px.
    smallest
        Smaller pieces of a tile are lost, in px.

    Returns
    -------
    ndarray
        int64; every connected piece of every tile has an id of its own.
    """
    cut = np.zeros(labels.shape, np.int64)
    highest = 0
    spans = [
        _spans(tiling, length, overlap)
        for tiling, length in zip(tilings, labels.shape, strict=True)
    ]
    for box in product(*spans):
        place = tuple(slice(start, stop) for start, stop in box)
        pieces = split_components(labels[place])
        sizes = np.bincount(pieces.ravel())
        pieces[sizes[pieces] < smallest] = 0
        for axis, (start, stop) in enumerate(box):
            along = np.moveaxis(pieces, axis, 0)
            along[: gap[1] if start else 0] = 0
            along[len(along) - (gap[0] if stop < labels.shape[axis] else 0) :] = 0
        cut[place] = np.where(pieces > 0, pieces + highest, 0)
        highest += len(sizes)
    return cut


def _spans(tiling: AxisTiling | None, length: int, overlap: int) -> list[tuple[int, int]]:
    """Return where the tiles of an axis begin and end."""
    seams = tiling.seams(length) if tiling else ()
    ends = (*(min(seam + overlap, length) for seam in seams), length)
    return list(zip((0, *seams), ends, strict=True))


@dataclass(frozen=True)
class Restoration:
    """How well cut labels were repaired; numbers of true objects, each in one connected part."""

    cut: int
    """Of several pieces before the repair."""
    restored: int
    """Of these, of one id afterwards that no other object has."""
    others: int
    """Of one piece before the repair."""
    spoiled: int
    """Of these, sharing their id with another object afterwards."""


def judge_repair(
    truth: Integer[np.ndarray, "*space"],
    cut: Integer[np.ndarray, "*space"],
    repaired: Integer[np.ndarray, "*space"],
) -> Restoration:
    """Compare a repair with the labels that were cut; what the cut lost is not held against it."""
    inside = (truth > 0) & (cut > 0)
    objects = split_components(truth)[inside]
    pieces = np.unique(np.stack([objects, cut[inside]]), axis=1)
    ids = np.unique(np.stack([objects, repaired[inside]]), axis=1)
    whole = np.bincount(ids[0]) == 1
    _, names, owners = np.unique(ids[1], return_inverse=True, return_counts=True)
    is_shared = np.bincount(ids[0], weights=owners[names] > 1) > 0
    counts = np.bincount(pieces[0])
    was_cut, was_whole = counts > 1, counts == 1
    return Restoration(
        cut=int(was_cut.sum()),
        restored=int((was_cut & whole & ~is_shared).sum()),
        others=int(was_whole.sum()),
        spoiled=int((was_whole & is_shared).sum()),
    )
