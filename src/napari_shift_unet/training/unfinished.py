"""What is known of an unfinished training from the header of its state; read without torch."""

import json
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from ..errors import ModelError
from .config import TrainConfig

STATE_ERRORS = (SafetensorError, OSError, LookupError, TypeError, ValueError, RuntimeError)
"""What a damaged file causes while it is read."""


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


def last_path(output: Path) -> Path:
    """Return where the last model of the training that makes `output` is kept."""
    return output.with_name(f"{output.stem}.last.safetensors")


def read_unfinished(path: Path) -> tuple[TrainConfig, Progress]:
    """Return the recipe of a saved state and how far it has come.

    Raises
    ------
    ModelError
        If the file is damaged.
    """
    try:
        with safe_open(path, framework="np") as file:
            header = file.metadata() or {}
        config = TrainConfig.model_validate_json(header["config"])
        return config, Progress(**json.loads(header["progress"]))
    except STATE_ERRORS as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> ModelError:
    """Return the error for a state that cannot be read."""
    reason = next(iter(str(error).splitlines()), "") or type(error).__name__
    return ModelError(f"{path} is damaged ({reason}). Delete it to start again.")
