"""Samples of an image and labels in memory, of which only parts may be annotated."""

import numpy as np
from jaxtyping import Bool, Shaped

from ..errors import InputError
from ..images import Selection
from .dataset import Sample, check_labels, make_samples


def read_layers(
    selection: Selection,
    labels: Shaped[np.ndarray, "..."],
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
        If the labels do not match the image, are no labels, or hold no object that counts.
    """
    check_labels(labels, selection)
    known = labels > 0 if annotated is None else annotated & (labels > 0)
    if not known.any():
        where = "" if annotated is None else " where the image is annotated"
        raise InputError(f"the labels hold no object{where}. Paint some objects first.")
    return make_samples(selection, labels, annotated, percentiles)
