"""The state of an unfinished training: weights, optimiser and counters, without pickle."""

import json
from dataclasses import asdict
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save

from ..errors import InputError
from ..images import writing
from .learner import Learner
from .unfinished import STATE_ERRORS, Progress, damaged, read_unfinished, state_path

__all__ = ["Progress", "load_state", "save_state", "state_path"]

MOMENTS = ("exp_avg", "exp_avg_sq", "step")
"""What Adam keeps of each parameter; its count of steps stays on the processor."""


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
    saved, progress = read_unfinished(path)
    if saved != learner.config:
        config = learner.config.model_dump()
        other = [name for name, value in saved.model_dump().items() if value != config[name]]
        raise InputError(
            f"{path} belongs to a training with other settings of {', '.join(other)}. "
            "Use the same settings, another output, or delete the file."
        )
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            tensors = {name: file.get_tensor(name) for name in names}
        learner.load_state_dict({name: tensors[name] for name in learner.state_dict()})
        for name, parameter in learner.named_parameters():
            moments = {moment: tensors[f"{moment}.{name}"] for moment in MOMENTS}
            for moment in MOMENTS[:-1]:
                moments[moment] = moments[moment].to(parameter.device)
            learner.optimiser.state[parameter] = moments
    except STATE_ERRORS as error:
        raise damaged(path, error) from error
    return progress
