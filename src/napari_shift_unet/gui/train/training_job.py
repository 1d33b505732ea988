"""A training as a job for a thread: read, train, choose the clustering; and what it tells."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...errors import OutputError
from ...networks import ModelConfig
from .training_data import TrainingData

if TYPE_CHECKING:
    from ...training import Sample, Split, TrainConfig

Unit = Literal["minutes", "steps"]
PREVIEW_S = 5.0
"""Seconds between two previews, at least."""


@dataclass(frozen=True)
class Order:
    """What to train."""

    data: TrainingData
    config: "TrainConfig"
    length: float
    unit: "Unit"
    """Of the length: minutes, or steps."""
    output: Path
    device: str
    resume: bool
    """Whether to go on with the training that was stopped, with its own recipe."""


@dataclass(frozen=True)
class Doing:
    """A sentence on what takes a while."""

    text: str


@dataclass(frozen=True)
class Ready:
    """The data were read."""

    split: "Split"


@dataclass(frozen=True)
class Began:
    """The first step comes next."""

    config: "TrainConfig"
    step: int
    """Steps that were done before."""


def train_model(order: Order) -> Generator[Any, None, ModelConfig]:
    """Train a model, choose its clustering and return its card.

    Yields
    ------
    Doing, Ready, Began, TrainEvent, Preview, Tried
        What happens, in this order.

    Raises
    ------
    ShiftUNetError
        What stops it. An `InputError` before `Ready` is about the data.
    """
    yield Doing("Reading the images …")
    from ... import training

    state, config, done = training.state_path(order.output), order.config, 0
    if order.resume:
        config, progress = training.read_unfinished(state)
        done = progress.step
    split = order.data.read(config)
    yield Ready(split)
    if not order.resume:
        _make_room(order.output, state)
        config = training.first_guess(config, split.train)
        config = yield from _with_length(config, order, split)
    yield Began(config, done)
    events = training.train(
        split.train, split.validation, config, order.output, device=order.device
    )
    patch = training.choose_patch(split.validation)
    yield from training.with_previews(events, patch, PREVIEW_S)
    yield Doing("Choosing the clustering …")
    return (yield from training.finish(order.output, split.validation))


def _make_room(output: Path, state: Path) -> None:
    """Create the folder of the output and delete the state of an earlier training."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        state.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{output} cannot be written ({error.strerror}). Choose another file under Save as."
        ) from error


def _with_length(
    config: "TrainConfig", order: Order, split: "Split"
) -> Generator[Any, None, "TrainConfig"]:
    from ...training import fit_to, measure_pace, with_steps

    if order.unit == "steps":
        return with_steps(config, int(order.length))
    yield Doing("Measuring how fast this machine is …")
    seconds = 60 * order.length
    pace = yield from measure_pace(split.train, split.validation, config, seconds, order.device)
    return fit_to(config, seconds, pace)


def keep_model(output: Path, validation: "Sequence[Sample]") -> Generator[Any, None, ModelConfig]:
    """Make a model of a training that was stopped; see `training.keep`."""
    yield Doing("Keeping the best state …")
    from ...training import keep

    return (yield from keep(output, validation))
