"""A look at what a network makes of a small part of an image while it is trained."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TypeVar

import numpy as np
from jaxtyping import Float, Int

from ..embeddings import clustering_of
from ..networks import Model
from .dataset import Sample
from .loop import StepDone, TrainEvent
from .validation import predict_sample

Result = TypeVar("Result")

PATCH_PX = {2: 192, 3: 64}
"""Largest side of the part that is looked at, by the number of axes."""
LARGEST_SHARE = 0.1
"""Of the time, at most this much goes into previews."""


@dataclass(frozen=True)
class Preview:
    """One plane of the part that is looked at."""

    step: int
    image: Float[np.ndarray, "y x"]
    """Normalised pixels of the first channel."""
    truth: Int[np.ndarray, "y x"]
    found: Int[np.ndarray, "y x"]
    score: float
    """TP / (TP + FP + FN) of the whole part at an overlap of one half."""


def choose_patch(samples: Sequence[Sample]) -> Sample:
    """Cut out the surroundings of the middle object of the sample that has most."""
    sample = max(samples, key=lambda one: len(one.objects))
    shape = sample.labels.shape
    side = PATCH_PX[len(shape)]
    places = [np.mean(np.unravel_index(pixels, shape), axis=1) for pixels in sample.objects]
    middle = np.array(shape) / 2
    centre = min(places, key=lambda place: float(np.abs(place - middle).sum()), default=middle)
    starts = [
        max(0, min(int(at) - side // 2, n - side)) for at, n in zip(centre, shape, strict=True)
    ]
    box = tuple(slice(start, start + side) for start in starts)
    return replace(sample, image=sample.image[(slice(None), *box)], labels=sample.labels[box])


def preview(model: Model, patch: Sample, step: int) -> Preview:
    """Find the instances of a patch; of a volume, return the plane with most of the truth."""
    predicted = predict_sample(model, patch)
    clustering = clustering_of(model.config)
    found = predicted.label(clustering)
    known = patch.labels > 0
    plane: tuple[int, ...] = ()
    if patch.labels.ndim == 3:
        plane = (int(known.sum((1, 2)).argmax()),)
    return Preview(
        step=step,
        image=patch.image[(0, *plane)],
        truth=patch.labels[plane],
        found=found[plane],
        score=predicted.score(clustering),
    )


def with_previews(
    events: Generator[TrainEvent, None, Result], patch: Sample, every_s: float
) -> Generator[TrainEvent | Preview, None, Result]:
    """Pass the events of a training on, with a preview after the first step and then and again.

    The training is the same with and without.

    Parameters
    ----------
    events
        Those of `train`; closed with this generator.
    patch
        What is looked at.
    every_s
        Seconds between two previews; more where a preview takes long.
    """
    due = 0.0
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as stop:
                result: Result = stop.value
                return result
            yield event
            began = perf_counter()
            if isinstance(event, StepDone) and began >= due:
                yield preview(event.model(), patch, event.step)
                took = perf_counter() - began
                due = perf_counter() + max(every_s, took / LARGEST_SHARE)
