"""An audit: where the seams of a label image are, what they did, and to which objects."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped

from ..embeddings.components import split_components
from ..errors import InputError
from ..generators import drain
from ..geometry import PerAxis
from ..images import PixelArray
from .comb import SMALLEST_TILE, Comb
from .distances import measure_reference
from .frames import LabelStack, as_stack, check_embedding, per_axis
from .grid import AxisTiling
from .hidden import SIGNIFICANT, Found, find_tiling, label_comb, test_tiling
from .inspection import Inspector, Seam
from .jumps import Jump, JumpProfile, compare, jump_comb, measure_jumps
from .pairs import Pair
from .parts import measure_profiles

SMALLEST_PATTERN = 40
"""Embeddings repeat with a network's period; tiles are looked for in them from this size on, px."""


@dataclass(frozen=True)
class Audit:
    """What an audit found; tuples per axis are in the order of the axes of the labels."""

    stack: LabelStack
    tilings: tuple[AxisTiling | None, ...]
    """`None` for an axis without evidence, or that is not tiled."""
    p_value: tuple[float | None, ...]
    """That there is nothing at the seams of an axis; `None` where nothing can be tested."""
    seams: tuple[Seam, ...]
    pairs: tuple[Pair, ...]
    """Highest score first."""
    jumps: tuple[Jump | None, ...] | None
    """Of the embedding at the seams, per axis; `None` without one."""

    @property
    def facts(self) -> dict[str, Any]:
        """What `shift-unet audit --json` prints; plain JSON types."""
        facts: dict[str, Any] = {
            "tile": [tiling and tiling.tile for tiling in self.tilings],
            "offset": [tiling and tiling.offset for tiling in self.tilings],
            "p_value": list(self.p_value),
            "seams": [vars(seam) for seam in self.seams],
            "pairs": [
                {name: value for name, value in vars(pair).items() if name != "centre"}
                for pair in self.pairs
            ],
        }
        if self.jumps is not None:
            facts["embedding"] = [jump and vars(jump) for jump in self.jumps]
        return facts


def audit(
    labels: Shaped[np.ndarray, "..."],
    *,
    axes: str | None = None,
    tile: PerAxis | None = None,
    offset: PerAxis = 0,
    embedding: PixelArray | None = None,
) -> Audit:
    """Audit labels of any origin.

    Parameters
    ----------
    labels
        Whole numbers, 0 is background; (t)(c)(z)yx.
    axes
        One letter per axis; guessed if left out. Frames along t and c are tiled alike.
    tile, offset
        Tiling in px, for all spatial axes or for the last ones; searched for if left out.
    embedding
        Numbers `(c, *axes of the labels)`, in memory or lazy.

    Raises
    ------
    InputError
        If labels, tiling or embedding cannot be used.
    """
    return drain(audit_events(labels, axes=axes, tile=tile, offset=offset, embedding=embedding))


def audit_events(
    labels: Shaped[np.ndarray, "..."],
    *,
    axes: str | None = None,
    tile: PerAxis | None = None,
    offset: PerAxis = 0,
    embedding: PixelArray | None = None,
) -> Generator[None, None, Audit]:
    """Audit as `audit` does, with an event wherever the work may be stopped."""
    stack = as_stack(labels, axes)
    if embedding is not None:
        check_embedding(embedding, stack)
    given = None if tile is None else check_tiling(stack, tile, offset)
    yield
    parts = []
    for frame in stack.frames():
        parts.append(split_components(frame))
        yield
    combs: list[Comb] = []
    measured: list[JumpProfile] = []
    for at, profile in zip(stack.space, measure_profiles(parts), strict=True):
        combs.append(label_comb(profile))
        yield
        if embedding is not None:
            measured.append(measure_jumps(stack.labels, embedding, at))
            yield
    jumps = None if embedding is None else measured
    found = _search(combs, jumps) if given is None else _test(given, combs, jumps)
    yield
    return (yield from _report(stack, embedding, combs, jumps, found))


