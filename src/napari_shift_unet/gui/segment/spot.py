"""The pixel under a click, in terms of a run, and its place in the labels layer."""

from dataclasses import dataclass
from math import prod

import numpy as np

from ...errors import InputError
from ..canvas.canvas_mode import Position
from .session import Run

BOX_PX = 4_000_000
"""A larger plane or volume is compared within a box of about this size around the picked pixel."""


@dataclass(frozen=True)
class Spot:
    """A pixel of a run's image."""

    plane: tuple[int, ...]
    """Its plane along the axes that are gone through plane by plane."""
    pixel: tuple[int, ...]
    """Its place there."""
    box: tuple[slice, ...]
    """The part of the plane that it is compared with."""

    @property
    def place(self) -> tuple[int | slice, ...]:
        """The box as an index of the whole image."""
        return (*self.plane, *self.box)

    @property
    def origin(self) -> tuple[int, ...]:
        """First pixel of the box."""
        return tuple(side.start for side in self.box)

    @property
    def local(self) -> tuple[int, ...]:
        """Place of the pixel in the box."""
        return tuple(at - start for at, start in zip(self.pixel, self.origin, strict=True))


def spot_at(run: Run, position: Position) -> Spot | None:
    """Return the pixel of a run's image at a world position; `None` outside of the image."""
    selection = run.embedded.selection
    place = np.round(run.image_layer.world_to_data(position)).astype(int)
    at = dict(zip(selection.image.axes, place.tolist(), strict=True))
    if not all(0 <= at[letter] < selection.image.size(letter) for letter in selection.axes):
        return None
    pixel = tuple(at[letter] for letter in selection.space)
    return Spot(
        plane=tuple(at[letter] for letter in selection.loop_axes),
        pixel=pixel,
        box=_box_around(pixel, tuple(selection.image.size(a) for a in selection.space)),
    )


def labels_of(run: Run) -> np.ndarray:
    """Return the labels of a run as they are shown and edited, `(*selection.axes)`.

    Raises
    ------
    InputError
        If the layer was deleted, or its data were replaced by something of another shape.
    """
    if run.labels_layer is None:
        raise InputError(
            "There are no instances to edit: their layer was deleted. Move a slider under "
            "Instances to make them again."
        )
    layer = run.labels_layer
    shape = run.to_layer(np.empty(run.embedded.selection.shape, bool)).shape
    if not isinstance(layer.data, np.ndarray) or layer.data.shape != shape:
        raise InputError(
            f"The layer '{layer.name}' has the shape {tuple(layer.data.shape)}, the image's is "
            f"{shape}; they cannot be edited by picking. Predict again."
        )
    return run.from_layer(layer.data)


def _box_around(pixel: tuple[int, ...], shape: tuple[int, ...]) -> tuple[slice, ...]:
    """Return the whole of a small plane or volume, else a cube that is centred where it can be."""
    side = prod(shape) if prod(shape) <= BOX_PX else int(BOX_PX ** (1 / len(shape)))
    starts = (max(0, min(at - side // 2, n - side)) for at, n in zip(pixel, shape, strict=True))
    return tuple(slice(a, min(a + side, n)) for a, n in zip(starts, shape, strict=True))


def in_layer(
    run: Run,
    plane: tuple[int, ...],
    where: tuple[np.ndarray, ...],
    origin: tuple[int, ...] | None = None,
) -> tuple[np.ndarray, ...]:
    """Return positions in a plane, or in a box of it that begins at `origin`, as in the layer."""
    count = len(where[0])
    starts = origin or (0,) * len(where)
    inside = (at + start for at, start in zip(where, starts, strict=True))
    indices = [*(np.full(count, at) for at in plane), *inside]
    if run.channel_axis is not None:
        indices.insert(run.channel_axis, np.zeros(count, int))
    return tuple(indices)
