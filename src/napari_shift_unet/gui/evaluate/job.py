"""What runs in a thread: labels against the truth."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...evaluation import Counts, ImageScore, count_objects
from ...evaluation.outcomes import Outcomes, outcomes_of
from ...evaluation.seam_places import seams_of_run


@dataclass(frozen=True)
class Evaluated:
    """What is to be shown of labels and their truth."""

    outcomes: Outcomes
    score: ImageScore

    @property
    def at_seams(self) -> Counts | None:
        """Counts at seams; `None` where no seam is known, or no object lies at one."""
        there = self.score.at_seams
        return there if there is not None and (there.objects or there.found) else None


def evaluate_labels(
    name: str, labels: np.ndarray, truth: np.ndarray, facts: Mapping[str, Any]
) -> Generator[None, None, Evaluated]:
    """Find what became of every object, then count; at seams too if the run says where they are.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    yield
    outcomes = outcomes_of(labels, truth)
    yield
    counts = count_objects(labels, truth, seams_of_run(facts, labels.shape))
    return Evaluated(outcomes, ImageScore(name, *counts))
