"""Data for validation where nobody has said which: some images, or a part of the only one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float

from .dataset import NOT_ANNOTATED, Sample, trim

Side = Literal["before", "beyond"]


@dataclass(frozen=True)
class Split:
    """Samples that train and samples that validate."""

    train: list[Sample]
    validation: list[Sample]
    said: str
    """One clause on what validates."""


def hold_out(samples: Sequence[Sample]) -> Split:
    """Set the last quarter of the images with objects aside, or of the objects of the only one.

    A single image is divided across its longest axis; objects stay whole and belong to the side of
    their centre. Where that is not possible, the same image trains and validates.

    Parameters
    ----------
    samples
        At least one of them has an object.
    """
    useful = [sample for sample in samples if sample.objects]
    if len(useful) > 1:
        held = useful[-max(1, len(useful) // 4) :]
        train = [sample for sample in samples if not any(sample is other for other in held)]
        return Split(train, held, f"{len(held)} of {len(samples)} images validate")
    only = useful[0]
    others = [sample for sample in samples if sample is not only]
    cut = _find_cut(_centres(only), only.labels.shape)
    if cut is None:
        return Split(list(samples), [only], "the same image trains and validates")
    axis, at = cut
    before, beyond = (_part(only, axis, at, side) for side in ("before", "beyond"))
    letter = "zyx"[-only.labels.ndim :][axis]
    counts = f"{len(beyond.objects)} of {len(only.objects)} objects"
    said = f"{counts} validate, those beyond {letter} = {at:.0f} px"
    return Split([*others, trim(before)], [trim(beyond)], said)


def _find_cut(
    centres: Float[np.ndarray, "objects axes"], shape: tuple[int, ...]
) -> tuple[int, float] | None:
    """Return axis and position beyond which a quarter of the objects lies, at least one."""
    for axis in np.argsort([-n for n in shape], kind="stable"):
        along = np.sort(centres[:, axis])
        beyond = max(1, len(along) // 4)
        if len(along) > 1 and along[-beyond - 1] < along[-beyond]:
            return int(axis), float(along[-beyond - 1] + along[-beyond]) / 2
    return None


def _centres(sample: Sample) -> Float[np.ndarray, "objects axes"]:
    shape = sample.labels.shape
    return np.array([np.mean(np.unravel_index(o, shape), axis=1) for o in sample.objects])


def _part(sample: Sample, axis: int, at: float, side: Side) -> Sample:
    """Return the sample with one side of a cut annotated."""
    along = np.arange(sample.labels.shape[axis])
    elsewhere = np.expand_dims(
        (along > at) != (side == "beyond"),
        [other for other in range(sample.labels.ndim) if other != axis],
    )
    labels = np.where((sample.labels == 0) & elsewhere, NOT_ANNOTATED, sample.labels)
    for pixels, centre in zip(sample.objects, _centres(sample), strict=True):
        if (centre[axis] > at) != (side == "beyond"):
            labels.flat[pixels] = NOT_ANNOTATED
    return replace(sample, labels=labels)
