"""The figures of the papers, from scratch: what they claim, trained, measured and drawn."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .config import Claim, Figure, Lesson, Row, Scene
    from .figures import figure_names, find_figure
    from .lessons import Learning
    from .measures import Measures
    from .run import Finding, Report, reproduce

_FILE_OF = {
    "Claim": "config",
    "Figure": "config",
    "Finding": "run",
    "Learning": "lessons",
    "Lesson": "config",
    "Measures": "measures",
    "Report": "run",
    "Row": "config",
    "Scene": "config",
    "figure_names": "figures",
    "find_figure": "figures",
    "reproduce": "run",
}

__all__ = [
    "Claim",
    "Figure",
    "Finding",
    "Learning",
    "Lesson",
    "Measures",
    "Report",
    "Row",
    "Scene",
    "figure_names",
    "find_figure",
    "reproduce",
]


__getattr__ = lazy_names(__name__, _FILE_OF)