def check_tiling(stack: LabelStack, tile: PerAxis, offset: PerAxis) -> list[tuple[int, int] | None]:
    """Return tile and offset of each spatial axis, `None` for one without.

    Raises
    ------
    InputError
        If they do not fit the labels.
    """
    tiles, offsets = per_axis("the tile", tile, stack), per_axis("the offset", offset, stack)
    found: list[tuple[int, int] | None] = []
    for at in stack.space:
        size, shift = tiles[at], offsets[at] or 0
        found.append(None if size is None else (size, shift))
        if size is not None:
            AxisTiling(size, shift)
    lengths = [stack.shape[at] for at in stack.space]
    larger = [(pair[0], n) for pair, n in zip(found, lengths, strict=True) if pair and pair[0] > n]
    # One number for all axes may be more than the shortest of them has.
    if larger and (isinstance(tile, Sequence) or len(larger) == len(lengths)):
        raise InputError(
            f"the tile is {larger[0][0]} px and the image {larger[0][1]} px along one axis; give a "
            "tile that is no larger, or leave it out to have it searched for."
        )
    return found


def _search(combs: list[Comb], jumps: list[JumpProfile] | None) -> list[Found]:
    found = find_tiling(combs, SMALLEST_TILE)
    if jumps is None:
        return found
    others = find_tiling([jump_comb(jump) for jump in jumps], SMALLEST_PATTERN)
    return [_stronger(*both) for both in zip(found, others, strict=True)]


def _test(
    given: list[tuple[int, int] | None], combs: list[Comb], jumps: list[JumpProfile] | None
) -> list[Found]:
    found = []
    for at, (tiling, comb) in enumerate(zip(given, combs, strict=True)):
        if tiling is None:
            found.append(Found(None, None))
            continue
        tested = test_tiling(comb, *tiling)
        if jumps is not None and tested.tiling is not None:
            jump = compare(jumps[at], tested.tiling.seams(comb.length))
            other = Found(tested.tiling, jump.p_value if jump else None)
            tested = Found(tested.tiling, _stronger(tested, other).p_value)
        found.append(tested)
    return found


def _stronger(one: Found, other: Found) -> Found:
    """Return the finding of smaller p-value, corrected for the choice."""
    known = [(found.p_value, found) for found in (one, other) if found.p_value is not None]
    if not known:
        return one
    p_value, best = min(known, key=lambda item: item[0])
    p_value = min(1.0, len(known) * p_value)
    return Found(best.tiling if p_value <= SIGNIFICANT else None, p_value)


def _report(
    stack: LabelStack,
    embedding: PixelArray | None,
    combs: list[Comb],
    jumps: list[JumpProfile] | None,
    found: list[Found],
) -> Generator[None, None, Audit]:
    """Inspect every seam of what was found."""
    lengths = [stack.shape[at] for at in stack.space]
    lines = [
        f.tiling.seams(length) if f.tiling else () for f, length in zip(found, lengths, strict=True)
    ]
    reference = measure_reference(jumps, lines) if jumps else None
    seams, pairs = [], []
    for at, axis in enumerate(stack.space):
        of_axis = jumps[at] if jumps else None
        inspector = Inspector(stack, axis, combs[at], embedding, of_axis, reference)
        for line in lines[at]:
            seam, across = inspector.inspect(line)
            seams.append(seam)
            pairs += across
            yield
    ahead = (None,) * stack.space[0]
    compared = None
    if jumps is not None:
        compared = [compare(*both) for both in zip(jumps, lines, strict=True)]
    return Audit(
        stack=stack,
        tilings=(*ahead, *(f.tiling for f in found)),
        p_value=(*ahead, *(f.p_value for f in found)),
        seams=tuple(seams),
        pairs=tuple(sorted(pairs, key=lambda pair: (-pair.score, -pair.contact_px))),
        jumps=None if compared is None else (*ahead, *compared),
    )
