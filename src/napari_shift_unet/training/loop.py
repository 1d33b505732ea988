"""The training loop: a generator of events that can be closed and resumed at any step."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import torch
from torch import nn

from ..networks import Model, ModelConfig, UNet, load_model, save_model
from ..networks.unet import CHANNELS_LAST, centre_crop
from ..prediction import arithmetic, find_device
from .batches import Batch, batches
from .config import TrainConfig
from .dataset import Sample
from .losses import check_loss, total_loss
from .start import take_over
from .state import Progress, load_state, save_state, state_path
from .validation import mean_average_precision


@dataclass(frozen=True)
class StepDone:
    """One update of the weights."""

    step: int
    loss: float


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
    check_loss(config.method, config.loss)
    torch.manual_seed(config.seed)
    target = find_device(device)
    layout = CHANNELS_LAST[config.spec.ndim]
    network = _begin(config).to(target, memory_format=layout)  # type: ignore[call-overload]
    optimiser = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    state, progress = state_path(output), Progress()
    if state.exists():
        progress = load_state(state, config, network, optimiser)
    precision = "bfloat16" if config.precision == "auto" else config.precision
    saved_at = progress.step
    network.train()
    try:
        with closing(batches(samples, config, progress.step)) as drawn:
            while True:
                if _is_due(progress, config):
                    model = _as_model(network, config)
                    found = score(model, validation)
                    best = found > progress.best_score
                    progress.validated_step = progress.step
                    if best:
                        progress.best_score, progress.best_step = found, progress.step
                        save_model(output, model.config, model.network)
                    save_state(state, config, network, optimiser, progress)
                    saved_at = progress.step
                    yield Validated(progress.step, found, best)
                    if best:
                        yield Saved(output, progress.step, found)
                if progress.step >= config.steps or _exhausted(progress, config):
                    break
                batch = next(drawn)
                loss = _update(network, optimiser, batch, config, progress.step, target, precision)
                progress.step += 1
                yield StepDone(progress.step, loss)
    finally:
        if progress.step > saved_at:
            save_state(state, config, network, optimiser, progress)
    state.unlink(missing_ok=True)
    return progress


def _begin(config: TrainConfig) -> UNet:
    network = UNet(config.training_spec)
    if config.start_from is not None:
        take_over(network, config, load_model(config.start_from))
    return network


def learning_rate(config: TrainConfig, step: int) -> float:
    """Rate of a step: rising linearly, then falling to zero along a cosine."""
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    length = config.schedule_steps or config.steps
    done = (step - config.warmup) / max(1, length - config.warmup)
    return config.learning_rate * (1 + cos(pi * done)) / 2


def _update(
    network: UNet,
    optimiser: torch.optim.Optimizer,
    batch: Batch,
    config: TrainConfig,
    step: int,
    device: torch.device,
    precision: str,
) -> float:
    image, labels = batch
    for group in optimiser.param_groups:
        group["lr"] = learning_rate(config, step)
    image = image.to(device, memory_format=CHANNELS_LAST[config.spec.ndim])
    with arithmetic(device, precision):
        output = centre_crop(network(image), labels.shape[1:])
    loss = total_loss(
        output,
        labels.to(device),
        config.method,
        config.foreground_weight if config.spec.foreground else None,
        config.loss,
    )
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 10.0)
    optimiser.step()
    return float(loss.detach())


def _as_model(network: UNet, config: TrainConfig) -> Model:
    described = ModelConfig(
        name=config.name,
        method=config.method,
        spec=config.spec,
        percentiles=config.percentiles,
        clustering=dict(config.clustering),
        training_window=config.window_px,
        data=config.data,
        licence=config.licence,
        recipe=config.model_dump(mode="json"),
    )
    copy = UNet(config.spec)
    copy.load_state_dict({n: v.detach().cpu() for n, v in network.state_dict().items()})
    return Model(described, copy.eval(), config.spec.footprint, "")


def _is_due(progress: Progress, config: TrainConfig) -> bool:
    """Whether to validate now; a training that was stopped in between does so when it goes on."""
    if progress.step in (0, progress.validated_step):
        return False
    return progress.step % config.validate_every == 0 or progress.step == config.steps


def _exhausted(progress: Progress, config: TrainConfig) -> bool:
    if config.patience is None:
        return False
    return progress.step - progress.best_step >= config.patience * config.validate_every
