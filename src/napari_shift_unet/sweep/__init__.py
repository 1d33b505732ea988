"""What a wrong output window costs on real images: windows against false splits and AP."""

from .config import SweepConfig, parse_windows
from .contrast import Contrast, contrast_of
from .curve import Point, Sweep
from .run import Measured, SweepEvent, sweep_events
from .table import Measurement

__all__ = [
    "Contrast",
    "Measured",
    "Measurement",
    "Point",
    "Sweep",
    "SweepConfig",
    "SweepEvent",
    "contrast_of",
    "parse_windows",
    "sweep_events",
]
