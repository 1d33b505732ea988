"""Label images in files or folders, scored against the truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Integer

from ..errors import InputError
from ..images import file_stem, read_image
from .matching import THRESHOLDS, average_precisions

RESULTS = ("labels.tif", "labels.zarr")
"""Labels in a folder of results."""


@dataclass(frozen=True)
class Scores:
    """Means over images."""

    images: int
    ap: dict[str, float]
    """TP / (TP + FP + FN) by IoU threshold, "0.5" to "0.95"."""


def evaluate_files(pred: Path, truth: Path) -> Scores:
    """Score label images against the truth, and take the mean over images.

    Parameters
    ----------
    pred
        A label image, a folder of results, or a folder of label images.
    truth
        A label image, or a folder of label images of the same names; suffixes may differ.

    Raises
    ------
    InputError
        If files are missing, are no labels, or differ in shape.
    """
    found = [
        average_precisions(read_labels(first), read_labels(second))
        for first, second in label_pairs(pred, truth)
    ]
    means = np.mean(found, axis=0)
    return Scores(
        len(found), {f"{t:g}": float(ap) for t, ap in zip(THRESHOLDS, means, strict=True)}
    )


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
        inside = (pred / name for name in RESULTS)
        yield next((path for path in inside if path.exists()), pred), truth
        return
    if not _is_folder(pred):
        raise InputError(f"{truth} is a folder and {pred} is not; give two files or two folders.")
    predicted = {file_stem(path): path for path in pred.iterdir()}
    wanted = sorted(path for path in truth.iterdir() if not path.name.startswith("."))
    if not wanted:
        raise InputError(f"{truth} is empty; it must hold label images.")
    for path in wanted:
        if file_stem(path) not in predicted:
            raise InputError(f"{pred} holds no labels named {file_stem(path)}, as {path} has.")
        yield predicted[file_stem(path)], path


def read_labels(path: Path) -> Integer[np.ndarray, "*axes"]:
    """Read a label image.

    Raises
    ------
    InputError
        If it cannot be read, or holds anything but integers.
    """
    labels = np.asarray(read_image(path).data[...])
    if labels.dtype.kind not in "iub":
        raise InputError(f"{path} holds {labels.dtype} pixels; labels must be whole numbers.")
    return labels.astype(np.int64)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and path.suffix != ".zarr"
