"""What commands write: results to stdout, everything else to stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

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


def size(px: Sequence[int]) -> str:
    """Return sizes per axis for people: `148 x 148 px`."""
    return f"{' x '.join(map(str, px))} px"


def columns(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as a table whose columns line up."""
    table = [tuple(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )
