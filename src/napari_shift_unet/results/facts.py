"""What run.json may say: whatever of it is used later has the type that it should have."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import InputError, complaint

Px = Annotated[int, Field(ge=1, le=2**31)]
Sizes = Annotated[list[Px], Field(min_length=1, max_length=3)]


class _Open(BaseModel):
    """Other facts than the known ones may be there, of any type."""

    model_config = ConfigDict(extra="allow", strict=True)


class _Model(_Open):
    name: str = ""


class _Image(_Open):
    channels: Annotated[list[int], Field(max_length=1000)] | None = None


class _Facts(_Open):
    tile: Sizes = [1]
    crop: Sizes = [1]
    period: Sizes = [1]
    seconds: float | None = None
    seconds_of: dict[str, float] = {}
    model: _Model = _Model()
    model_hash: str = ""
    clustering: dict[str, Any] = {}
    image: _Image = _Image()
    precision: str = ""


def check_facts(facts: Any, path: Path) -> dict[str, Any]:
    """Return the content of run.json as it is.

    Raises
    ------
    InputError
        If it holds no facts, or one of another type than a run writes.
    """
    if not isinstance(facts, dict):
        raise InputError(f"{path} does not hold the facts of a run. Segment the image again.")
    try:
        _Facts.model_validate(facts)
    except ValidationError as error:
        raise InputError(f"{path}: {complaint(error)}. Segment the image again.") from error
    return facts
