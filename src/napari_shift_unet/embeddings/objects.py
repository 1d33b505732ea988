"""The table of objects."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Integer, Real

from ..errors import InputError
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
    space = [i for i, letter in enumerate(letters) if letter in "zyx"]
    size = SIZE[len(space)]
    inside = np.flatnonzero(labels)
    ids, members = number_objects(labels.ravel()[inside])
    counts = np.bincount(members, minlength=len(ids))
    places = np.unravel_index(inside, labels.shape)
    table = {"index": ids, f"{size}_px": counts}
    for letter, place in zip(letters, places, strict=True):
        total = np.bincount(members, weights=place, minlength=len(ids))
        table[f"centroid_{letter}_px"] = total / counts
    for letter, place, length in zip(letters, places, labels.shape, strict=True):
        table[f"bbox_{letter}_min_px"] = _reduce(np.minimum, place, members, counts, length)
        table[f"bbox_{letter}_max_px"] = _reduce(np.maximum, place, members, counts, -1) + 1
    if intensity is not None:
        values = intensity.ravel()[inside]
        total = np.bincount(members, weights=values, minlength=len(ids))
        table["mean_intensity"] = total / counts
        least = values.min(initial=0)
        table["max_intensity"] = _reduce(np.maximum, values, members, counts, least)
    if scale is not None and units is not None:
        pairs = zip(scale, units, strict=True)
        sizes = [in_known_unit(float(length), str(unit)) for length, unit in pairs]
        table |= _physical(table, letters, space, sizes)
    return pd.DataFrame(table)


def number_objects(
    labels: Integer[np.ndarray, " n"],
) -> tuple[Integer[np.ndarray, " k"], Integer[np.ndarray, " n"]]:
    """Return the labels there are, and for each pixel the place of its label among them."""
    highest = int(labels.max(initial=0))
    if highest > 2 * labels.size:
        ids, members = np.unique(labels, return_inverse=True)
        return ids, members
    ids = np.flatnonzero(np.bincount(labels))
    place = np.zeros(highest + 1, np.int64)
    place[ids] = np.arange(len(ids))
    return ids, place[labels]


def _reduce(
    function: np.ufunc,
    values: Real[np.ndarray, " n"],
    members: Integer[np.ndarray, " n"],
    counts: Integer[np.ndarray, " k"],
    start: Any,
) -> Real[np.ndarray, " k"]:
    """Reduce the values of each object."""
    reduced = np.full(counts.shape, start, values.dtype)
    function.at(reduced, members, values)
    return reduced


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
