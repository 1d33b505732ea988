"""`shift-unet audit`: the seams of labels, from any program."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from .console import columns, result, result_json, why
from .foreign import TrustOption
from .inspected import EmbeddingOption, ImageOption, Inspected, OffsetOption, inspect
from .options import JsonOption, TileOption
from .probe import measure

if TYPE_CHECKING:
    from ..seams import Audit, Census

SHOWN = 10
"""Pairs that are named; JSON has all."""


def audit(
    labels: Path,
    /,
    *,
    embedding: EmbeddingOption = None,
    image: ImageOption = None,
    tile: TileOption = None,
    offset: OffsetOption = None,
    model: Annotated[str | None, Parameter(metavar="NAME|FILE")] = None,
    trust: TrustOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the seams of labels, what they did to the objects, and why they are there.

    Parameters
    ----------
    labels
        TIFF, OME-Zarr or PNG with one number per object, or a folder of results, whose tiling is
        known.
    embedding
        Its embedding, channels first; that of the folder of results if left out.
    image
        The image, for mean intensities.
    tile
        Distance of the seams in px, for all axes or one each; searched for if left out.
    offset
        Position of the first seam in px, 0 if the first tile is a whole one.
    model
        The network that made them, as in `shift-unet probe`; it is measured to tell why.
    trust
        Run the code of another program's network, which then has all your rights.
    as_json
        Print JSON.
    """
    from ..seams import causes_of

    verdict = measure(model, trust=trust)[1] if model else None
    found = inspect(labels, tile, offset, embedding, image)
    run = found.results.facts if found.results else None
    causes = causes_of(run=run, verdict=verdict, audited=found.audit)
    if as_json:
        result_json({**found.audit.facts, "causes": [vars(cause) for cause in causes]})
    else:
        result("\n".join((_describe(found), *map(why, causes))))


def tilings(audited: "Audit") -> str:
    """Return tile, offset and p-value of every spatial axis as a table."""
    rows = [("axis", "tile", "offset", "p")]
    for at in audited.stack.space:
        tiling, p_value = audited.tilings[at], audited.p_value[at]
        name = audited.stack.axes[at]
        shown = "" if p_value is None else f"{p_value:.2g}"
        if tiling is None:
            rows.append((name, "no evidence of tiles", "", shown))
        else:
            moved = ", last tile moved back" if tiling.moved else ""
            rows.append((name, f"{tiling.tile} px{moved}", f"{tiling.offset} px", shown))
    return columns(rows)


def counted(name: str, census: "Census") -> str:
    """Return a census in one line."""
    light = "" if census.mean_intensity is None else f", mean intensity {census.mean_intensity:.4g}"
    return f"{name} {census.objects} objects, mean size {census.mean_area_px:.1f} px{light}"


def _describe(found: Inspected) -> str:
    from ..seams import repair

    audited = found.audit
    lines = [tilings(audited)]
    for at, jump in enumerate(audited.jumps or ()):
        if jump is not None:
            lines.append(
                f"embedding along {audited.stack.axes[at]}: jumps {jump.ratio:.2f} times as far at "
                f"seams as elsewhere (p = {jump.p_value:.2g}), labels differ across "
                f"{jump.disagreement:.1%} of neighbours ({jump.disagreement_elsewhere:.1%} "
                "elsewhere)"
            )
    if not audited.seams:
        return "\n".join(lines)
    split = sum(seam.split_pairs for seam in audited.seams)
    lines.append(f"{len(audited.seams)} seams, {split} pairs look split")
    if audited.pairs:
        names = ("score", "labels", "seam", "contact")
        rows = [
            (
                f"{pair.score:.2f}",
                f"{pair.label_a} | {pair.label_b}",
                f"{audited.stack.axes[pair.axis]} = {pair.position}",
                f"{pair.contact_px} px",
            )
            for pair in audited.pairs[:SHOWN]
        ]
        lines.append(columns([names, *rows]))
    repaired = repair(audited, intensity=found.intensity)
    lines += [counted("as they are:", repaired.before), counted("repaired:", repaired.after)]
    return "\n".join(lines)
