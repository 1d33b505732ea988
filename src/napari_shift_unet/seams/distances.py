"""What an embedding says about two labels that face each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .jumps import JumpProfile
from .pairs import REACH, Contacts

WEIGHT = 2.0
"""Log odds between an embedding that jumps as between other objects, and one that does not."""


@dataclass(frozen=True)
class Reference:
    """Mean distance of neighbouring pixels in the embedding, away from the seams."""

    within: float
    """Of one label."""
    between: float
    """Of different labels."""


def measure_reference(
    jumps: Sequence[JumpProfile], seams: Sequence[Sequence[int]]
) -> Reference | None:
    """Take the means over all axes; `None` if no objects touch, or if they do not differ."""
    sums = np.zeros(4)
    for jump, lines in zip(jumps, seams, strict=True):
        elsewhere = np.ones(len(jump.total), bool)
        elsewhere[list(lines)] = False
        rows = np.stack([jump.total, jump.pixels, jump.total_between, jump.pixels_between])
        sums += rows[:, elsewhere].sum(axis=1)
    total, pixels, total_between, pixels_between = sums
    if not pixels_between or pixels == pixels_between:
        return None
    within = (total - total_between) / (pixels - pixels_between)
    between = total_between / pixels_between
    return Reference(float(within), float(between)) if between > within else None


def embedding_logit(
    contacts: Contacts,
    points: Float[np.ndarray, "c along *plane"],
    line: int,
    reference: Reference,
) -> Float[np.ndarray, " n"]:
    """Return what to add to the log odds of each contact, from -1 to 1.

    Parameters
    ----------
    contacts
        Of one line.
    points
        Embedding within `REACH` px and 1 px more of the line.
    line
        Position of the line in `points`.
    reference
        Distances that mean one object, and two.
    """
    before = _pick(points[:, max(0, line - REACH - 1) : line][:, ::-1], contacts.gap_before)
    after = _pick(points[:, line : line + REACH + 1], contacts.gap_after)
    distance = np.sqrt(((after - before) ** 2).sum(axis=0))
    inside = contacts.member >= 0
    total = np.bincount(
        contacts.member[inside], weights=distance[inside], minlength=len(contacts.contact)
    )
    mean = total / np.maximum(contacts.contact, 1)
    likeness = (mean - reference.within) / (reference.between - reference.within)
    term: np.ndarray = WEIGHT * (0.5 - likeness.clip(0, 1))
    return term


def _pick(
    planes: Float[np.ndarray, "c along *plane"], depth: np.ndarray
) -> Float[np.ndarray, "c *plane"]:
    """Take each place at its own depth."""
    at = np.minimum(depth, planes.shape[1] - 1)
    picked: np.ndarray = np.take_along_axis(planes, at[None, None], axis=1)[:, 0]
    return picked
