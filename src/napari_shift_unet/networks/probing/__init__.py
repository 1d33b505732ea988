"""Period, context and faults of any network, measured on what it returns."""

from .run import Probing, probe, probe_events
from .verdict import Verdict

__all__ = ["Probing", "Verdict", "probe", "probe_events"]
