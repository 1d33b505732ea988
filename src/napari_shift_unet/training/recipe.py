"""Recipes in files: the settings of a training as TOML or JSON."""

import json
import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from ..errors import InputError, complaint
from ..networks import Method, read_card
from ..settings import without_recursion
from .config import TrainConfig
from .guess import EMBEDDING_DIMS


def read_recipe(
    path: Path | None = None, *, default_name: str = "", **settings: Any
) -> TrainConfig:
    """Read a recipe, and complete it.

    A training that starts from a model has its method, network, window, intensities and clustering,
    unless there is another network in the recipe; any network has the number of embedding channels
    that is usual for the method, unless they are said.

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
    ModelError
        If the model to start from cannot be used.
    """
    values = {} if path is None else _read(path)
    if default_name:
        values.setdefault("name", default_name)
    try:
        return TrainConfig(**_with_channels(_with_network({**values, **settings})))
    except ValueError as error:
        reason = complaint(error) if isinstance(error, ValidationError) else str(error)
        where = f"{path}: " if path else ""
        raise InputError(f"{where}{reason}") from error


def _with_network(values: dict[str, Any]) -> dict[str, Any]:
    """Add what the model to start from has, unless there is a network already."""
    start = values.get("start_from")
    if not isinstance(start, str) or "spec" in values:
        return values
    card = read_card(start)
    spec = card.spec.model_dump()
    found = {"method": card.method, "spec": spec, "percentiles": card.percentiles}
    found |= {name: card.recipe[name] for name in ("window", "context") if name in card.recipe}
    if values.get("method", card.method) == card.method:
        found["clustering"] = {n: v for n, v in card.clustering.items() if n != "sigma"}
    else:
        del spec["embedding_dims"]
        spec["foreground"] = True
    return {**found, **values}


def _with_channels(values: dict[str, Any]) -> dict[str, Any]:
    """Add the usual number of embedding channels; what cannot be read is left to `TrainConfig`."""
    method = values.get("method", TrainConfig.model_fields["method"].default)
    spec = values.get("spec", {})
    if not isinstance(spec, dict) or "embedding_dims" in spec or method not in get_args(Method):
        return values
    ndim = spec.get("ndim", 2)
    if ndim not in (2, 3):
        return values
    return {**values, "spec": {**spec, "embedding_dims": EMBEDDING_DIMS[method][ndim]}}


def _read(path: Path) -> dict[str, Any]:
    readers = {".toml": tomllib.loads, ".json": json.loads}
    if path.suffix not in readers:
        raise InputError(f"the recipe is {path}; use a .toml or .json file.")
    try:
        values = without_recursion(readers[path.suffix], path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"the recipe {path} cannot be read ({error}). Check the file.") from error
    if not isinstance(values, dict):
        raise InputError(f"the recipe {path} must hold settings by name, as in TrainConfig.")
    return values
