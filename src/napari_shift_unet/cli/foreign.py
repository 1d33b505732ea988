"""Models of other programs on the command line: trusted first, then measured."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from ..errors import InputError
from ..networks import Method, foreign_kind
from .progress import follow_probe

if TYPE_CHECKING:
    from ..networks import Model

TrustOption = Annotated[bool, Parameter(negative=())]
MethodOption = Annotated[Method | None, Parameter(metavar="METHOD")]


def open_model(
    model: str,
    *,
    trust: bool,
    method: Method | None = None,
    foreground_channel: int | None = None,
) -> "str | Model":
    """Load and measure a model of another program; give back any other as it is.

    Raises
    ------
    ShiftUNetError
        If the file may not run, or cannot be used, or is told what it says itself.
    """
    path = Path(model).expanduser()
    given = {"method": method, "foreground_channel": foreground_channel}
    meaning: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if foreign_kind(path) is not None:
        from ..networks import foreign_model_events

        return follow_probe(foreign_model_events(path, trust=trust, **meaning))
    if meaning:
        options = " and ".join(f"--{name.replace('_', '-')}" for name in meaning)
        raise InputError(
            f"{options} tells what the channels of another program's network mean; '{model}' says "
            "that itself. Leave it out."
        )
    return model
