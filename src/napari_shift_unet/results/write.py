"""Writing a folder of results."""

import json
import os
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from ..images import (
    Image,
    write_array_zarr,
    write_labels_ome_zarr,
    write_labels_tiff,
    write_table_csv,
)
from .contents import EMBEDDING, FACTS, LABELS, OBJECTS, LabelsFormat, Results, holds_results
from .folder import making, together


@runtime_checkable
class Segmented(Protocol):
    """What is written of a `segmentation.Segmentation`."""

    @property
    def labels(self) -> np.ndarray: ...  # noqa: D102
    @property
    def embedding(self) -> np.ndarray: ...  # noqa: D102
    @property
    def objects(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def facts(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def image(self) -> Image: ...  # noqa: D102
    @property
    def axes(self) -> str: ...  # noqa: D102


def write_results(
    directory: str | os.PathLike[str],
    segmentation: Segmented,
    *,
    save_embedding: bool = False,
    labels_format: LabelsFormat = "tiff",
) -> list[Path]:
    """Write a segmentation into a folder; see `write_parts`.

    Parameters
    ----------
    directory : path-like
        The folder; it is made if it is not there.
    segmentation : Segmentation
        What `segment` returns.
    save_embedding : bool
        Whether to write the embedding too, as embedding.zarr, float32 `(c, *axes)`.
    labels_format : {"tiff", "ome-zarr"}
        labels.tif or labels.zarr.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    axes, source = segmentation.axes, segmentation.image

    def placed(array: np.ndarray, letters: str) -> Image:
        space = "".join(letter for letter in letters if letter in "zyx")
        return Image(
            array,
            letters,
            scale=source.scale_along(space),
            units=source.units_along(space),
            translate=source.translate_along(space),
            name=source.name,
        )

    results = Results(
        labels=placed(segmentation.labels, axes),
        objects=segmentation.objects,
        facts=segmentation.facts,
        embedding=placed(segmentation.embedding, "c" + axes) if save_embedding else None,
    )
    return write_parts(directory, results, labels_format=labels_format)


def write_parts(
    directory: str | os.PathLike[str],
    results: Results,
    *,
    labels_format: LabelsFormat = "tiff",
) -> list[Path]:
    """Write labels, such as edited ones, with their table and facts into a folder.

    All files are written under temporary names first and renamed at the end, run.json last: if one
    cannot be written, the folder is as it was. Files of an earlier run are replaced or removed, so
    that a folder never mixes two runs.

    Raises
    ------
    InputError
        If the labels cannot be kept in a file.
    OutputError
        If the folder cannot be written to; as in `check_directory`.
    """
    folder = Path(directory).expanduser()
    labels_name = LABELS[labels_format]
    names = [FACTS, labels_name]
    names += [OBJECTS] * (results.objects is not None) + [EMBEDDING] * (
        results.embedding is not None
    )
    others = {*LABELS.values(), OBJECTS, EMBEDDING} - set(names)
    stale = others if holds_results(folder) else set()
    with making(folder), together(folder, names, stale) as temporary:
        _write_labels(temporary[labels_name], results.labels, labels_format)
        temporary[FACTS].write_text(json.dumps(results.facts, indent=2) + "\n", encoding="utf-8")
        if results.objects is not None:
            write_table_csv(temporary[OBJECTS], results.objects)
        if results.embedding is not None:
            _write_embedding(temporary[EMBEDDING], results.embedding)
    return [folder / name for name in (*names[1:], FACTS)]


def _write_labels(path: Path, labels: Image, labels_format: LabelsFormat) -> None:
    axes = "".join(letter for letter in "tzyx" if letter in labels.axes)
    data: Any = labels.data
    if axes != labels.axes:
        data = np.asarray(data).transpose([labels.axes.index(letter) for letter in axes])
    write = write_labels_tiff if labels_format == "tiff" else write_labels_ome_zarr
    write(path, data, labels.scale, labels.units, labels.translate, axes)


def _write_embedding(path: Path, embedding: Image) -> None:
    write_array_zarr(
        path,
        embedding.data,
        embedding.axes,
        embedding.scale,
        embedding.units,
        embedding.translate,
    )
