"""The table of objects."""

from collections.abc import Sequence
from math import prod

import numpy as np
import pandas as pd
from jaxtyping import Integer, Real

from ..errors import InputError
from ..images.units import MICROMETER, in_known_unit
from .sums import ObjectSums

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
        ``volume_px``, ``centroid_y_px``, ..., ``bbox_y_min_px``, ``bbox_y_max_px`` (half open),
        ..., ``mean_intensity``, ``max_intensity``, and the physical ones such as ``area_um2`` and
        ``centroid_y_um``, which count from the first pixel's centre.

    Raises
    ------
    InputError
        If the intensities are not of the size of the labels.
    """
    if intensity is not None and intensity.shape != labels.shape:
        raise InputError(
            f"The image has {intensity.shape} px and the labels {labels.shape} px. "
            "Choose the image that was segmented."
        )
    letters = axes or "tczyx"[-labels.ndim :]
    return tabulate(ObjectSums.of(labels, intensity), letters, scale, units)


def tabulate(
    sums: ObjectSums,
    axes: str,
    scale: Sequence[float] | None = None,
    units: Sequence[object] | None = None,
) -> pd.DataFrame:
    """Return the table of objects of which the sums are known; see `measure_objects`."""
    space = [i for i, letter in enumerate(axes) if letter in "zyx"]
    size = SIZE[len(space)]
    table: dict[str, np.ndarray] = {"index": sums.ids, f"{size}_px": sums.counts}
    for letter, places in zip(axes, sums.places.T, strict=True):
        table[f"centroid_{letter}_px"] = places / sums.counts
    for letter, low, high in zip(axes, sums.low.T, sums.high.T, strict=True):
        table[f"bbox_{letter}_min_px"] = low
        table[f"bbox_{letter}_max_px"] = high + 1
    if sums.total is not None and sums.highest is not None:
        table["mean_intensity"] = sums.total / sums.counts
        table["max_intensity"] = sums.highest
    if scale is not None and units is not None:
        pairs = zip(scale, units, strict=True)
        sizes = [in_known_unit(float(length), str(unit)) for length, unit in pairs]
        table |= _physical(table, axes, space, sizes)
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
