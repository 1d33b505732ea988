"""What a user gives and decides: an image, its channels, its tiles."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..geometry import Crop, TilePlan, plan_tiles
from ..images import Image, Selection, guess_axes, read_image, select
from ..networks import Model
from ..prediction import Precision
from ..settings import Settings

Pixels = Image | np.ndarray | str | Path


class SegmentConfig(Settings):
    """What a user decides before a prediction; clustering follows later and can change live."""

    tile: int | tuple[int, ...] | None = None
    """Output window in px, for all axes or each; `None` takes the one of least computing."""
    crop: int | tuple[int, ...] | str = "auto"
    """Kept of each window in px: "auto" is seam-free, "none" keeps all, any number is obeyed."""
    channel: int | tuple[int, ...] | None = None
    """Image channel(s) to read; `None` takes the first ones."""
    device: str = "auto"
    """"auto", "cpu", "cuda" or "mps"."""
    precision: Precision = "float32"
    """Arithmetic of the convolutions."""


def plan_image(selection: Selection, model: Model, config: SegmentConfig) -> TilePlan:
    """Return the plan of one plane of an image."""
    shape = tuple(selection.image.size(letter) for letter in selection.space)
    crop: Crop = config.crop  # type: ignore[assignment]
    return plan_tiles(shape, model.footprint, config.tile, crop)


def as_image(pixels: Pixels, ndim: int) -> Image:
    """Return an image of an array, a path, or an image."""
    if isinstance(pixels, Image):
        return pixels
    if isinstance(pixels, str | Path):
        return read_image(Path(pixels))
    array = np.asarray(pixels)
    return Image(array, guess_axes(array.shape, ndim, array.dtype))


def select_for(image: Image, model: Model, channel: int | Sequence[int] | None) -> Selection:
    """Choose the channels that a model reads; the first ones unless said otherwise.

    Raises
    ------
    InputError
        If their number does not fit the model.
    """
    wanted = model.in_channels
    if channel is None and image.n_channels > wanted:
        channel = tuple(range(wanted))
    selection = select(image, model.footprint.ndim, channel)
    if len(selection.channels) != wanted:
        raise InputError(
            f"{len(selection.channels)} channel(s) were chosen; the model "
            f"'{model.config.name}' reads {wanted}. Choose {wanted}."
        )
    return selection


def first_channel(selection: Selection) -> np.ndarray:
    """Return the first channel that the model reads, `(*axes)` as `Selection.axes`."""
    letters = selection.image.axes.replace("c", "")
    pixels = np.asarray(selection.channel(0))
    ordered: np.ndarray = pixels.transpose([letters.index(letter) for letter in selection.axes])
    return ordered
