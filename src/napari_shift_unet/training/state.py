"""The state of an unfinished training: weights, optimiser and counters, without pickle."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from ..errors import InputError, ModelError
from ..images import writing
from .config import TrainConfig

MOMENTS = ("exp_avg", "exp_avg_sq", "step")
"""What Adam keeps of each parameter; its count of steps stays on the processor."""


@dataclass
class Progress:
    """How far a training has come."""

    step: int = 0
    """Steps done."""
    best_score: float = -1.0
    """Best validation score so far."""
    best_step: int = 0
    """Step of the best score."""
    validated_step: int = 0
    """Step of the last validation."""


def state_path(output: Path) -> Path:
    """Return where the state of the training that makes `output` is kept."""
    return output.with_name(f"{output.stem}.training.safetensors")


def save_state(
    path: Path,
    config: TrainConfig,
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    progress: Progress,
) -> None:
    """Write the state, whole or not at all."""
    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    for name, parameter in network.named_parameters():
        for moment in MOMENTS:
            tensors[f"{moment}.{name}"] = optimiser.state[parameter][moment]
    header = {"config": config.model_dump_json(), "progress": json.dumps(asdict(progress))}
    copies = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    content = save(copies, metadata=header)
    with writing(path) as temporary:
        temporary.write_bytes(content)


def load_state(
    path: Path, config: TrainConfig, network: nn.Module, optimiser: torch.optim.Optimizer
) -> Progress:
    """Put a saved state into network and optimiser.

    Raises
    ------
    InputError
        If the state belongs to another recipe.
    ModelError
        If the file is damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            names = file.keys()
            tensors: dict[str, Tensor] = {name: file.get_tensor(name) for name in names}
        saved = TrainConfig.model_validate_json(header["config"])
        progress = Progress(**json.loads(header["progress"]))
    except (SafetensorError, OSError, LookupError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"{path} is damaged ({reason}). Delete it to start again.") from error
    if saved != config:
        raise InputError(
            f"{path} belongs to a training with other settings. "
            "Use the same settings, another output, or delete the file."
        )
    prefix = "network."
    weights = {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}
    try:
        network.load_state_dict(weights)
        for name, parameter in network.named_parameters():
            moments = {moment: tensors[f"{moment}.{name}"] for moment in MOMENTS}
            for moment in MOMENTS[:-1]:
                moments[moment] = moments[moment].to(parameter.device)
            optimiser.state[parameter] = moments
    except (LookupError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"{path} is damaged ({reason}). Delete it to start again.") from error
    return progress
