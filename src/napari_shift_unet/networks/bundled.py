"""The models that come with the package."""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from ..errors import ModelError
from .checkpoint import load_file, read_config
from .config import ModelConfig
from .model import Model

WEIGHTS = files(__package__) / "weights"
SUFFIX = ".safetensors"
DEFAULT_MODEL = "nuclei-2d"


def model_names() -> list[str]:
    """Return the names of the bundled models, sorted."""
    if not WEIGHTS.is_dir():
        return []
    found = (entry.name for entry in WEIGHTS.iterdir() if entry.name.endswith(SUFFIX))
    return sorted(name.removesuffix(SUFFIX) for name in found)


def list_models() -> list[ModelConfig]:
    """Return the cards of the bundled models; no weights are read."""
    return [_card(name) for name in model_names()]


def load_model(model: str | Path | Model = DEFAULT_MODEL) -> Model:
    """Return a model by its bundled name or the path of its file; a `Model` is passed through.

    Raises
    ------
    ModelError
        If there is no such model or its file cannot be used.
    """
    if isinstance(model, Model):
        return model
    if str(model) in model_names():
        with as_file(WEIGHTS / f"{model}{SUFFIX}") as path:
            return load_file(path)
    path = Path(model)
    if not path.suffix and not path.exists():
        raise ModelError(
            f"there is no model '{model}'. Use one of {', '.join(model_names())}, or a file's path."
        )
    return load_file(path)


@cache
def _card(name: str) -> ModelConfig:
    with as_file(WEIGHTS / f"{name}{SUFFIX}") as path:
        return read_config(path)
