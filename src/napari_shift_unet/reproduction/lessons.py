"""Training from scratch on a scene, a new part of it at every step."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch

from ..networks import Model
from ..prediction import find_device
from ..training.batches import Batch
from ..training.dataset import NOT_ANNOTATED
from ..training.learner import Learner
from .config import Lesson
from .scene import draw


@dataclass(frozen=True)
class Learning:
    """One update of the weights."""

    step: int
    """Of all trainings of the figure, from 1."""
    loss: float


def learn(lesson: Lesson, device: str = "auto", first: int = 0) -> Generator[Learning, None, Model]:
    """Train a network, and return it; on a processor the same one every time.

    Parameters
    ----------
    lesson
        What to learn.
    device
        `"auto"`, `"cpu"`, `"cuda"` or `"mps"`.
    first
        Steps that trainings before this one have taken.

    Yields
    ------
    Learning
        For every step.

    Raises
    ------
    DeviceError
        If the device is absent.
    ModelError
        If the training diverged.
    """
    torch.manual_seed(lesson.recipe.seed)
    learner = Learner(lesson.recipe, find_device(device))
    learner.train()
    for step in range(lesson.recipe.steps):
        loss = learner.update(draw_batch(lesson, step), step)
        yield Learning(first + step + 1, loss)
    return learner.as_model()


def draw_batch(lesson: Lesson, step: int) -> Batch:
    """Draw what one step learns from; the same for the same seed and step.

    The loss sees the first `seen_px` of the output window along each axis; with a whole number of
    periods, which no unpadded network returns as it is, it is that many of its output functions.
    """
    recipe = lesson.recipe
    window, context = recipe.window_px, lesson.footprint.context
    read = lesson.footprint.input_size(window)
    images, truths = [], []
    for at in range(recipe.batch):
        generator = np.random.default_rng((recipe.seed, step, at))
        first, second = generator.integers(0, lesson.scene.spacing_px, 2)
        image, labels = draw(lesson.scene, (read[0], read[1]), (int(first), int(second)), generator)
        inner = tuple(slice(c, c + w) for c, w in zip(context, window, strict=True))
        truth = np.full(window, NOT_ANNOTATED)
        seen = (slice(0, lesson.seen_px),) * len(window)
        truth[seen] = labels[inner][seen]
        images.append(torch.from_numpy(image)[None])
        truths.append(torch.from_numpy(truth))
    return torch.stack(images), torch.stack(truths)
