"""What commands write: results to stdout, everything else to stderr."""

import json
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from ..errors import ShiftUNetWarning

if TYPE_CHECKING:
    from ..seams import Cause

PROGRAM = "shift-unet"


def result(text: str) -> None:
    """Write a line of the result to stdout."""
    sys.stdout.write(f"{text}\n")


def result_json(value: Any) -> None:
    """Write the result as JSON to stdout."""
    result(json.dumps(value, indent=2))


def note(text: str) -> None:
    """Write a message to stderr, in one line whatever it holds."""
    sys.stderr.write(f"{PROGRAM}: {' '.join(text.split())}\n")
    sys.stderr.flush()


@contextmanager
def warnings_as_notes() -> Iterator[None]:
    """Write the project's own warnings as messages; others are shown as ever."""
    show = warnings.showwarning

    def write(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, ShiftUNetWarning):
            note(f"warning: {message}")
        else:
            show(message, category, filename, lineno, file, line)

    with warnings.catch_warnings():
        warnings.simplefilter("always", ShiftUNetWarning)
        warnings.showwarning = write
        yield


def size(px: Sequence[int]) -> str:
    """Return sizes per axis for people: `148 x 148 px`."""
    return f"{' x '.join(map(str, px))} px"


def why(cause: "Cause") -> str:
    """Return a cause of seams in two lines."""
    return f"Why: {cause.name}. {cause.evidence}\n     {cause.remedy}"


def columns(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as a table whose columns line up."""
    table = [tuple(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )
