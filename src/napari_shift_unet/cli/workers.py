"""Many processes and machines: who does the work of `shift-unet segment`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ..errors import InputError

if TYPE_CHECKING:
    from ..large import Engine

SchedulerOption = Annotated[str | None, Parameter(metavar="tcp://HOST:PORT")]
WorkersOption = Annotated[int | None, Parameter(metavar="N")]


@contextmanager
def engine_of(scheduler: str | None, workers: int | None) -> Iterator["Engine | None"]:
    """Connect to a scheduler or start workers; give `None` if neither is asked for.

    Raises
    ------
    InputError
        If both are asked for, or they cannot be had.
    """
    from ..large.distributed import local_workers, workers_at

    if scheduler is not None and workers is not None:
        raise InputError(
            f"--scheduler {scheduler} has workers of its own; leave out --workers {workers}."
        )
    if scheduler is not None:
        with workers_at(scheduler) as engine:
            yield engine
    elif workers is not None:
        with local_workers(workers) as engine:
            yield engine
    else:
        yield None
