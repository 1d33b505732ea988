"""The base of all configurations, and JSON files that somebody else may have written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import InputError, complaint

MAX_JSON_BYTES = 64 * 2**20
"""Far above what any file of settings or facts has."""


class Settings(BaseModel):
    """Frozen and closed: a value never changes, an unknown name is refused.

    Raises
    ------
    InputError
        On construction, one sentence about the first value that cannot be used. (Reading JSON with
        `model_validate_json` raises pydantic's own `ValidationError`, see `errors.complaint`.)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise InputError(f"{complaint(error).rstrip('.')}.") from error


def read_json(path: Path) -> Any:
    """Read a JSON file that may hold anything.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is larger than `MAX_JSON_BYTES`, no UTF-8, no JSON, or nested too deeply.
    """
    size = path.stat().st_size
    if size > MAX_JSON_BYTES:
        raise ValueError(f"it has {size / 1e6:,.0f} MB; {MAX_JSON_BYTES / 1e6:.0f} MB can be read")
    return without_recursion(json.loads, path.read_text(encoding="utf-8"))


def without_recursion(read: Callable[[str], Any], text: str) -> Any:
    """Parse a text; one that is nested too deeply is a `ValueError`, as any that is not valid.

    Raises
    ------
    ValueError
        If the text cannot be parsed.
    """
    try:
        return read(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
