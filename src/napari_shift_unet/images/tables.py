"""Tables in files."""

import os

import pandas as pd

from .atomic import writing


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
