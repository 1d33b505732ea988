"""Period, context and faults of any network, measured on what it returns."""

from .facts import ExactTile, exact_tiles, verdict_facts
from .run import Probing, probe, probe_events
from .verdict import Verdict

__all__ = [
    "ExactTile",
    "Probing",
    "Verdict",
    "exact_tiles",
    "probe",
    "probe_events",
    "verdict_facts",
]
