"""Tables in files."""

import csv
import os
from pathlib import Path

import pandas as pd

from ..errors import InputError
from .atomic import writing

MAX_BYTES = 32 * 2**20
"""A larger table is no list that somebody drew."""


def read_rows_csv(path: str | os.PathLike[str]) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV file (UTF-8, comma, one header line) as text.

    Returns
    -------
    list of (int, dict)
        For each row that is not blank the line that it is on, counted from 1 with the header, and
        its cells by the name of the column, without blanks around them.

    Raises
    ------
    InputError
        If the file is larger than `MAX_BYTES`, cannot be read as CSV, has no rows, or a row has
        another number of cells than the header.
    """
    path, rows = Path(path), []
    try:
        _check_size(path)
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            _check_header(path, header)
            for cells in reader:
                if not any(map(str.strip, cells)):
                    continue
                if len(cells) != len(header):
                    raise InputError(
                        f"{path.name}, row {reader.line_num}: there are {len(cells)} cells for "
                        f"{len(header)} columns. Write as many."
                    )
                named = zip(header, map(str.strip, cells), strict=True)
                rows.append((reader.line_num, dict(named)))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is no CSV file ({error}). Save the table as CSV.") from error
    if not rows:
        raise InputError(f"{path} has no rows below its header.")
    return rows


def write_table_csv(path: str | os.PathLike[str], table: pd.DataFrame) -> None:
    """Write a table as CSV (UTF-8, comma, point, one header line).

    Parameters
    ----------
    path : path-like
        The target; it is replaced as a whole or not at all.
    table : DataFrame
        The rows; its index is written only if it has a name.

    Raises
    ------
    OutputError
        If the target cannot be written.
    """
    with writing(path) as temporary:
        table.to_csv(
            temporary,
            index=table.index.name is not None,
            encoding="utf-8",
            lineterminator="\n",
        )


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if not path.is_file():
        raise InputError(f"{path} is no file. Give a CSV file.")
    if size > MAX_BYTES:
        raise InputError(
            f"{path} has {size / 1e6:,.0f} MB; a table may have {MAX_BYTES / 1e6:.0f} MB. Split it."
        )


def _check_header(path: Path, header: list[str]) -> None:
    if not any(header):
        raise InputError(f"{path} is empty; its first line must name the columns.")
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{path} has two columns '{twice}'. Rename one.")
