"""Images that fit no memory: chunk by chunk, on one machine or many, and gone on with any time."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .engine import Engine, LocalEngine, Task
    from .finishing import LargeRun
    from .gaze import Gaze, View
    from .job import Job
    from .memory import DEFAULT_MEMORY, memory_of_whole, parse_memory
    from .run import LargeEvent, Order, UnitDone, segment_large, segment_large_events
    from .watching import Filled, Watchable, watch_large_events

# Imported when first asked for: sizes are told before anything that computes is there.
_MODULE_OF = {
    "DEFAULT_MEMORY": "memory",
    "Engine": "engine",
    "Filled": "watching",
    "Gaze": "gaze",
    "Job": "job",
    "LargeEvent": "run",
    "LargeRun": "finishing",
    "LocalEngine": "engine",
    "Order": "run",
    "Task": "engine",
    "UnitDone": "run",
    "View": "gaze",
    "Watchable": "watching",
    "memory_of_whole": "memory",
    "parse_memory": "memory",
    "segment_large": "run",
    "segment_large_events": "run",
    "watch_large_events": "watching",
}

__all__ = [
    "DEFAULT_MEMORY",
    "Engine",
    "Filled",
    "Gaze",
    "Job",
    "LargeEvent",
    "LargeRun",
    "LocalEngine",
    "Order",
    "Task",
    "UnitDone",
    "View",
    "Watchable",
    "memory_of_whole",
    "parse_memory",
    "segment_large",
    "segment_large_events",
    "watch_large_events",
]

__getattr__ = lazy_names(__name__, _MODULE_OF)
