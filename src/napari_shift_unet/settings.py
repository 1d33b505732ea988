"""The base of all configurations."""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import InputError, complaint


class Settings(BaseModel):
    """Frozen and closed: a value never changes, an unknown name is refused.

    Raises
    ------
    InputError
        On construction, one sentence about the first value that cannot be used. (Reading JSON with
        `model_validate_json` raises pydantic's own `ValidationError`, see `errors.complaint`.)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise InputError(f"{complaint(error).rstrip('.')}.") from error
