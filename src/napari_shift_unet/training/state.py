"""The state of an unfinished training: weights, optimiser and counters, without pickle."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from ..errors import InputError, ModelError
from ..images import writing
from .config import TrainConfig
from .learner import Learner

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


def save_state(path: Path, learner: Learner, progress: Progress) -> None:
    """Write the state, whole or not at all."""
    tensors = learner.state_dict()
    for name, parameter in learner.named_parameters():
        for moment in MOMENTS:
            tensors[f"{moment}.{name}"] = learner.optimiser.state[parameter][moment]
    header = {"config": learner.config.model_dump_json(), "progress": json.dumps(asdict(progress))}
    copies = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    content = save(copies, metadata=header)
    with writing(path) as temporary:
        temporary.write_bytes(content)


def load_state(path: Path, learner: Learner) -> Progress:
    """Put a saved state into a learner.

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
            tensors = {name: file.get_tensor(name) for name in names}
        saved = TrainConfig.model_validate_json(header["config"])
        progress = Progress(**json.loads(header["progress"]))
    except (SafetensorError, OSError, LookupError, TypeError, ValueError) as error:
        raise _damaged(path, error) from error
    if saved != learner.config:
        raise InputError(
            f"{path} belongs to a training with other settings. "
            "Use the same settings, another output, or delete the file."
        )
    try:
        learner.load_state_dict({name: tensors[name] for name in learner.state_dict()})
        for name, parameter in learner.named_parameters():
            moments = {moment: tensors[f"{moment}.{name}"] for moment in MOMENTS}
            for moment in MOMENTS[:-1]:
                moments[moment] = moments[moment].to(parameter.device)
            learner.optimiser.state[parameter] = moments
    except (LookupError, RuntimeError) as error:
        raise _damaged(path, error) from error
    return progress


def _damaged(path: Path, error: Exception) -> ModelError:
    reason = str(error).splitlines()[0]
    return ModelError(f"{path} is damaged ({reason}). Delete it to start again.")
