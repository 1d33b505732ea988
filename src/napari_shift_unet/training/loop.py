"""The training loop: a generator of events that can be closed and resumed at any step."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from warnings import warn

import torch

from ..errors import ShiftUNetWarning
from ..networks import Model
from .batches import batches
from .config import TrainConfig
from .criterion import check_background
from .dataset import Sample, check_samples
from .run import Run
from .unfinished import Progress
from .validation import mean_average_precision


@dataclass(frozen=True)
class StepDone:
    """One update of the weights."""

    step: int
    loss: float
    model: Callable[[], Model] = field(repr=False, compare=False)
    """Copies the network as it is now; to be called before the next event is asked for."""


@dataclass(frozen=True)
class Validated:
    """A score on the validation samples."""

    step: int
    score: float
    best: bool


@dataclass(frozen=True)
class Saved:
    """A model file was written."""

    path: Path
    step: int
    score: float


TrainEvent = StepDone | Validated | Saved
Score = Callable[[Model, Sequence[Sample]], float]


def train(
    samples: Sequence[Sample],
    validation: Sequence[Sample],
    config: TrainConfig,
    output: Path,
    *,
    device: str = "auto",
    score: Score = mean_average_precision,
) -> Generator[TrainEvent, None, Progress]:
    """Train a model: its best state is written to `output`, its last one beside it.

    Every few minutes, at every validation and when the generator is closed, all that is needed to
    go on is written to the file of `state_path`. The same call takes it up and ends with the same
    files as an uninterrupted run, even after a kill. It stays until `finish` deletes it.

    Parameters
    ----------
    samples, validation
        Normalised images with labels.
    config
        The recipe; its `cautions` are warned of.
    output
        Model file to write, of the best validation; the last one is written to `last_path`.
    device
        `"auto"`, `"cpu"`, `"cuda"` or `"mps"`.
    score
        What decides which state is best, larger being better.

    Yields
    ------
    TrainEvent
        What happened.

    Raises
    ------
    InputError
        If the samples do not suit the network, the method has no such loss, the model to start from
        has another network, or a state beside the output is of another recipe.
    DeviceError
        If the device is absent.
    ModelError
        If that state is damaged, or the training diverged; the files are those of before.
    OutputError
        If a file cannot be written; those that were there stay whole.
    """
    check_samples([*samples, *validation], config.spec)
    check_background(config, samples)
    for caution in config.cautions:
        warn(caution, ShiftUNetWarning, stacklevel=2)
    torch.manual_seed(config.seed)
    run = Run(config, output, device)
    try:
        with closing(batches(samples, config, run.progress.step)) as drawn:
            while True:
                if run.is_due:
                    found, best = run.validate(lambda model: score(model, validation))
                    yield Validated(run.progress.step, found, best)
                    if best:
                        yield Saved(output, run.progress.step, found)
                if run.is_over:
                    break
                loss = run.update(next(drawn))
                yield StepDone(run.progress.step, loss, run.learner.as_model)
    finally:
        run.close()
    return run.progress
