"""Folders of results: written by a run or an export, read back by napari."""

from .contents import LabelsFormat, Results, holds_results, read_results
from .folder import check_directory, make_directory
from .write import Segmented, write_parts, write_results

__all__ = [
    "LabelsFormat",
    "Results",
    "Segmented",
    "check_directory",
    "holds_results",
    "make_directory",
    "read_results",
    "write_parts",
    "write_results",
]
