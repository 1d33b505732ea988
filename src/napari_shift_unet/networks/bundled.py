"""Models by name or by path."""

from pathlib import Path

from .cards import DEFAULT_MODEL, model_file
from .checkpoint import load_file
from .model import Model


def load_model(model: str | Path | Model = DEFAULT_MODEL) -> Model:
    """Return a model by its bundled name or the path of its file; a `Model` is passed through.

    Raises
    ------
    ModelError
        If there is no such model or its file cannot be used.
    """
    if isinstance(model, Model):
        return model
    with model_file(model) as path:
        return load_file(path)
