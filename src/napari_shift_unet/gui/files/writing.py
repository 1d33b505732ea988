"""Labels layers as files: TIFF, OME-Zarr and a table of their objects."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from ... import images
from ...errors import InputError, OutputError
from ...images import Image, load
from ...images.units import in_known_unit


def write_labels_tiff(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Write a Labels layer as TIFF; napari calls this.

    Raises
    ------
    OutputError
        If the target cannot be written, or the labels are of a kind that files cannot keep.
    """
    with _heard():
        labels = labels_image(data, meta)
        images.write_labels_tiff(path, labels.data, **_place(labels))
    return [path]


def write_labels_ome_zarr(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Write a Labels layer as an OME-Zarr label image; napari calls this. Errors as for TIFF."""
    with _heard():
        labels = labels_image(data, meta)
        images.write_labels_ome_zarr(path, labels.data, **_place(labels))
    return [path]


def write_objects_csv(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Write the objects of a Labels layer, one row each; napari calls this. Errors as for TIFF.

    Size and place are measured in the labels as they are now; what the layer's features know
    besides is joined to them.
    """
    with _heard():
        images.write_table_csv(path, object_table(labels_image(data, meta), meta.get("features")))
    return [path]


def labels_image(data: Any, meta: dict[str, Any]) -> Image:
    """Return what files keep of a Labels layer: full resolution, no axis of channels.

    Parameters
    ----------
    data, meta
        As in napari's layer data tuple. Axes without names are t, z, y, x, counted from the last.

    Raises
    ------
    InputError
        If there are more axes than that.
    """
    full = data[0] if meta.get("multiscale") else data
    named = "".join(meta.get("axis_labels") or ())
    axes = named if _are_axes(named, full.ndim) else "tzyx"[max(0, 4 - full.ndim) :]
    per_axis = {
        letter: (*in_known_unit(float(size), str(unit)), in_known_unit(float(start), str(unit))[0])
        for letter, size, start, unit in zip(
            axes,
            meta.get("scale") or (1,) * full.ndim,
            meta.get("translate") or (0,) * full.ndim,
            meta.get("units") or ("pixel",) * full.ndim,
            strict=False,
        )
    }
    if "c" in axes and full.shape[axes.index("c")] == 1:
        full = np.squeeze(np.asarray(full), axes.index("c"))
        axes = axes.replace("c", "")
    space = [per_axis[letter] for letter in axes if letter in "zyx"]
    scale, units, translate = zip(*space, strict=True)
    return Image(full, axes, scale, units, translate, name=str(meta.get("name", "labels")))


def object_table(
    labels: Image, features: pd.DataFrame | None = None, intensity: np.ndarray | None = None
) -> pd.DataFrame:
    """Measure the objects of labels, and join what `features` know of the same ones besides.

    Parameters
    ----------
    labels
        Labels of any axes.
    features
        A table with a column `index` of label ids.
    intensity
        Pixels of the shape of the labels.
    """
    from ...embeddings import measure_objects  # slow to import

    table = measure_objects(
        load(labels.data),
        intensity,
        scale=labels.scale_along(labels.axes),
        units=labels.units_along(labels.axes),
        axes=labels.axes,
    )
    if features is None or "index" not in features:
        return table
    others = features[["index", *features.columns.difference(table.columns, sort=False)]]
    return table.merge(others.drop_duplicates("index"), how="left", on="index")


def _place(labels: Image) -> dict[str, Any]:
    return {
        "scale": labels.scale,
        "units": labels.units,
        "translate": labels.translate,
        "axes": labels.axes,
    }


def _are_axes(letters: str, ndim: int) -> bool:
    known = len(letters) == ndim == len(set(letters)) and set(letters) <= set("tczyx")
    return known and letters.replace("t", "").replace("c", "") in ("yx", "zyx")


@contextmanager
def _heard() -> Iterator[None]:
    """Turn input errors into output errors: napari takes a ValueError for a missing writer."""
    try:
        yield
    except InputError as error:
        raise OutputError(str(error)) from error
