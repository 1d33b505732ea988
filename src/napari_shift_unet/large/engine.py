"""Who does the units of a stage: an engine, of which this process is the simplest."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, runtime_checkable

Task = Callable[[Path, int], None]
"""A unit of work: takes the folder of the results and the number of the unit.

It is a function of `tasks`, or a `functools.partial` of one, so it can be sent to other processes.
It finds all that it needs in the folder, leaves its result and then its mark there, and may be done
twice, at once or again: it then leaves the same bytes. It returns nothing.
"""


@runtime_checkable
class Engine(Protocol):
    """Does many units of one stage, which depend on nothing but earlier stages."""

    def map(self, task: Task, folder: Path, units: Sequence[int]) -> Iterator[int]:
        """Do every unit once, in any order, and yield the number of each that is done.

        An error of a unit is raised here, and no further unit is begun. Closing the iterator ends
        the work: units that run may end or be dropped, for they will be done again.
        """


@dataclass(frozen=True)
class LocalEngine:
    """The engine that is this process, unit by unit; torch and numpy use its cores.

    Attributes
    ----------
    threads
        Units that are in work at the same time. More than one pays where a fast device would wait
        for pixels to be read and written; each takes the memory of a chunk and of a tile.
    """

    threads: int = 1

    def map(self, task: Task, folder: Path, units: Sequence[int]) -> Iterator[int]:
        """Do every unit, as `Engine.map` says."""
        if self.threads == 1:
            for unit in units:
                task(folder, unit)
                yield unit
            return
        left, running = iter(units), dict[Future[None], int]()
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                while True:
                    for unit in islice(left, self.threads - len(running)):
                        running[pool.submit(task, folder, unit)] = unit
                    if not running:
                        return
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        unit = running.pop(future)
                        future.result()
                        yield unit
            finally:
                pool.shutdown(cancel_futures=True)
