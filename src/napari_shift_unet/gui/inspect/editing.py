"""Labels changed in a layer as one step of napari's undo."""

import numpy as np

from ...errors import InputError
from .inspection import Subject


def write_labels(
    subject: Subject, where: tuple[np.ndarray, ...], labels: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Give some pixels other labels; return their places in the layer.

    Parameters
    ----------
    subject
        Whose layer is changed.
    where
        Indices of the pixels per axis of the audited labels.
    labels
        One for each of them.

    Raises
    ------
    InputError
        If the type of the layer has no such number.
    """
    layer = subject.layer
    if labels.max(initial=0) > np.iinfo(layer.data.dtype).max:
        raise InputError(
            f"'{layer.name}' is {layer.data.dtype} and has no free number; convert it to int32."
        )
    places = tuple(subject.axes.to_layer(np.stack(where, axis=-1)).T)
    with layer.block_history():
        layer.data_setitem(places, labels.astype(layer.data.dtype))
    return places
