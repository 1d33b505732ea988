"""What an audit of labels tells of why there are seams, and what it cannot tell."""

from collections.abc import Sequence

from .auditing import Audit
from .cause import (
    MOVED_LAST_TILE,
    TILE_CLUSTERING,
    UNTOLD_BY_EMBEDDING,
    UNTOLD_BY_LABELS,
    Cause,
    joined,
    known,
    off_the_lattice,
)
from .grid import AxisTiling
from .hidden import SIGNIFICANT
from .jumps import Jump

LEAST_SPLIT = 5
"""Pairs that look split, below which nothing is said of the clustering."""
NO_JUMP = 1.2
"""Ratio of the embedding's jump at seams to that elsewhere, below which it goes on across them."""
CLEARLY = 2.0
"""Labels disagree at seams so many times as often as elsewhere, or more."""


def clues_of(audited: Audit, period: Sequence[int | None] = ()) -> tuple[Cause, ...]:
    """Return what an audit says, about axes with evidence of tiles.

    Parameters
    ----------
    audited
        Of labels, whoever made them.
    period
        Of the network that made them, per spatial axis in px; empty if nobody knows.
    """
    evident = {
        at: tiling
        for at, tiling in enumerate(audited.tilings)
        if tiling is not None and (audited.p_value[at] or 0.0) <= SIGNIFICANT
    }
    if not evident:
        return ()
    found = _off_lattice(audited, evident, period) + _clustered(audited, evident)
    moved = _moved(audited, evident)
    untold = () if found else (_untold(audited, evident),)
    return (*found, *moved, *untold)


def _off_lattice(
    audited: Audit, evident: dict[int, AxisTiling], period: Sequence[int | None]
) -> list[Cause]:
    """Compare the distance of seams, of which there must be two, with the network's period."""
    first = len(audited.tilings) - len(period)
    found = []
    for at, tiling in evident.items():
        known_period = period[at - first] if at >= first else None
        seams = AxisTiling(tiling.tile, tiling.offset).seams(audited.stack.shape[at])
        if known_period and len(seams) > 1 and tiling.tile % known_period:
            seen = f"the distance of the seams ({_p(audited, at)})"
            letter = audited.stack.axes[at]
            found.append(off_the_lattice(letter, tiling.tile, known_period, seen))
    return found


def _moved(audited: Audit, evident: dict[int, AxisTiling]) -> list[Cause]:
    found = []
    for at, tiling in evident.items():
        length, letter = audited.stack.shape[at], audited.stack.axes[at]
        back = -(length - tiling.offset) % tiling.tile
        if tiling.moved and back:
            begins = length - tiling.tile
            found.append(
                known(
                    MOVED_LAST_TILE,
                    f"Along {letter}, the last tile begins at {begins} px instead of "
                    f"{begins + back} px, moved back by {back} px to end with the image "
                    f"({_p(audited, at)}): it keeps to no lattice whose period does not divide "
                    f"{back}.",
                )
            )
    return found


def _clustered(audited: Audit, evident: dict[int, AxisTiling]) -> list[Cause]:
    """Look for labels that are cut where the embedding goes on."""
    found = []
    for at in evident:
        jump = audited.jumps[at] if audited.jumps is not None else None
        split = sum(seam.split_pairs for seam in audited.seams if seam.axis == at)
        if jump is None or split < LEAST_SPLIT or not _goes_on(jump):
            continue
        found.append(
            known(
                TILE_CLUSTERING,
                f"Along {audited.stack.axes[at]}, {split} pairs look split at seams and labels "
                f"differ across {jump.disagreement:.1%} of the neighbouring pixels there "
                f"({jump.disagreement_elsewhere:.1%} elsewhere), but the embedding goes on: it "
                f"jumps {jump.ratio:.2f} times as far as elsewhere (p = {jump.p_value:.2g}).",
            )
        )
    return found


def _goes_on(jump: Jump) -> bool:
    steady = jump.ratio < NO_JUMP and jump.p_value > SIGNIFICANT
    return steady and jump.disagreement > CLEARLY * jump.disagreement_elsewhere


def _untold(audited: Audit, evident: dict[int, AxisTiling]) -> Cause:
    seen = [
        f"every {tiling.tile} px along {audited.stack.axes[at]} ({_p(audited, at)})"
        for at, tiling in evident.items()
    ]
    places = f"There are seams {joined(seen)}"
    jumps = {
        audited.stack.axes[at]: jump
        for at in evident
        if (jump := audited.jumps[at] if audited.jumps is not None else None) is not None
        and jump.ratio >= NO_JUMP
        and jump.p_value <= SIGNIFICANT
    }
    if not jumps:
        return known(UNTOLD_BY_LABELS, f"{places}; labels show where tiles meet, but not why.")
    ratios = joined([f"{jump.ratio:.2f} times along {letter}" for letter, jump in jumps.items()])
    return known(
        UNTOLD_BY_EMBEDDING,
        f"{places}, and the embedding jumps there as well, {ratios} as far as elsewhere: tiles "
        "differ before any clustering.",
    )


def _p(audited: Audit, at: int) -> str:
    return f"p = {audited.p_value[at]:.2g}"
