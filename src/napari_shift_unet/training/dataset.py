"""What is learnt from: normalised images with instance labels, of which parts may be unknown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np
from jaxtyping import Bool, Float, Integer, Shaped

from ..errors import InputError
from ..geometry import UNetSpec
from ..images import Selection, check_pixels, load, measure_channels, normalise

NOT_ANNOTATED = -1
SURROUNDINGS_PX = 128
"""What is kept of the image around the part that is annotated, for the network to look at."""


@dataclass(frozen=True)
class Sample:
    """One normalised image and its instance labels."""

    name: str
    image: Float[np.ndarray, "c *space"]
    labels: Integer[np.ndarray, "*space"]
    """0 is background, negative is not annotated."""

    @cached_property
    def objects(self) -> list[Integer[np.ndarray, " n"]]:
        """Flat positions of the pixels of each object, in order of the ids."""
        flat = self.labels.ravel()
        inside = np.flatnonzero(flat > 0)
        inside = inside[np.argsort(flat[inside], kind="stable")]
        ends = np.flatnonzero(np.diff(flat[inside])) + 1
        return np.split(inside, ends) if len(inside) else []


def make_samples(
    selection: Selection,
    labels: Shaped[np.ndarray, "*axes"],
    annotated: Bool[np.ndarray, "*axes"] | None,
    percentiles: tuple[float, float],
) -> list[Sample]:
    """Return a sample of every plane or volume of an image of which something is annotated.

    Parameters
    ----------
    selection
        What the network reads.
    labels
        Whole numbers or bool along `selection.axes`, 0 is background; of any size, with any gaps.
    annotated
        Where labels count; `None` everywhere.
    percentiles
        Intensities of the whole image that become 0 and 1.

    Raises
    ------
    InputError
        For pixels of which nothing can be learnt, such as NaN.
    """
    for position in range(len(selection.channels)):
        check_pixels(selection.channel(position), selection.image.name)
    scales = measure_channels(selection, *percentiles)
    samples = []
    for index in product(*(range(selection.image.size(a)) for a in selection.loop_axes)):
        known = np.True_ if annotated is None else annotated[index]
        if known.any():
            place = ", ".join(f"{a} {at}" for a, at in zip(selection.loop_axes, index, strict=True))
            name = f"{selection.image.name}, {place}" if place else selection.image.name
            truth = np.where(known, _numbered(labels[index]), np.int32(NOT_ANNOTATED))
            pixels = normalise(load(selection.plane(index)), scales)
            samples.append(trim(Sample(name, pixels, truth)))
    return samples


def trim(sample: Sample) -> Sample:
    """Cut off what is far from the annotated part, so that no window is drawn there."""
    box = []
    for axis, length in enumerate(sample.labels.shape):
        others = tuple(at for at in range(sample.labels.ndim) if at != axis)
        inside = np.flatnonzero((sample.labels >= 0).any(others))
        first, last = inside[0] - SURROUNDINGS_PX, inside[-1] + SURROUNDINGS_PX
        box.append(slice(max(0, int(first)), min(length, int(last) + 1)))
    return replace(
        sample,
        image=np.ascontiguousarray(sample.image[(slice(None), *box)]),
        labels=np.ascontiguousarray(sample.labels[tuple(box)]),
    )


def check_labels(
    labels: Shaped[np.ndarray, "..."], selection: Selection, what: str = "the labels"
) -> None:
    """Refuse labels that do not belong to an image, or are no labels.

    Raises
    ------
    InputError
        One sentence with what is wrong.
    """
    if labels.dtype.kind not in "biu":
        raise InputError(
            f"{what} hold {labels.dtype} pixels; objects are numbered by integers and 0 is "
            "background. Convert them to uint16 or uint32."
        )
    if labels.shape != selection.shape:
        raise InputError(
            f"{what} are {labels.shape} px and the image is {selection.shape} px "
            f"(axes {selection.axes}). Choose labels of this image."
        )
    lowest = labels.min(initial=0)
    if lowest < 0:
        raise InputError(
            f"{what} hold negative numbers, down to {lowest}; objects have positive ones. "
            "Relabel them, and say by a mask of its own what is not annotated."
        )


def check_samples(samples: Sequence[Sample], spec: UNetSpec) -> None:
    """Refuse samples that a network cannot read.

    Raises
    ------
    InputError
        If dimensions or channels differ.
    """
    for sample in samples:
        channels, ndim = len(sample.image), sample.labels.ndim
        if ndim != spec.ndim:
            raise InputError(f"{sample.name} is {ndim}D; the network is {spec.ndim}D.")
        if channels != spec.in_channels:
            raise InputError(
                f"{sample.name} has {channels} channels; the network reads {spec.in_channels}. "
                f"Set spec.in_channels to {channels}."
            )


def _numbered(labels: Shaped[np.ndarray, "*space"]) -> Integer[np.ndarray, "*space"]:
    """Return the labels as 0 .. n in int32, whatever numbers they had."""
    ids, index = np.unique(labels, return_inverse=True)
    numbers: np.ndarray = index.reshape(labels.shape) + (ids[0] != 0)
    return numbers.astype(np.int32)
