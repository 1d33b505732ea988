"""Scores of label images against the truth."""

from .matching import average_precision, intersection_over_union

__all__ = ["average_precision", "intersection_over_union"]
