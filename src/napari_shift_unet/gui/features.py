"""Columns of a Labels layer's own table, which napari shows, selects by and saves."""

from collections.abc import Sequence

import pandas as pd


def with_columns(
    features: pd.DataFrame, names: Sequence[str], table: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the features of labels with other columns of some names, or without these.

    Objects that are not in the new table lose their row; what is known of the others is kept.

    Parameters
    ----------
    features
        Of a Labels layer; ids of objects are in the column `index`, or else number the rows.
    names
        The columns.
    table
        These columns, and one `index`; `None` takes the columns out.
    """
    known = features.drop(columns=[*names], errors="ignore")
    if "index" not in known:
        known = known.rename_axis("index").reset_index()
    if table is None:
        return known
    order = [*(name for name in known if name != "index"), *names]
    merged = table.merge(known, how="left", on="index") if len(known) else table
    return merged[["index", *(name for name in order if name in merged)]]
