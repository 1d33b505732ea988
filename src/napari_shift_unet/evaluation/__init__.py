"""Scores of label images against the truth."""

from .counts import Counts, count_objects
from .distant_merges import DistantMerges, Likeness, analyse, likeness_of
from .files import evaluate_files, label_pairs, read_labels, read_pairs, score_pair
from .matching import THRESHOLDS, average_precision, average_precisions
from .mistakes import distant_merges, false_merges, false_splits
from .overlaps import Overlaps, intersection_over_union, overlaps_of
from .scores import ImageScore, Scores

__all__ = [
    "THRESHOLDS",
    "Counts",
    "DistantMerges",
    "ImageScore",
    "Likeness",
    "Overlaps",
    "Scores",
    "analyse",
    "average_precision",
    "average_precisions",
    "count_objects",
    "distant_merges",
    "evaluate_files",
    "false_merges",
    "false_splits",
    "intersection_over_union",
    "label_pairs",
    "likeness_of",
    "overlaps_of",
    "read_labels",
    "read_pairs",
    "score_pair",
]
