"""Label images in files or folders, scored against the truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Integer, Shaped

from ..errors import InputError
from ..images import Image, file_stem, load, read_image, to_grey
from ..results import holds_results, read_results
from ..results.contents import LABELS
from .counts import Seams, count_objects
from .distant_merges import analyse, likeness_of
from .scores import ImageScore, Scores
from .seam_places import seams_along

Numbers = int | Sequence[int]


@dataclass(frozen=True)
class LabelPair:
    """Labels of an image and its truth, read from files."""

    name: str
    labels: Integer[np.ndarray, "*space"]
    truth: Integer[np.ndarray, "*space"]
    seams: Seams | None
    """Positions per axis in px; `None` where they are not known."""


def evaluate_files(
    pred: Path,
    truth: Path,
    tile: Numbers | None = None,
    offset: Numbers = 0,
    image: Path | None = None,
) -> Scores:
    """Score label images against the truth.

    Parameters
    ----------
    pred
        A label image, a folder of results, or a folder of either of them.
    truth
        A label image, or a folder of label images of the same names; suffixes may differ.
        Predictions of other names are left out.
    tile, offset
        Distance of the seams and position of the first one in px, for all axes or one each; those
        of the run if left out, where a folder of results tells them.
    image
        The image, or a folder of images of the same names, to see whether objects that were merged
        over a distance look alike; of several channels the first one counts.

    Raises
    ------
    InputError
        If files are missing, are no labels, or differ in shape.
    """
    scores, alike = [], []
    for pair in read_pairs(pred, truth, tile, offset):
        scores.append(score_pair(pair))
        if image is not None:
            alike.append(likeness_of(pair.labels, pair.truth, _read_intensity(image, pair)))
    return Scores(tuple(scores), analyse(alike) if image is not None else None)


def score_pair(pair: LabelPair) -> ImageScore:
    """Score labels against their truth, everywhere and at seams."""
    return ImageScore(pair.name, *count_objects(pair.labels, pair.truth, pair.seams))


def read_pairs(
    pred: Path, truth: Path, tile: Numbers | None = None, offset: Numbers = 0
) -> Iterator[LabelPair]:
    """Read labels and their truth, one image at a time; see `evaluate_files`.

    Axes of one px are left out where the shapes differ otherwise.

    Raises
    ------
    InputError
        As `evaluate_files` does.
    """
    for first, second in label_pairs(pred, truth):
        found, tiles = _read(first)
        labels, true = as_labels(found, first), as_labels(_read(second)[0], second)
        seams = _seams(found, tiles if tile is None else tile, offset if tile else 0)
        if labels.shape != true.shape:
            seams = seams and [s for s, n in zip(seams, labels.shape, strict=True) if n > 1]
            labels, true = labels.squeeze(), true.squeeze()
        if labels.shape != true.shape:
            raise InputError(
                f"{first} is {labels.shape} px and {second} {true.shape} px; they must have the "
                "same shape. Give the labels of the same image."
            )
        yield LabelPair(_name_of(second), labels, true, seams)


def label_pairs(pred: Path, truth: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the files that belong together; every image of the truth needs a prediction.

    Raises
    ------
    InputError
        If there are none, or one is missing.
    """
    for path in (pred, truth):
        if not path.exists():
            raise InputError(f"{path} does not exist. Check the path.")
    if not _is_folder(truth):
        yield pred, truth
        return
    if not _is_folder(pred):
        raise InputError(
            f"{truth} is a folder of labels and {pred} is not; give two files or two folders."
        )
    predicted = {_name_of(path): path for path in _inside(pred)}
    wanted = _inside(truth)
    if not wanted:
        raise InputError(f"{truth} is empty; it must hold label images.")
    for path in wanted:
        if _name_of(path) not in predicted:
            raise InputError(
                f"{pred} holds no labels named {_name_of(path)}, as {path} has. "
                "Give every image of the truth a prediction of the same name."
            )
        yield predicted[_name_of(path)], path


def read_labels(path: Path) -> Integer[np.ndarray, "*axes"]:
    """Read a label image.

    Raises
    ------
    InputError
        If it cannot be read, or holds anything but integers.
    """
    return as_labels(read_image(path), path)


def as_labels(image: Image, path: Path) -> Integer[np.ndarray, "*axes"]:
    """Return the pixels of a label image as integers that can be compared.

    Raises
    ------
    InputError
        If it holds colours, or anything but integers.
    """
    pixels = load(image.data)
    if image.is_rgb:
        raise InputError(f"{path} holds colours; labels have one whole number per pixel.")
    if pixels.dtype.kind not in "iub":
        raise InputError(f"{path} holds {pixels.dtype} pixels; labels must be whole numbers.")
    if pixels.dtype == np.uint64 and pixels.size and pixels.max() > np.iinfo(np.int64).max:
        ids, place = np.unique(pixels, return_inverse=True)
        pixels = (place + (ids[0] != 0)).reshape(pixels.shape)
    return pixels.astype(np.int64)


def _read(path: Path) -> tuple[Image, tuple[int, ...] | None]:
    """Read labels, and the tiles of the run that made them if a folder of results tells."""
    if path.is_dir() and holds_results(path):
        results = read_results(path)
        return results.labels, results.tiles
    inside = (path / name for name in LABELS.values())
    return read_image(next((file for file in inside if file.exists()), path)), None


def _read_intensity(path: Path, pair: LabelPair) -> Shaped[np.ndarray, "*space"]:
    """Read the first channel of the image of a pair, with the axes of its truth."""
    if _is_folder(path):
        files = {_name_of(file): file for file in _inside(path)}
        if pair.name not in files:
            raise InputError(f"{path} holds no image named {pair.name}. Add it, or rename it.")
        path = files[pair.name]
    image = read_image(path)
    if image.is_rgb:
        image = to_grey(image)
    pixels = load(image.data)
    if "c" in image.axes:
        pixels = pixels.take(0, image.axes.index("c"))
    return pixels.squeeze() if pixels.shape != pair.truth.shape else pixels


def _seams(image: Image, tile: Numbers | None, offset: Numbers) -> Seams | None:
    """Return where seams lie along each axis of the array; space comes last."""
    if tile is None:
        return None
    space = len(image.spatial_axes)
    tiles = [tile] * space if isinstance(tile, int) else list(tile)
    offsets = [offset] * len(tiles) if isinstance(offset, int) else list(offset)
    if len(tiles) > space or len(offsets) != len(tiles):
        raise InputError(
            f"the tile has {len(tiles)} numbers and the offset {len(offsets)}, the labels have "
            f"{space} spatial axes; give one number for all, or one each."
        )
    return seams_along(image.data.shape, tiles, offsets)


def _inside(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _name_of(path: Path) -> str:
    return path.name if path.is_dir() and holds_results(path) else file_stem(path)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and path.suffix != ".zarr" and not holds_results(path)
