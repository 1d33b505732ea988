"""What the axes of a labels layer mean, and where its pixels are in the audited labels."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from napari.layers import Labels

from ...errors import InputError
from ..controls.wording import bytes_text
from ..files.writing import labels_image
from ..layers import full_resolution

READINGS = {2: ["yx"], 3: ["zyx", "tyx"], 4: ["tzyx"]}
"""Meanings of the axes that a user may choose from, by their number."""


@dataclass(frozen=True)
class LabelsAxes:
    """Letters of the axes of labels; an axis of channels, of length 1, is left out."""

    letters: str
    channel: int | None = None
    """Which axis of the layer is left out."""

    def squeeze(self, data: Any) -> np.ndarray:
        """View a layer's data as labels."""
        array = np.asarray(data)
        return array if self.channel is None else np.squeeze(array, self.channel)

    def to_layer(self, per_axis: np.ndarray, fill: float = 0) -> np.ndarray:
        """Return what is given for each axis of the labels, in the last axis, for the layer's."""
        if self.channel is None:
            return per_axis
        filled: np.ndarray = np.insert(per_axis, self.channel, fill, axis=-1)
        return filled

    def from_layer(self, per_axis: np.ndarray) -> np.ndarray:
        """Return what is given for each axis of the layer, in the last axis, for the labels'."""
        if self.channel is None:
            return per_axis
        left: np.ndarray = np.delete(per_axis, self.channel, axis=-1)
        return left


def axes_of_labels(layer: Labels, chosen: str = "") -> LabelsAxes:
    """Name the axes of a labels layer: as chosen, else by its own labels, else by their number.

    Raises
    ------
    InputError
        If it has more axes than time and space.
    """
    if chosen in READINGS.get(layer.ndim, []):
        return LabelsAxes(chosen)
    data = full_resolution(layer)
    named = "".join(layer.axis_labels)
    if not 2 <= data.ndim <= 5 or (data.ndim == 5 and "c" not in named):
        raise InputError(
            f"the labels have {data.ndim} axes; (t)(z)yx can be used. Choose another layer."
        )
    found = labels_image(np.broadcast_to(np.int8(0), data.shape), {"axis_labels": named})
    left_out = found.data.ndim < data.ndim
    return LabelsAxes(found.axes, named.index("c") if left_out else None)


def pixels_of(layer: Labels) -> np.ndarray:
    """Return the pixels of labels that can be edited in place.

    Raises
    ------
    InputError
        If they are not in memory.
    """
    if layer.multiscale or not isinstance(layer.data, np.ndarray):
        finest = full_resolution(layer)
        size = bytes_text(prod(finest.shape) * np.dtype(finest.dtype).itemsize)
        raise InputError(
            f"'{layer.name}' is read from its file piece by piece, {size} in all, and all of it "
            "has to be in memory to be inspected. Use `shift-unet audit` on its folder, where "
            "there is memory enough, or segment a part of the image."
        )
    data: np.ndarray = layer.data
    return data
