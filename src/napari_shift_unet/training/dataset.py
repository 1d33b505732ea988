"""Folders of images and masks, read once and kept in memory."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from ..errors import InputError
from ..images import measure_channels, normalise, read_image, select

Split = Literal["train", "val", "test"]


@dataclass(frozen=True)
class Sample:
    """One normalised image and its instance labels."""

    name: str
    image: Float[np.ndarray, "c *space"]
    labels: Int[np.ndarray, "*space"]
    """0 is background, negative is not annotated."""

    @cached_property
    def objects(self) -> list[Int[np.ndarray, " n"]]:
        """Flat positions of the pixels of each object, in order of the ids."""
        flat = self.labels.ravel()
        inside = np.flatnonzero(flat > 0)
        inside = inside[np.argsort(flat[inside], kind="stable")]
        ends = np.flatnonzero(np.diff(flat[inside])) + 1
        return np.split(inside, ends) if len(inside) else []


def read_folder(
    folder: Path, split: Split, percentiles: tuple[float, float], ndim: int
) -> list[Sample]:
    """Read the samples of one split, sorted by name.

    Parameters
    ----------
    folder
        Holds ``images/``, ``masks/`` with the same file names, and optionally ``split.json`` with
        lists of names under "train", "val" and "test". Without it every tenth image is "val", of
        fewer than ten the last one, and none is "test"; a single image is both "train" and "val".
    split
        Which part to read.
    percentiles
        Intensities of the whole image that become 0 and 1.
    ndim
        Number of spatial axes.

    Raises
    ------
    InputError
        If files are missing or do not match.
    """
    names = split_names(folder, split)
    if not names:
        raise InputError(f"{folder} holds no images of the split '{split}'; check split.json.")
    return [_read_sample(folder, name, percentiles, ndim) for name in names]


def split_names(folder: Path, split: Split) -> list[str]:
    """Return the sorted file names of one split; errors as in `read_folder`."""
    images = folder / "images"
    if not images.is_dir() or not (folder / "masks").is_dir():
        raise InputError(f"{folder} must hold the folders images and masks.")
    listing = folder / "split.json"
    if listing.is_file():
        return _listed(listing, split)
    every = sorted(path.name for path in images.iterdir() if not path.name.startswith("."))
    if split == "test":
        return []
    val = every[9::10] or every[-1:]
    return val if split == "val" else [name for name in every if name not in val] or val


def _listed(listing: Path, split: Split) -> list[str]:
    try:
        names = json.loads(listing.read_text(encoding="utf-8")).get(split, [])
        return sorted(str(name) for name in names)
    except (ValueError, AttributeError, TypeError) as error:
        raise InputError(
            f"{listing} holds no list of names under '{split}' ({error}). "
            'Write it as {"train": [...], "val": [...], "test": [...]}.'
        ) from error


def _read_sample(folder: Path, name: str, percentiles: tuple[float, float], ndim: int) -> Sample:
    image = read_image(folder / "images" / name)
    masks = folder / "masks" / name
    if not masks.exists():
        raise InputError(f"{masks} is missing; every image needs a mask of the same name.")
    labels = np.asarray(read_image(masks).data)
    if not np.issubdtype(labels.dtype, np.integer):
        raise InputError(f"{masks} holds {labels.dtype} pixels; masks must be integer labels.")
    selection = select(image, ndim)
    if selection.shape != labels.shape:
        raise InputError(
            f"{name}: the image is {selection.shape} px and its mask is {labels.shape} px; "
            "both must have the same shape."
        )
    pixels = normalise(np.asarray(selection.plane()), measure_channels(selection, *percentiles))
    return Sample(name, pixels, labels.astype(np.int64))
