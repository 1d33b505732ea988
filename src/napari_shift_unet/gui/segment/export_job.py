"""The export of a run as a job for a thread: measure the labels as they are, and write."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from ...embeddings import ClusterConfig
    from ...results import LabelsFormat
    from ...segmentation import EmbeddedImage

EDITED = "edited"
"""Key of run.json: whether somebody changed the labels by hand."""


@dataclass(frozen=True)
class Order:
    """What to export."""

    directory: Path
    embedded: "EmbeddedImage"
    clustering: "ClusterConfig"
    cluster_seconds: float
    labels: np.ndarray
    """`(*selection.axes)`; nobody else changes them."""
    edited: bool
    labels_format: "LabelsFormat" = "tiff"
    save_embedding: bool = False


@dataclass(frozen=True)
class Exported:
    """What was written."""

    files: list[Path]
    objects: "pd.DataFrame"
    facts: dict[str, Any]


def export(order: Order) -> Generator[None, None, Exported]:
    """Measure the objects, gather the facts, and write both with the labels.

    Raises
    ------
    InputError
        If the labels cannot be kept in a file.
    OutputError
        If the folder cannot be written to; it is then as it was.
    """
    from ...results import check_directory, write_results
    from ...segmentation import Segmentation, run_facts

    yield
    check_directory(order.directory)
    embedded = order.embedded
    objects = embedded.measure(order.labels)
    facts = run_facts(embedded, order.clustering, len(objects), order.cluster_seconds)
    facts |= {EDITED: order.edited}
    segmentation = Segmentation(
        labels=order.labels,
        embedding=embedded.embedding if order.save_embedding else embedded.raw,
        foreground=None,
        objects=objects,
        plan=embedded.prediction.plan,
        facts=facts,
        image=embedded.selection.image,
        axes=embedded.selection.axes,
    )
    files = write_results(
        order.directory,
        segmentation,
        save_embedding=order.save_embedding,
        labels_format=order.labels_format,
    )
    return Exported(files, objects, facts)
