"""Images that fit no memory: chunk by chunk, on one machine or many, and gone on with any time."""

from .engine import Engine, LocalEngine, Task
from .finishing import LargeRun
from .job import Job
from .memory import DEFAULT_MEMORY, memory_of_whole, parse_memory
from .run import LargeEvent, Order, UnitDone, segment_large, segment_large_events

__all__ = [
    "DEFAULT_MEMORY",
    "Engine",
    "Job",
    "LargeEvent",
    "LargeRun",
    "LocalEngine",
    "Order",
    "Task",
    "UnitDone",
    "memory_of_whole",
    "parse_memory",
    "segment_large",
    "segment_large_events",
]
