"""Why there is a seam: what the facts of a run, the probe of a network and an audit say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .auditing import Audit
from .cause import (
    RANDOMNESS,
    TILE_COORDINATES,
    TILE_NORMALISATION,
    TOO_LITTLE_CONTEXT,
    WHOLE_TILE,
    Cause,
    joined,
    known,
    off_the_lattice,
)
from .clues import clues_of

if TYPE_CHECKING:
    from ..networks import Verdict

NAME_OF_FAULT = {"whole tile": WHOLE_TILE, "place": TILE_COORDINATES, "size": WHOLE_TILE}


def causes_of(
    *,
    run: Mapping[str, Any] | None = None,
    verdict: "Verdict | None" = None,
    audited: Audit | None = None,
) -> tuple[Cause, ...]:
    """Name the causes of seams, as far as the evidence carries; none for a run without seams.

    Parameters
    ----------
    run
        Facts of a run, as in run.json. Of a run of another program `crop`, the distance of its
        tiles, and `context_px` will do, each a list per axis (z,) y, x in px.
    verdict
        Probe of the network that was used.
    audited
        Audit of the labels; looked at unless the run is known. Where it shows seams that it cannot
        explain, the last cause says what to do next.
    """
    run = run if run and run.get("crop") else None
    if run is not None and not any(_has_seams(run)):
        return ()
    found = [] if run is None else _of_sizes(run, verdict)
    flaws = [*(run or {}).get("reasons", ()), *(verdict.reasons if verdict else ())]
    found += flaw_causes(flaws)
    if run is None and audited is not None:
        clues = clues_of(audited, verdict.period if verdict else ())
        # What the network was found to do explains the seams of its labels.
        found += [clue for clue in clues if not (found and clue.name.startswith("cannot"))]
    return tuple(found)


def flaw_causes(reasons: Iterable[str]) -> list[Cause]:
    """Name the flaws of a network, see `Verdict.reasons` and `Footprint.flaws`; others are left."""
    reasons = list(dict.fromkeys(reasons))
    if not reasons:
        return []
    from ..networks.probing.verdict import FAULTS, NORMALISES, RANDOM  # imports torch

    found = []
    for reason in reasons:
        if reason == RANDOM:
            found.append(known(RANDOMNESS, _sentence(reason)))
        for fault, text in FAULTS.items():
            before, after = text.split("{axes}")
            if not (reason.startswith(before) and reason.endswith(after)):
                continue
            if fault == "whole tile" and NORMALISES in reasons:
                letters = reason.removeprefix(before).removesuffix(after)
                found.append(
                    known(
                        TILE_NORMALISATION,
                        f"{_sentence(NORMALISES)[:-1]}, so that every output along {letters} "
                        "depends on the whole tile; whatever else acts on all of it is hidden "
                        "behind that.",
                    )
                )
            else:
                found.append(known(NAME_OF_FAULT[fault], _sentence(reason)))
    return found


def _of_sizes(run: Mapping[str, Any], verdict: "Verdict | None") -> list[Cause]:
    """Compare crop and context with what the network needs."""
    crops, seams = run["crop"], _has_seams(run)
    letters = "zyx"[-len(crops) :]
    periods = run.get("period") or (verdict.period if verdict else (None,) * len(crops))
    contexts = run.get("context_px", (None,) * len(crops))
    required = run.get("required_context_px") or (
        verdict.footprint.required_context if verdict and verdict.exact else (None,) * len(crops)
    )
    windows = run.get("tile", (None,) * len(crops))
    lattice = zip(letters, seams, crops, periods, windows, strict=True)
    off = _grouped((a, (c, t, window)) for a, s, c, t, window in lattice if s and t and c % t)
    short = _grouped(
        (a, (has, needs))
        for a, s, has, needs in zip(letters, seams, contexts, required, strict=True)
        if s and None not in (has, needs) and has < needs
    )
    found = [
        off_the_lattice(axes, crop, t, "the crop", window)
        for (crop, t, window), axes in off.items()
    ]
    for (has, needs), axes in short.items():
        found.append(
            Cause(
                TOO_LITTLE_CONTEXT,
                f"Along {axes}, tiles read {has} px beyond what they return, and the network sees "
                f"{needs} px: its padding reaches up to {needs - has} px into what is kept.",
                f"Read {needs} px or more per side, in whole periods, and crop them off again.",
            )
        )
    return found


def _has_seams(run: Mapping[str, Any]) -> list[bool]:
    """Whether two tiles meet, per axis of the network; yes where the image is not known."""
    crops: Sequence[int] = run["crop"]
    image = run.get("image", {})
    sizes = dict(zip(image.get("axes", ""), image.get("shape", ()), strict=False))
    letters = "zyx"[-len(crops) :]
    return [
        letter not in sizes or crop < sizes[letter]
        for letter, crop in zip(letters, crops, strict=True)
    ]


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[Any, str]:
    """Return the names of the axes that share a value, by that value."""
    axes: dict[Any, list[str]] = {}
    for letter, value in pairs:
        axes.setdefault(value, []).append(letter)
    return {value: joined(letters) for value, letters in axes.items()}


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."
