"""One cause of seams, and the names of all."""

from collections.abc import Sequence
from dataclasses import dataclass

OFF_THE_LATTICE = "crop off the lattice"
TOO_LITTLE_CONTEXT = "context too small"
MOVED_LAST_TILE = "moved last tile"
TILE_NORMALISATION = "per-tile normalisation"
WHOLE_TILE = "whole-tile operator"
RANDOMNESS = "randomness"
TILE_COORDINATES = "tile-local coordinates"
TILE_CLUSTERING = "per-tile clustering"
UNTOLD_BY_LABELS = "cannot be told from labels alone"
UNTOLD_BY_EMBEDDING = "cannot be told without the network"

REMEDIES = {
    TILE_NORMALISATION: "Take the normalisation out of the network, and scale the image once.",
    WHOLE_TILE: (
        "Predict the image in one tile if it fits, or train with batch normalisation instead: at "
        "prediction it is constant."
    ),
    RANDOMNESS: "Save the network in evaluation mode, or take out of it what draws random numbers.",
    TILE_COORDINATES: (
        "Give the network coordinates of the whole image or none, and let it upsample by a fixed "
        "factor, without aligned corners."
    ),
    MOVED_LAST_TILE: (
        "Leave the last tile on the grid of the others and pad the image at its end; `shift-unet "
        "repair` merges what was cut."
    ),
    TILE_CLUSTERING: (
        "Cluster the embedding of the whole image at once; `shift-unet repair` merges what was cut."
    ),
    UNTOLD_BY_LABELS: (
        "Give the embedding too, which tells whether the clustering or the network cut, and probe "
        "the network with `shift-unet probe`."
    ),
    UNTOLD_BY_EMBEDDING: (
        "Probe the network with `shift-unet probe`: the distance of tiles may be no multiple of "
        "its period, their context too small, or something may act on the whole tile."
    ),
}


@dataclass(frozen=True)
class Cause:
    """Why there is a seam, as far as the evidence carries."""

    name: str
    evidence: str
    """What was seen, with its numbers; a sentence."""
    remedy: str
    """What to do; a sentence."""


def known(name: str, evidence: str) -> Cause:
    """Return a cause whose remedy is always the same."""
    return Cause(name, evidence, REMEDIES[name])


def off_the_lattice(
    letters: str, distance: int, period: int, seen: str, window: int | None = None
) -> Cause:
    """Return the cause of tiles whose distance is no multiple of the period, both in px.

    Parameters
    ----------
    letters
        Axes, such as "y and x".
    distance
        Of two tiles, which is what is kept of each.
    period
        Of the network.
    seen
        What is so far apart, such as "the crop".
    window
        Of the output in px, if it is known: more cannot be kept of a tile.
    """
    times, rest = divmod(distance, period)
    below, above = times * period, (times + 1) * period
    larger = " of larger tiles" if window is not None and above > window else ""
    legal = f"{below} px, or {above} px{larger}" if below else f"{above} px{larger}"
    return Cause(
        OFF_THE_LATTICE,
        f"Along {letters}, {seen} is {distance} px. {distance} is {times} x {period} + {rest}: "
        f"each tile begins {rest} px further off the lattice.",
        f"Predict again, and keep along {letters} a multiple of the period of {period} px: "
        f"{legal}.",
    )


def joined(names: Sequence[str]) -> str:
    """Return names for a sentence: "z, y and x"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
