"""Folders of images and masks, read once and kept in memory."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Shaped

from ..errors import InputError
from ..images import file_stem, load, read_image, select
from ..settings import read_json
from .dataset import Sample, check_labels, make_samples

Split = Literal["train", "val", "test"]
IMAGES, MASKS, ANNOTATED, LISTING = "images", "masks", "annotated", "split.json"


def read_folder(
    folder: Path, split: Split, percentiles: tuple[float, float], ndim: int
) -> list[Sample]:
    """Read the samples of one split, sorted by name.

    Parameters
    ----------
    folder
        Holds ``images/`` and ``masks/`` with the same file names (suffixes may differ), where 0 is
        background and every object has a number; optionally ``annotated/`` with masks of the same
        names that are not 0 where an image is annotated, and ``split.json`` with lists of names
        under "train", "val" and "test". Without the list every tenth image is "val", of fewer than
        ten the last one, and none is "test"; a single image is both "train" and "val".
    split
        Which part to read.
    percentiles
        Intensities of the whole image that become 0 and 1.
    ndim
        Number of spatial axes of the network; a 2D one reads stacks plane by plane.

    Raises
    ------
    InputError
        If files are missing, do not match or cannot be used, or no mask holds an object.
    """
    names = split_names(folder, split)
    if not names:
        raise InputError(f"{folder} holds no images of the split '{split}'; check {LISTING}.")
    masks, annotated = _by_stem(folder / MASKS), _by_stem(folder / ANNOTATED)
    samples: list[Sample] = []
    for name in names:
        stem = file_stem(name)
        samples += _read(
            folder / IMAGES / name, masks[stem], annotated.get(stem), percentiles, ndim
        )
    if not any(sample.objects for sample in samples):
        raise InputError(
            f"none of the {len(names)} masks of the split '{split}' in {folder} holds an object. "
            "Number the pixels of each object in masks, from 1."
        )
    return samples


def split_names(folder: Path, split: Split) -> list[str]:
    """Return the sorted file names of the images of one split, all of which have a mask.

    Raises
    ------
    InputError
        If files are missing or do not match.
    """
    if not (folder / IMAGES).is_dir() or not (folder / MASKS).is_dir():
        raise InputError(f"{folder} must hold the folders {IMAGES} and {MASKS}.")
    images, masks = _by_stem(folder / IMAGES), _by_stem(folder / MASKS)
    _check_pairs(folder, images, masks)
    for path in _by_stem(folder / ANNOTATED).values():
        if file_stem(path) not in images:
            raise InputError(f"{path} has no image of its name in {folder / IMAGES}. Rename it.")
    listing = folder / LISTING
    if listing.is_file():
        return _listed(listing, split, images)
    if split == "test":
        return []
    every = [path.name for path in images.values()]
    val = every[9::10] or every[-1:]
    return val if split == "val" else [name for name in every if name not in val] or val


def _by_stem(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their names without suffix, in order of their names."""
    found: dict[str, Path] = {}
    if not folder.is_dir():
        return found
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        stem = file_stem(path)
        if stem in found:
            raise InputError(
                f"{folder} holds {found[stem].name} and {path.name}, which differ in the suffix "
                "alone. Keep one of them."
            )
        found[stem] = path
    return found


def _check_pairs(folder: Path, images: dict[str, Path], masks: dict[str, Path]) -> None:
    """Refuse images without a mask, and masks without an image."""
    for names, others, what, other in [
        (images, masks, IMAGES, MASKS),
        (masks, images, MASKS, IMAGES),
    ]:
        alone = [path.name for stem, path in names.items() if stem not in others]
        if alone:
            raise InputError(
                f"{folder / what} holds {_some(alone)} without a file of the same name in {other}. "
                "Every image needs a mask, and every mask an image; rename or remove them."
            )


def _listed(listing: Path, split: Split, images: dict[str, Path]) -> list[str]:
    """Return the names of a split; those in the list may lack their suffix or have another."""
    try:
        listed = read_json(listing).get(split, [])
        wanted = sorted({str(name) for name in listed})
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise InputError(
            f"{listing} holds no list of names under '{split}' ({error}). "
            'Write it as {"train": [...], "val": [...], "test": [...]}.'
        ) from error
    names = {stem: path.name for stem, path in images.items()}
    names |= {path.name: path.name for path in images.values()}
    absent = [name for name in wanted if name not in names and file_stem(name) not in names]
    if absent:
        raise InputError(
            f"{listing} names {_some(absent)} under '{split}', which {listing.parent / IMAGES} "
            "does not hold. Correct the list, or add the files."
        )
    return sorted({names.get(name) or names[file_stem(name)] for name in wanted})


def _some(names: Iterable[str]) -> str:
    """Return the first name, and how many more there are."""
    first, *more = names
    return f"{first} and {len(more)} more" if more else first


def _read(
    path: Path,
    masks: Path,
    annotated: Path | None,
    percentiles: tuple[float, float],
    ndim: int,
) -> list[Sample]:
    selection = select(replace(read_image(path), name=path.name), ndim)
    labels = _pixels(masks)
    check_labels(labels, selection, str(masks))
    known = None
    if annotated is not None:
        known = _pixels(annotated)
        check_labels(known, selection, str(annotated))
        known = known != 0
    return make_samples(selection, labels, known, percentiles)


def _pixels(path: Path) -> Shaped[np.ndarray, "*axes"]:
    return load(read_image(path).data)
