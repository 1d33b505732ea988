"""Samples of an image and labels in memory, of which only parts may be annotated."""

from dataclasses import replace
from itertools import product

import numpy as np
from jaxtyping import Bool, Integer

from ..errors import InputError
from ..images import Selection, measure_channels, normalise
from .augment import NOT_ANNOTATED
from .dataset import Sample

SURROUNDINGS_PX = 128
"""What is kept of the image around the part that is annotated, for the network to look at."""


def read_layers(
    selection: Selection,
    labels: Integer[np.ndarray, "..."],
    annotated: Bool[np.ndarray, "..."] | None,
    percentiles: tuple[float, float],
) -> list[Sample]:
    """Return a sample of every plane or volume of an image of which something is annotated.

    Parameters
    ----------
    selection
        What the network reads.
    labels
        Instance ids along `selection.axes`, 0 is background.
    annotated
        Where labels count, of the same shape; `None` everywhere.
    percentiles
        Intensities of the whole image that become 0 and 1.

    Raises
    ------
    InputError
        If the labels do not match the image, are negative, or hold no object that counts.
    """
    _check(selection, labels)
    known = np.ones(labels.shape, bool) if annotated is None else annotated
    if not (known & (labels > 0)).any():
        where = "" if annotated is None else " where the image is annotated"
        raise InputError(f"the labels hold no object{where}. Paint some objects first.")
    scales = measure_channels(selection, *percentiles)
    samples = []
    for index in product(*(range(selection.image.size(a)) for a in selection.loop_axes)):
        if known[index].any():
            place = ", ".join(f"{a} {at}" for a, at in zip(selection.loop_axes, index, strict=True))
            name = f"{selection.image.name}, {place}" if place else selection.image.name
            truth = np.where(known[index], labels[index], NOT_ANNOTATED).astype(np.int64)
            pixels = normalise(np.asarray(selection.plane(index)[...]), scales)
            samples.append(trim(Sample(name, pixels, truth)))
    return samples


def trim(sample: Sample) -> Sample:
    """Cut off what is far from the annotated part, so that no window is drawn there."""
    box = []
    for axis, length in enumerate(sample.labels.shape):
        others = tuple(at for at in range(sample.labels.ndim) if at != axis)
        inside = np.flatnonzero((sample.labels >= 0).any(others))
        first, last = inside[0] - SURROUNDINGS_PX, inside[-1] + SURROUNDINGS_PX
        box.append(slice(max(0, int(first)), min(length, int(last) + 1)))
    return replace(
        sample,
        image=np.ascontiguousarray(sample.image[(slice(None), *box)]),
        labels=np.ascontiguousarray(sample.labels[tuple(box)]),
    )


def _check(selection: Selection, labels: Integer[np.ndarray, "..."]) -> None:
    if labels.shape != selection.shape:
        raise InputError(
            f"the labels are {labels.shape} px and the image is {selection.shape} px "
            f"(axes {selection.axes}). Choose labels of this image."
        )
    lowest = labels.min(initial=0)
    if lowest < 0:
        raise InputError(
            f"the labels hold negative numbers, down to {lowest}; objects have positive ones. "
            "Relabel them."
        )
