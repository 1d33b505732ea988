"""Scores of label images against the truth."""

from .files import Scores, evaluate_files, label_pairs, read_labels
from .matching import (
    THRESHOLDS,
    average_precision,
    average_precisions,
    intersection_over_union,
)

__all__ = [
    "THRESHOLDS",
    "Scores",
    "average_precision",
    "average_precisions",
    "evaluate_files",
    "intersection_over_union",
    "label_pairs",
    "read_labels",
]
