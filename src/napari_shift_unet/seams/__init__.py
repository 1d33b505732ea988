"""Seams in labels of any origin: where they are, what they did, and how to repair them."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .auditing import Audit, audit
    from .cause import Cause
    from .causes import causes_of
    from .cutting import Restoration, cut_labels, judge_repair
    from .grid import AxisTiling
    from .inspection import SPLIT, Seam
    from .jumps import Jump
    from .outcome import report_repair
    from .pairs import Pair
    from .repairing import MERGED, Census, Repair, census, repair

_FILE_OF = {
    "MERGED": "repairing",
    "SPLIT": "inspection",
    "Audit": "auditing",
    "AxisTiling": "grid",
    "Cause": "cause",
    "Census": "repairing",
    "Jump": "jumps",
    "Pair": "pairs",
    "Repair": "repairing",
    "Restoration": "cutting",
    "Seam": "inspection",
    "audit": "auditing",
    "causes_of": "causes",
    "census": "repairing",
    "cut_labels": "cutting",
    "judge_repair": "cutting",
    "repair": "repairing",
    "report_repair": "outcome",
}

__all__ = [
    "MERGED",
    "SPLIT",
    "Audit",
    "AxisTiling",
    "Cause",
    "Census",
    "Jump",
    "Pair",
    "Repair",
    "Restoration",
    "Seam",
    "audit",
    "causes_of",
    "census",
    "cut_labels",
    "judge_repair",
    "repair",
    "report_repair",
]


__getattr__ = lazy_names(__name__, _FILE_OF)


def __dir__() -> list[str]:
    return list(__all__)
