"""What runs in a thread for an image that fits no memory."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...images import Image

if TYPE_CHECKING:
    from ...embeddings import ClusterConfig
    from ...large import Gaze
    from ...large.watching import WatchedEvent
    from ...networks import Model

MOST_ROWS_BYTES = 50_000_000
"""A longer table stays on the disk."""


@dataclass(frozen=True)
class LargeRequest:
    """What to do: values that a thread may use.

    Attributes
    ----------
    image
        Lazy or in memory.
    model
        Name or path of the network, or the network.
    folder
        Of the results.
    settings
        Those of `SegmentConfig`.
    clustering
        How to group pixels.
    how
        Further arguments of `segment_large_events`.
    """

    image: Image
    model: "str | Path | Model"
    folder: Path
    settings: dict[str, Any]
    clustering: "ClusterConfig"
    how: dict[str, Any]


@dataclass(frozen=True)
class LargeDone:
    """Results that are all in their folder."""

    labels: Path
    facts: dict[str, Any]
    objects: pd.DataFrame | None
    """`None` where the table is too long to be held."""


def predict_large(
    request: LargeRequest, gaze: "Gaze"
) -> Generator["WatchedEvent | None", None, LargeDone]:
    """Predict and group an image into a folder, or go on with it."""
    from ...embeddings import describe
    from ...large import watch_large_events
    from ...networks import load_model
    from ...segmentation import SegmentConfig

    yield None
    image, model = request.image, load_model(request.model)
    path = None if image.source is None else Path(image.source)
    done = yield from watch_large_events(
        image,
        request.folder,
        gaze=gaze,
        model=model,
        config=SegmentConfig(**request.settings),
        clustering=describe(request.clustering, model.config),
        path=path if path is not None and path.exists() else None,
        **request.how,
    )
    yield None
    return LargeDone(done.folder / "labels.zarr", done.facts, read_table(done.folder))


def read_table(folder: Path) -> pd.DataFrame | None:
    """Read the table of objects unless it is too long to be shown."""
    path = folder / "objects.csv"
    if path.is_file() and path.stat().st_size <= MOST_ROWS_BYTES:
        return pd.read_csv(path)
    return None
