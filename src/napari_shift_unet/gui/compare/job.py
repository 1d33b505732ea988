"""What runs in a thread: a comparison of labels, and the numbers of their runs."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...evaluation.differences import Comparison, compare
from ...evaluation.side_by_side import AtSeams, Facts, Row, look_at_seams, side_by_side

if TYPE_CHECKING:
    from ...segmentation import EmbeddedImage


@dataclass(frozen=True)
class Compared:
    """What is to be shown of two runs."""

    found: Comparison
    rows: list[Row]


@dataclass(frozen=True)
class RunValues:
    """What a thread needs of a run."""

    labels: np.ndarray
    facts: Facts
    embedded: "EmbeddedImage | None"
    """The prediction that the labels came of, while it is in memory."""


def compare_runs(runs: tuple[RunValues, RunValues]) -> Generator[None, None, Compared]:
    """Compare the labels of two runs, then look at the seams of each.

    Raises
    ------
    InputError
        If their shapes differ.
    """
    yield
    found = compare(runs[0].labels, runs[1].labels)
    yield
    a = _at_seams(runs[0])
    yield
    b = _at_seams(runs[1])
    return Compared(found, side_by_side(found, runs[0].facts, runs[1].facts, (a, b)))


def _at_seams(run: RunValues) -> AtSeams:
    embedding = None if run.embedded is None else run.embedded.embedding
    fits = embedding is not None and embedding.shape[1:] == run.labels.shape
    return look_at_seams(run.labels, run.facts, embedding if fits else None)
