"""The table of a sweep: one row per window and image, written as soon as it is measured."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import InputError, OutputError
from ..images import writing

TABLE = "images.csv"


@dataclass(frozen=True)
class Measurement:
    """One image, stitched from uncropped output windows."""

    window: int
    """Output window in px."""
    image: str
    objects: int
    """In the truth."""
    found: int
    false_splits: int
    false_splits_at_seams: int
    """Those that touch a border of two tiles."""
    false_merges: int
    distant_false_merges: int
    ap: float
    """TP / (TP + FP + FN) at an overlap of 0.5."""


COLUMNS = tuple(field.name for field in fields(Measurement))


def read_table(folder: Path) -> list[Measurement]:
    """Read what was measured before; a last row that was not written to its end is left out.

    Raises
    ------
    InputError
        If the file is no such table.
    """
    path = folder / TABLE
    if not path.exists():
        return []
    try:
        with path.open(newline="", encoding="utf-8") as file:
            text = file.read()
        rows = list(csv.reader(text[: text.rfind("\n") + 1].splitlines()))
        if tuple(rows[0]) != COLUMNS:
            raise ValueError(f"its columns are {', '.join(rows[0])}")
        return [_as_measurement(row) for row in rows[1:]]
    except (OSError, ValueError, TypeError, IndexError, csv.Error) as error:
        raise InputError(
            f"{path} is no table of a sweep ({error}). Choose another folder, or delete it."
        ) from error


def write_table(folder: Path, rows: Iterable[Measurement]) -> None:
    """Write a table anew, as a whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with writing(folder / TABLE) as temporary, temporary.open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        lines.writerows(asdict(row).values() for row in rows)


def append_row(folder: Path, row: Measurement) -> None:
    """Add a row to a table that is there.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = folder / TABLE
    try:
        with path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow(asdict(row).values())
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from error


def _as_measurement(row: list[str]) -> Measurement:
    cells = dict(zip(COLUMNS, row, strict=True))
    kinds = {field.name: field.type for field in fields(Measurement)}
    return Measurement(**{name: kinds[name](cell) for name, cell in cells.items()})  # type: ignore[operator]
