"""Options that several commands share, and how their text is read."""

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from cyclopts import Parameter

from ..errors import InputError

ModelOption = Annotated[str, Parameter(metavar="NAME|FILE")]
TileOption = Annotated[str | None, Parameter(metavar="N [N ...]")]
CropOption = Annotated[str, Parameter(metavar="N [N ...]|auto|none")]
ChannelOption = Annotated[str | None, Parameter(metavar="N [N ...]")]
JsonOption = Annotated[bool, Parameter(name="--json", negative=())]
Device = Annotated[str, Parameter(metavar="auto|cpu|cuda|mps")]
Precision = Literal["float32", "bfloat16"]

TAKES_NUMBERS = ("--tile", "--offset", "--crop", "--channel", "--window", "--shape")
NUMBER = re.compile(r"-?\d+")
NUMBERS = re.compile(r"-?\d+(,-?\d+)*")


def join_numbers(tokens: Iterable[str]) -> list[str]:
    """Write `--tile 16 148 148` as `--tile 16,148,148`, which is read wherever it stands."""
    joined: list[str] = []
    for token in tokens:
        follows = len(joined) > 1 and joined[-2] in TAKES_NUMBERS and NUMBERS.fullmatch(joined[-1])
        if follows and NUMBER.fullmatch(token):
            joined[-1] += f",{token}"
        else:
            joined.append(token)
    return joined


def numbers(name: str, text: str | None) -> int | tuple[int, ...] | None:
    """Read one number, or one per axis.

    Raises
    ------
    InputError
        If the text holds anything else.
    """
    if text is None:
        return None
    if not NUMBERS.fullmatch(text):
        raise InputError(f"--{name} is '{text}'; give one whole number, or several such as 16,148.")
    found = tuple(map(int, text.split(",")))
    return found[0] if len(found) == 1 else found


def crop_size(text: str) -> int | tuple[int, ...] | Literal["auto", "none"]:
    """Read a crop: a word, or sizes in px.

    Raises
    ------
    InputError
        If the text is neither.
    """
    match text:
        case "auto" | "none":
            return text
        case _ if NUMBERS.fullmatch(text):
            found = numbers("crop", text)
            return "auto" if found is None else found
        case _:
            raise InputError(f"--crop is '{text}'; give a number of px, auto or none.")
