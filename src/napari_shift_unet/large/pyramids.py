"""Where the pictures of a run lie: pyramids that can be looked at while they are written."""

from pathlib import Path
from typing import Any

import zarr

COLOURS = "colours"
"""Group beside the levels of the labels: an OME-Zarr image with the channels red, green, blue and
alpha, uint8, in which nothing can be seen where nothing was predicted or nothing is foreground."""


def colours_of(labels: Path) -> Path:
    """Return where the colours lie that belong to some labels; they need not be there."""
    return labels / COLOURS


def levels_of(path: Path) -> "list[zarr.Array[Any]]":
    """Open all levels of a pyramid for reading and writing, full resolution first."""
    names = sorted((p.name for p in path.iterdir() if p.name.isdigit()), key=int)
    return [zarr.open_array(path / name, mode="r+") for name in names]
