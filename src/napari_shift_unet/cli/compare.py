"""`shift-unet compare`: two results of one image, object by object."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .console import columns, result, result_json
from .options import JsonOption

if TYPE_CHECKING:
    from ..evaluation.differences import Comparison
    from ..evaluation.findings import Finding
    from ..evaluation.side_by_side import Row
    from ..images import PixelArray

SHOWN = 10
"""Differences that are named; JSON has all."""


def compare(a: Path, b: Path, /, *, as_json: JsonOption = False) -> None:
    """Say which objects of two label images of one image differ, and the numbers of both runs.

    Parameters
    ----------
    a
        Label image, or folder of results.
    b
        The other one.
    as_json
        Print JSON.
    """
    from ..evaluation.differences import compare as compare_labels
    from ..evaluation.side_by_side import look_at_seams, side_by_side

    runs = _read(a), _read(b)
    found = compare_labels(runs[0].labels, runs[1].labels)
    at_seams = [look_at_seams(run.labels, run.facts, run.embedding) for run in runs]
    rows = side_by_side(found, runs[0].facts, runs[1].facts, (at_seams[0], at_seams[1]))
    if as_json:
        result_json(found.facts | {"numbers": {row.name: [row.a, row.b] for row in rows}})
    else:
        result(_describe(found, rows))


class _Run(NamedTuple):
    labels: np.ndarray
    facts: dict[str, Any]
    """What run.json says; empty for a file."""
    embedding: "PixelArray | None"


def _read(path: Path) -> _Run:
    """Return labels, and what else a folder of results knows of them."""
    from ..evaluation import read_labels
    from ..images import load
    from ..results import holds_results, read_results

    if not holds_results(path):
        return _Run(read_labels(path), {}, None)
    results = read_results(path)
    embedding = results.embedding.data if results.embedding else None
    return _Run(load(results.labels.data), results.facts, embedding)


def _describe(found: "Comparison", rows: list["Row"]) -> str:
    lines = [columns([("", "A", "B"), *((row.name, row.a, row.b) for row in rows)])]
    counts = [f"{count} {kind}" for kind, count in found.counts.items() if count]
    lines.append(f"{found.same} objects are the same; {', '.join(counts) or 'none differs'}")
    if found.differences:
        names = ("difference", "A", "B", "area A", "area B", "overlap", "from")
        lines.append(columns([names, *map(_cells, found.differences[:SHOWN])]))
    if len(found.differences) > SHOWN:
        lines.append(f"and {len(found.differences) - SHOWN} more; --json has all")
    return "\n".join(lines)


def _cells(one: "Finding") -> tuple[str, ...]:
    ids_a, ids_b = (" ".join(map(str, ids)) or "-" for ids in (one.ids_a, one.ids_b))
    areas = f"{one.area_a_px} px", f"{one.area_b_px} px"
    return str(one.kind), ids_a, ids_b, *areas, f"{one.iou:.2f}", ", ".join(map(str, one.low))
