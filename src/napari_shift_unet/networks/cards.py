"""What is known of the models that come with the package; read without torch."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from ..errors import ModelError
from .config import ModelConfig
from .header import read_config

WEIGHTS = files(__package__) / "weights"
SUFFIX = ".safetensors"
DEFAULT_MODEL = "nuclei-2d"
SPLITS = {"test_ap50": "test", "val_ap50": "validation"}
"""Scores of a card that are an AP 0.5, and what of."""


def model_names() -> list[str]:
    """Return the names of the bundled models, sorted."""
    if not WEIGHTS.is_dir():
        return []
    found = (entry.name for entry in WEIGHTS.iterdir() if entry.name.endswith(SUFFIX))
    return sorted(name.removesuffix(SUFFIX) for name in found)


def list_models() -> list[ModelConfig]:
    """Return the cards of the bundled models; no weights are read."""
    return [_bundled_card(name) for name in model_names()]


def read_card(model: str | Path = DEFAULT_MODEL) -> ModelConfig:
    """Return the card of a model by its bundled name or the path of its file.

    Raises
    ------
    ModelError
        If there is no such model or its file cannot be used.
    """
    with model_file(model) as path:
        return read_config(path)


def scores_text(card: ModelConfig) -> str:
    """Say the scores of a model: ``AP 0.5: test 0.831, validation 0.796``."""
    scores = card.scores
    known = [f"{split} {scores[key]:.3f}" for key, split in SPLITS.items() if key in scores]
    others = [f"{name} {score:.3f}" for name, score in scores.items() if name not in SPLITS]
    return "; ".join(([f"AP 0.5: {', '.join(known)}"] if known else []) + others)


@contextmanager
def model_file(model: str | Path) -> Iterator[Path]:
    """Give the file of a model by its bundled name or its path.

    Raises
    ------
    ModelError
        If there is no model of this name.
    """
    if str(model) in model_names():
        with as_file(WEIGHTS / f"{model}{SUFFIX}") as path:
            yield path
        return
    path = Path(model).expanduser()
    if not path.suffix and not path.exists():
        known = "".join(f"{name}, or " for name in model_names())
        raise ModelError(f"there is no model '{model}'. Use {known}the path of a file.")
    yield path


@cache
def _bundled_card(name: str) -> ModelConfig:
    return read_card(name)
