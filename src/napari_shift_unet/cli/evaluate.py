"""`shift-unet evaluate`: labels against the truth."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from ..errors import InputError
from .console import columns, result, result_json
from .inspected import OffsetOption
from .options import JsonOption, TileOption, numbers

if TYPE_CHECKING:
    from ..evaluation import DistantMerges, Scores

AVERAGED = {
    "panoptic_quality": "panoptic quality",
    "false_splits": "false splits",
    "false_merges": "false merges",
    "distant_false_merges": "distant false merges",
    "objects": "true objects",
    "found": "found objects",
}
"""Names of what is printed below AP and F1."""


def evaluate(
    pred: Path,
    truth: Path,
    /,
    *,
    tile: TileOption = None,
    offset: OffsetOption = None,
    image: Annotated[Path | None, Parameter(metavar="FILE|DIR")] = None,
    as_json: JsonOption = False,
) -> None:
    """Score labels against the truth: AP = TP / (TP + FP + FN), F1, splits and merges.

    Parameters
    ----------
    pred
        Label image, folder of results, or folder of either; names as in TRUTH.
    truth
        Label image, or folder of label images. Where it is negative nobody has annotated.
    tile
        Distance of the seams in px, for all axes or one each, to count what touches them apart;
        left out, that of the run of a folder of results.
    offset
        Position of the first seam in px, 0 if the first tile is a whole one.
    image
        The image, or a folder of them: do objects that were merged over a distance look alike?
    as_json
        Print JSON.
    """
    from ..evaluation import evaluate_files

    if tile is None and offset is not None:
        raise InputError("--offset needs --tile; give both, or none.")
    scores = evaluate_files(
        pred, truth, numbers("tile", tile), numbers("offset", offset) or 0, image
    )
    if as_json:
        result_json(scores.facts)
        return
    result(f"{scores.images} image{'s' * (scores.images != 1)}")
    result(columns(_rows(scores)))
    if scores.distant is not None:
        result(_describe(scores.distant))


def _rows(scores: "Scores") -> Iterator[tuple[str, ...]]:
    """Yield the lines of the table: mean over images, all objects together, at seams."""
    parts = {"mean over images": scores.mean, "all together": scores.pooled}
    if scores.at_seams is not None and scores.at_seams["images"]:
        parts |= {
            "at seams, mean": scores.at_seams,
            "at seams, together": scores.at_seams["pooled"],
        }
    yield ("", *parts)
    for name, of in (("AP", "ap"), ("F1", "f1")):
        for threshold in scores.ap if of == "ap" else ("0.5",):
            yield (
                f"{name} {threshold}",
                *(f"{part[of][threshold]:.3f}" for part in parts.values()),
            )
    for key, name in AVERAGED.items():
        yield name, *(_short(part[key]) for part in parts.values())


def _short(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}".removesuffix(".000")


def _describe(distant: "DistantMerges") -> str:
    if not distant.merges:
        return "no objects were merged over a distance"
    return (
        f"{distant.merges} objects hold {distant.objects} true ones that do not touch, with "
        f"{distant.gap_px:.1f} px between two of them in the median: their "
        f"{distant.pairs} pairs correlate by {distant.correlation:.3f}, random pairs by "
        f"{distant.random_correlation:.3f} (p = {distant.p_value:.2g} that they look alike by "
        "chance)"
    )
