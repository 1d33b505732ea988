"""Recipes in files: the settings of a training as TOML or JSON."""

import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import InputError, complaint
from .config import TrainConfig


def read_recipe(
    path: Path | None = None, *, default_name: str = "", **settings: Any
) -> TrainConfig:
    """Read a recipe.

    Parameters
    ----------
    path
        A .toml or .json file with fields of `TrainConfig`; `None` takes their defaults.
    default_name
        Name of the model if neither the file nor `settings` have one.
    **settings
        Fields that come before those of the file.

    Raises
    ------
    InputError
        If the file cannot be read, or a setting cannot be used.
    """
    values = {} if path is None else _read(path)
    if default_name:
        values.setdefault("name", default_name)
    try:
        return TrainConfig(**{**values, **settings})
    except ValueError as error:
        reason = complaint(error) if isinstance(error, ValidationError) else str(error)
        where = f"{path}: " if path else ""
        raise InputError(f"{where}{reason}") from error


def _read(path: Path) -> dict[str, Any]:
    readers = {".toml": tomllib.loads, ".json": json.loads}
    if path.suffix not in readers:
        raise InputError(f"the recipe is {path}; use a .toml or .json file.")
    try:
        values = readers[path.suffix](path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"the recipe {path} cannot be read ({error}). Check the file.") from error
    if not isinstance(values, dict):
        raise InputError(f"the recipe {path} must hold settings by name, as in TrainConfig.")
    return values
