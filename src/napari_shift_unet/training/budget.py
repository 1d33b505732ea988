"""A recipe for so many minutes, from the pace of a few steps on this machine."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter

from ..networks import Model
from ..prediction import find_device
from .batches import batches
from .config import TrainConfig
from .dataset import Sample
from .learner import Learner
from .validation import predict_sample

FIRST_STEPS = 3
"""Steps that are not measured where there is time for more: the first ones take longer."""
MEASURED_STEPS = 6
MEASURED_SHARE = 0.1
"""Of the time there is, at most about this much is spent on it, but two steps are made."""
VALIDATING_SHARE = 0.25
"""Of the time there is, at most this much goes into validations, but one is made."""
VALIDATIONS = 20
"""Validations in a training at most."""
CLUSTERING_FACTOR = 1.5
"""Seconds of a validation over those of its predictions."""


@dataclass(frozen=True)
class Pace:
    """How fast a machine trains."""

    step_s: float
    """Seconds per step."""
    validation_s: float
    """Seconds per validation."""


def with_steps(config: TrainConfig, steps: int, validations: int = 10) -> TrainConfig:
    """Return a recipe of so many steps, validated so many times, with a warm-up that fits."""
    every = max(1, -(-steps // validations))
    warmup = min(config.warmup, steps // 10)
    return config.model_copy(
        update={"steps": steps, "validate_every": every, "warmup": warmup, "schedule_steps": None}
    )


def with_length_of(config: TrainConfig, other: TrainConfig) -> TrainConfig:
    """Return a recipe as long as another, such as that of a training that was stopped."""
    names = ("steps", "validate_every", "warmup", "schedule_steps")
    return config.model_copy(update={name: getattr(other, name) for name in names})


def fit_to(config: TrainConfig, seconds: float, pace: Pace) -> TrainConfig:
    """Return a recipe that takes about so long at a pace, validations included.

    The length of the training is part of the recipe from then on, so that it can be resumed.
    """
    affordable = int(VALIDATING_SHARE * seconds / max(pace.validation_s, 1e-9))
    validations = max(1, min(VALIDATIONS, affordable))
    steps = max(1, int((seconds - validations * pace.validation_s) / pace.step_s))
    return with_steps(config, steps, validations)


def measure_pace(
    samples: Sequence[Sample],
    validation: Sequence[Sample],
    config: TrainConfig,
    seconds: float,
    device: str = "auto",
) -> Generator[None, None, Pace]:
    """Train a few steps that are thrown away, and predict one of the validation samples.

    Parameters
    ----------
    samples, validation, config, device
        As for `train`.
    seconds
        Time that there will be, of which only a part is spent here.

    Yields
    ------
    None
        After every step, so that this can be stopped.

    Raises
    ------
    ShiftUNetError
        What `train` raises.
    """
    learner = Learner(config, find_device(device))
    learner.train()
    marks = [perf_counter()]
    with closing(batches(samples, config, 0)) as drawn:
        for step, batch in enumerate(drawn):
            learner.update(batch, step)
            marks.append(perf_counter())
            yield
            late = marks[-1] - marks[0] > MEASURED_SHARE * seconds and step > 0
            if late or step + 1 == FIRST_STEPS + MEASURED_STEPS:
                break
    recent = marks[-(MEASURED_STEPS + 1) :]
    step_s = (recent[-1] - recent[0]) / (len(recent) - 1)
    return Pace(step_s, _validation_seconds(learner.as_model(), validation))


def _validation_seconds(model: Model, validation: Sequence[Sample]) -> float:
    """Predict the smallest sample; the others take as long per pixel."""
    if not validation:
        return 0.0
    smallest = min(validation, key=_size)
    began = perf_counter()
    predict_sample(model, smallest)
    per_pixel = (perf_counter() - began) / _size(smallest)
    return CLUSTERING_FACTOR * per_pixel * sum(map(_size, validation))


def _size(sample: Sample) -> int:
    return sample.labels.size
