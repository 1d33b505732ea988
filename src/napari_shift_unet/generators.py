"""Long work is a generator of events that returns its result."""

from collections.abc import Generator
from typing import Any, TypeVar

Result = TypeVar("Result")


def drain(events: Generator[Any, None, Result]) -> Result:
    """Run a generator of events to its end and return its result."""
    while True:
        try:
            next(events)
        except StopIteration as stop:
            result: Result = stop.value
            return result
