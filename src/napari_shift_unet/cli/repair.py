"""`shift-unet repair`: objects merged across seams, or predicted again without them."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from cyclopts import Parameter

from ..errors import InputError
from .audit import counted, tilings
from .console import result, result_json
from .inspected import EmbeddingOption, ImageOption, Inspected, OffsetOption, inspect
from .options import JsonOption, TileOption
from .repair_anew import NO_NETWORK, NetworkOptions, Way, check_options, renew

if TYPE_CHECKING:
    from ..images import Image

FILES = (".tif", ".tiff", ".zarr")


def repair(
    labels: Path,
    /,
    *,
    output: Annotated[Path, Parameter(metavar="FILE|DIR")],
    way: Way = "merge",
    embedding: EmbeddingOption = None,
    image: ImageOption = None,
    tile: TileOption = None,
    offset: OffsetOption = None,
    threshold: float | None = None,
    network: NetworkOptions = NO_NETWORK,
    as_json: JsonOption = False,
) -> None:
    """Repair what seams did: merge what they cut, or predict again without them.

    Parameters
    ----------
    labels
        TIFF, OME-Zarr or PNG with one number per object, or a folder of results.
    output
        A .tif or .zarr of labels, or a folder of results.
    way
        merge (by contact and shape, without a model), predict-again (with the nearest crop that
        leaves no seam) or strips (along the seams only).
    embedding
        Its embedding, channels first; pieces alike in it are merged sooner.
    image
        The image: for mean intensities, and to be predicted again.
    tile
        Distance of the seams in px, for all axes or one each; searched for if left out.
    offset
        Position of the first seam in px, 0 if the first tile is a whole one.
    threshold
        Pairs of at least this score, from 0 to 1, are merged.
    network
        The network of the ways that need one.
    as_json
        Print JSON.
    """
    from ..results import check_directory
    from ..seams import MERGED
    from ..seams import repair as repair_audited

    check_options(way, network, threshold)
    least = MERGED if threshold is None else threshold
    if not 0 <= least <= 1:
        raise InputError(f"--threshold is {least:g}; give a score from 0 to 1, such as {MERGED}.")
    is_folder = output.suffix.lower() not in FILES
    if is_folder:
        check_directory(output)
    found = inspect(labels, tile, offset, embedding, image)
    facts: dict[str, Any] = {
        "tile": found.audit.facts["tile"],
        "offset": found.audit.facts["offset"],
        "p_value": list(found.audit.p_value),
    }
    if way == "merge":
        repaired = repair_audited(found.audit, least, found.intensity)
        facts |= {"threshold": least, **repaired.facts}
        fixed = replace(found, labels=replace(found.labels, data=repaired.labels, levels=()))
        did = f"{len(repaired.merged)} pairs merged"
    else:
        renewed, fixed = renew(found, image, way, network)
        repaired = renewed.repair
        facts |= renewed.facts
        did = (
            f"tiles predicted: {renewed.tiles_predicted}, in {renewed.seconds:.1f} s; pairs that "
            f"are one object now: {len(repaired.merged)}"
        )
    if is_folder:
        _write_folder(output, fixed, facts)
    else:
        _write_file(output, fixed.labels)
    if as_json:
        result_json(facts)
        return
    result(tilings(found.audit))
    result(counted("before:", repaired.before))
    result(counted("after: ", repaired.after))
    result(f"{did}, written to {output}")


def _write_file(path: Path, labels: "Image") -> None:
    from ..images import write_labels_ome_zarr, write_labels_tiff

    write = write_labels_ome_zarr if path.suffix.lower() == ".zarr" else write_labels_tiff
    write(path, labels.data, labels.scale, labels.units, labels.translate, labels.axes)


def _write_folder(directory: Path, repaired: Inspected, facts: dict[str, Any]) -> None:
    """Write labels, a new table and, of a run, its facts and embedding."""
    from ..embeddings import measure_objects
    from ..results import Results, write_parts

    labels, run = repaired.labels, repaired.results
    table = measure_objects(
        np.asarray(labels.data),
        repaired.intensity,
        scale=labels.scale_along(labels.axes),
        units=labels.units_along(labels.axes),
        axes=labels.axes,
    )
    of_run = run.facts if run else {}
    results = Results(
        labels=labels,
        objects=table,
        facts={**of_run, "objects": len(table), "repair": facts},
        embedding=run.embedding if run else None,
    )
    write_parts(directory, results)
