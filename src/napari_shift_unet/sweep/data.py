"""The images of a sweep and their truth, read one at a time."""

from pathlib import Path

import numpy as np
from jaxtyping import Integer

from ..errors import InputError
from ..evaluation import read_labels
from ..images import file_stem, read_image
from ..training.folder import ANNOTATED, IMAGES, LISTING, MASKS, split_names
from .config import SweepConfig


def image_names(data: Path, config: SweepConfig) -> list[str]:
    """Return the sorted names of the images that a sweep goes through.

    Raises
    ------
    InputError
        If there are none, or files do not match.
    """
    if config.split is not None or (data / LISTING).is_file():
        split = config.split or "test"
        names = split_names(data, split)
        where = f"the split '{split}' of {data}"
    else:
        names = sorted({*split_names(data, "train"), *split_names(data, "val")})
        where = str(data)
    if not names:
        raise InputError(f"{where} holds no images. Choose another --split: train, val or test.")
    if config.shape is None:
        return names
    shapes = {name: tuple(read_image(data / IMAGES / name).spatial_shape) for name in names}
    fitting = [name for name in names if shapes[name] == config.shape]
    if not fitting:
        sizes = ", ".join(" x ".join(map(str, shape)) for shape in sorted(set(shapes.values())))
        wanted = " x ".join(map(str, config.shape))
        raise InputError(f"{where} holds no images of {wanted} px; they have {sizes} px.")
    return fitting


def read_truth(data: Path, name: str, shape: tuple[int, ...]) -> Integer[np.ndarray, "*axes"]:
    """Read the true objects of an image; negative where nobody has annotated.

    Raises
    ------
    InputError
        If the mask is none, or has another shape than the labels of the image.
    """
    path = _beside(data / MASKS, name)
    truth = read_labels(path)
    known = _beside(data / ANNOTATED, name) if (data / ANNOTATED).is_dir() else None
    if known is not None and known.exists():
        truth = np.where(read_labels(known) != 0, truth, -1)
    if truth.shape != shape:
        raise InputError(
            f"{path} is {truth.shape} px and the labels of its image are {shape} px. "
            "Give the mask of this image."
        )
    return truth


def _beside(folder: Path, name: str) -> Path:
    """Return the file of the same name, whatever its suffix."""
    if (folder / name).exists():
        return folder / name
    found = (path for path in sorted(folder.iterdir()) if file_stem(path) == file_stem(name))
    return next(found, folder / name)
