"""The table of objects."""

from collections.abc import Sequence
from math import prod

import numpy as np
import pandas as pd
from jaxtyping import Integer, Real
from skimage.measure import regionprops_table

from ..images.units import MICROMETER, in_known_unit

SIZE = {2: "area", 3: "volume"}


def measure_objects(
    labels: Integer[np.ndarray, "*space"],
    intensity: Real[np.ndarray, "*space"] | None = None,
    scale: Sequence[float] | None = None,
    units: Sequence[object] | None = None,
    axes: str | None = None,
) -> pd.DataFrame:
    """Measure every object in pixels and, where the image has them, in physical units.

    Parameters
    ----------
    labels
        0 is background.
    intensity
        Pixels of the same shape.
    scale, units
        Pixel size and unit per axis; an axis without a unit of length has no physical column.
    axes
        One letter per axis, ``(z)yx`` if left out.

    Returns
    -------
    DataFrame
        A row per label in increasing order: ``index`` (the label), ``area_px`` (2D) or
        ``volume_px``, ``centroid_y_px``, ..., ``bbox_y_min_px``, ``bbox_y_max_px`` (half open), ...,
        ``mean_intensity``, ``max_intensity``, and the physical ones such as ``area_um2`` and
        ``centroid_y_um``, which count from the first pixel's centre.
    """
    letters = axes or "tczyx"[-labels.ndim :]
    space = [i for i, letter in enumerate(letters) if letter in "zyx"]
    size = SIZE[len(space)]
    properties = ["label", "num_pixels", "centroid", "bbox"]
    if intensity is not None:
        properties += ["intensity_mean", "intensity_max"]
    found = regionprops_table(labels, intensity, properties=properties)  # type: ignore[no-untyped-call]
    table = {"index": found["label"], f"{size}_px": found["num_pixels"]}
    for i, letter in enumerate(letters):
        table[f"centroid_{letter}_px"] = found[f"centroid-{i}"]
    for i, letter in enumerate(letters):
        table[f"bbox_{letter}_min_px"] = found[f"bbox-{i}"]
        table[f"bbox_{letter}_max_px"] = found[f"bbox-{i + labels.ndim}"]
    if intensity is not None:
        table["mean_intensity"] = found["intensity_mean"]
        table["max_intensity"] = found["intensity_max"]
    if scale is not None and units is not None:
        pairs = zip(scale, units, strict=True)
        sizes = [in_known_unit(float(length), str(unit)) for length, unit in pairs]
        table |= _physical(table, letters, space, sizes)
    return pd.DataFrame(table)


def _physical(
    table: dict[str, np.ndarray], letters: str, space: list[int], sizes: list[tuple[float, str]]
) -> dict[str, np.ndarray]:
    known = [i for i in space if sizes[i][1] == MICROMETER]
    size, columns = SIZE[len(space)], {}
    if known == space:
        whole = prod(sizes[i][0] for i in space)
        columns[f"{size}_um{len(space)}"] = table[f"{size}_px"] * whole
    for i in known:
        centroid = table[f"centroid_{letters[i]}_px"] * sizes[i][0]
        columns[f"centroid_{letters[i]}_um"] = centroid
    return columns
