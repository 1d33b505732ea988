"""What a folder of results holds: labels, table of objects, facts of the run, embedding."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ..embeddings.stored import whole_image_embedding
from ..errors import InputError
from ..images import Image, read_ome_zarr, read_tiff
from ..settings import read_json
from .facts import check_facts

LabelsFormat = Literal["tiff", "ome-zarr"]

LABELS: dict[LabelsFormat, str] = {"tiff": "labels.tif", "ome-zarr": "labels.zarr"}
OBJECTS = "objects.csv"
FACTS = "run.json"
EMBEDDING = "embedding.zarr"


@dataclass(frozen=True)
class Results:
    """What a folder of results holds, in memory or opened lazily."""

    labels: Image
    """Integers without a channel axis, 0 is background; pixel size and place of the image."""
    objects: pd.DataFrame | None
    """One row per label; `None` if the folder has no table."""
    facts: dict[str, Any]
    """The content of run.json."""
    embedding: Image | None = None
    """Channels first, `(c, *axes of the labels)`, in whole-image coordinates."""

    @property
    def tiles(self) -> tuple[int, ...] | None:
        """Tiles of the run in px, as far as the image is larger; they begin at its edge."""
        crop = self.facts.get("crop")
        if not crop:
            return None
        lengths = self.labels.data.shape[-len(crop) :]
        sizes = crop[-len(lengths) :]  # files keep no axis of one px
        return tuple(min(int(n), length) for n, length in zip(sizes, lengths, strict=True))


def read_results(directory: str | os.PathLike[str]) -> Results:
    """Read a folder of results; the embedding is opened but not read.

    Raises
    ------
    InputError
        If it holds no results, or a part of them is missing or damaged.
    """
    folder = Path(directory).expanduser()
    if not holds_results(folder):
        raise InputError(
            f"{folder} holds no results: {FACTS} or labels are missing."
            " Give a folder that `shift-unet segment` wrote."
        )
    tiff, store = (folder / name for name in LABELS.values())
    embedding = folder / EMBEDDING
    return Results(
        labels=read_tiff(tiff) if tiff.exists() else read_ome_zarr(store),
        objects=_read_table(folder / OBJECTS) if (folder / OBJECTS).exists() else None,
        facts=_read_facts(folder / FACTS),
        embedding=_read_embedding(embedding) if embedding.exists() else None,
    )


def holds_results(directory: str | os.PathLike[str]) -> bool:
    """Whether a folder looks like one that `write_results` wrote; nothing is read."""
    folder = Path(directory)
    return (folder / FACTS).is_file() and any((folder / n).exists() for n in LABELS.values())


def _read_embedding(path: Path) -> Image:
    """Open an embedding, also one that is kept as the network returned it."""
    found = read_ome_zarr(path)
    return replace(found, data=whole_image_embedding(found.data))


def _read_table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}). Segment the image again.") from error


def _read_facts(path: Path) -> dict[str, Any]:
    try:
        facts = read_json(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}). Segment the image again.") from error
    return check_facts(facts, path)
