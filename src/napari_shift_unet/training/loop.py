"""The training loop: a generator of events that can be closed and resumed at any step."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import torch

from ..networks import Model, save_model
from ..prediction import find_device
from .batches import batches
from .config import TrainConfig
from .dataset import Sample
from .learner import Learner
from .state import Progress, load_state, save_state, state_path
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
    """Train a model and write its best state to `output`.

    A state beside the output is written at every validation and when the generator is closed; the
    same call takes it up and ends with the same weights as an uninterrupted run. It is deleted at
    the end.

    Parameters
    ----------
    samples, validation
        Normalised images with labels.
    config
        The recipe.
    output
        Model file to write.
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
        If the method has no such loss, the model to start from has another network, or a state
        beside the output is of another recipe.
    DeviceError
        If the device is absent.
    ModelError
        If that state is damaged, or the weights became infinite.
    OutputError
        If the model or its state cannot be written.
    """
    torch.manual_seed(config.seed)
    learner = Learner(config, find_device(device))
    state, progress = state_path(output), Progress()
    if state.exists():
        progress = load_state(state, learner)
    saved_at = progress.step
    learner.train()
    try:
        with closing(batches(samples, config, progress.step)) as drawn:
            while True:
                if _is_due(progress, config):
                    model = learner.as_model()
                    found = score(model, validation)
                    best = found > progress.best_score
                    progress.validated_step = progress.step
                    if best:
                        progress.best_score, progress.best_step = found, progress.step
                        save_model(output, model.config, model.network)
                    save_state(state, learner, progress)
                    saved_at = progress.step
                    yield Validated(progress.step, found, best)
                    if best:
                        yield Saved(output, progress.step, found)
                if progress.step >= config.steps or _exhausted(progress, config):
                    break
                loss = learner.update(next(drawn), progress.step)
                progress.step += 1
                yield StepDone(progress.step, loss, learner.as_model)
    finally:
        if progress.step > saved_at:
            save_state(state, learner, progress)
    state.unlink(missing_ok=True)
    return progress


def _is_due(progress: Progress, config: TrainConfig) -> bool:
    """Whether to validate now; a training that was stopped in between does so when it goes on."""
    if progress.step in (0, progress.validated_step):
        return False
    return progress.step % config.validate_every == 0 or progress.step == config.steps


def _exhausted(progress: Progress, config: TrainConfig) -> bool:
    if config.patience is None:
        return False
    return progress.step - progress.best_step >= config.patience * config.validate_every
