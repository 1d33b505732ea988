"""Labels to be audited: a file, or a folder of results with its tiling and embedding."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from cyclopts import Parameter

from ..errors import InputError
from .options import TileOption, numbers

if TYPE_CHECKING:
    from ..images import Image
    from ..results import Results
    from ..seams import Audit

OffsetOption = Annotated[str | None, Parameter(metavar="N [N ...]")]
EmbeddingOption = Annotated[Path | None, Parameter(metavar="FILE")]
ImageOption = Annotated[Path | None, Parameter(metavar="FILE")]


@dataclass(frozen=True)
class Inspected:
    """Labels, what came with them, and their audit."""

    labels: "Image"
    audit: "Audit"
    intensity: np.ndarray | None
    results: "Results | None"


def inspect(
    path: Path, tile: TileOption, offset: OffsetOption, embedding: Path | None, image: Path | None
) -> Inspected:
    """Read and audit labels.

    Raises
    ------
    InputError
        If something cannot be read, or does not fit the labels.
    """
    from ..images import load, read_image
    from ..results import holds_results, read_results
    from ..seams import audit

    if tile is None and offset is not None:
        raise InputError("--offset needs --tile; give both, or none to have them searched for.")
    results = read_results(path) if holds_results(path) else None
    labels = results.labels if results else read_image(path)
    tiles, given = numbers("tile", tile), numbers("offset", offset) or 0
    if tiles is None and results is not None:
        tiles = results.tiles
    source = results.embedding if results else None
    if embedding is not None:
        source = read_image(embedding)
    pixels = load(labels.data)
    found = audit(
        pixels,
        axes=labels.axes,
        tile=tiles,
        offset=given,
        embedding=source.data if source else None,
    )
    return Inspected(labels, found, _intensity(image, labels), results)


def _intensity(path: Path | None, labels: "Image") -> np.ndarray | None:
    """Read the first channel of the image, its axes in the order of the labels'."""
    if path is None:
        return None
    from ..images import load, read_image

    image = read_image(path)
    data: Any = load(image.data)
    letters = image.axes
    if "c" in letters and "c" not in labels.axes:
        data = np.take(data, 0, letters.index("c"))
        letters = letters.replace("c", "")
    if sorted(letters) == sorted(labels.axes):
        data = np.transpose(data, [letters.index(letter) for letter in labels.axes])
    if data.shape != tuple(labels.data.shape):
        raise InputError(
            f"{path} is {data.shape} px and the labels {tuple(labels.data.shape)} px. "
            "Give the image that was segmented."
        )
    return np.asarray(data)
