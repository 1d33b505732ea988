"""Many processes and machines: units of work go to the workers of `dask.distributed`.

Workers and this process see the image and the folder of the results under the same paths. Nothing
but the numbers of units goes over the network. What a worker has done when it is killed stays; the
units that it had in work are done by another one.
"""

import os
from asyncio import CancelledError
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from logging import CRITICAL, getLogger
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from ..errors import DeviceError, InputError, ShiftUNetError
from .engine import Task
from .job import versions
from .store import JOB, Store

AHEAD = 4
"""Units per thread that the scheduler knows at a time, so that no thread waits for the next one."""
ANSWER_S, WORKERS_S, END_S = 10, 10, 30
"""How long one waits for a scheduler, for its workers, and in the end for units that run."""


@dataclass(frozen=True)
class DaskEngine:
    """The engine that is a cluster; see `workers_at` and `local_workers`."""

    client: Any
    where: str

    def map(self, task: Task, folder: Path, units: Sequence[int]) -> Generator[int, None, None]:
        """Do every unit, as `Engine.map` says.

        Raises
        ------
        InputError
            If a worker is of another version, or does not see the folder.
        DeviceError
            If workers die at a unit again and again, or the scheduler is gone.
        """
        distributed = _distributed()
        with self._scheduler_there():
            self._check_workers(folder)
        left, mine, numbers = iter(units), versions(), dict[Any, int]()
        done = distributed.as_completed(loop=self.client.loop)

        def submit(unit: int) -> None:
            future = self.client.submit(_do, task, folder, unit, mine, pure=False)
            numbers[future] = unit
            done.add(future)

        try:
            while True:
                with self._scheduler_there():
                    room = AHEAD * max(1, sum(self.client.nthreads().values())) - len(numbers)
                    for unit in islice(left, max(0, room)):
                        submit(unit)
                    if not numbers:
                        return
                    future = next(done)
                    if future.cancelled():
                        raise CancelledError
                self._raise_error_of(future, distributed.KilledWorker)
                yield numbers.pop(future)
        finally:
            if numbers:
                self._drop(list(numbers), folder)

    @contextmanager
    def _scheduler_there(self) -> Iterator[None]:
        try:
            yield
        except ShiftUNetError:
            raise
        except (OSError, RuntimeError, CancelledError) as error:
            raise DeviceError(
                f"The scheduler at {self.where} is gone. Start it, and run the same command again: "
                "it goes on from there."
            ) from error

    def _raise_error_of(self, future: Any, killed: type[Exception]) -> None:
        if future.status == "error":
            error = future.exception()
            if isinstance(error, killed):
                raise DeviceError(
                    "Several workers died at the same unit of work, perhaps for want of memory. "
                    "Give a smaller --memory, or fewer workers on a machine."
                ) from error
            raise error

    def _check_workers(self, folder: Path) -> None:
        """Refuse workers that would make other bytes, or cannot make any."""
        found = self.client.run(_look, folder, on_error="return")
        for worker, answer in found.items():
            if isinstance(answer, Exception):
                raise InputError(
                    f"The worker {worker} cannot run this program ({answer}). Install the same "
                    "version of napari-shift-unet there."
                ) from answer
            theirs, sees = answer
            _compare(worker, theirs, versions())
            if not sees:
                raise InputError(
                    f"The worker {worker} does not see {folder}. All workers need the image and "
                    "the folder of the results under the same paths as here."
                )

    def _drop(self, futures: list[Any], folder: Path) -> None:
        """Forget units, and give those that run time to end: they would write into a later run."""
        with suppress(Exception):  # a scheduler that is gone has nothing to forget
            self.client.cancel(futures, force=True)
            until = monotonic() + END_S
            while monotonic() < until and any(self.client.run(_at_work, folder).values()):
                sleep(0.05)


@contextmanager
def workers_at(scheduler: str) -> Iterator[DaskEngine]:
    """Use the workers of a scheduler that runs already.

    Parameters
    ----------
    scheduler
        Its address, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    InputError
        If dask is not installed, no scheduler answers, or it has no workers.
    """
    distributed = _distributed()
    getLogger("distributed.client").setLevel(CRITICAL)  # all that it has to say is raised here
    try:
        client = distributed.Client(scheduler, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            f"No scheduler answers at {scheduler}. Start one with `dask scheduler` and give its "
            "address, such as tcp://10.0.0.1:8786."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError as error:
            raise InputError(
                f"The scheduler at {scheduler} has no workers. Start some with "
                f"`dask worker {scheduler}`."
            ) from error
        yield DaskEngine(client, scheduler)


@contextmanager
def local_workers(count: int, threads: int | None = None) -> Iterator[DaskEngine]:
    """Start worker processes on this machine, and end them afterwards.

    Parameters
    ----------
    count
        Processes; each does one unit at a time.
    threads
        Threads with which each computes; they share the cores if left out.

    Raises
    ------
    InputError
        If dask is not installed, or the number is below 1.
    """
    if count < 1:
        raise InputError(f"There are {count} workers; there must be 1 at least.")
    distributed = _distributed()
    threads = threads or max(1, (os.cpu_count() or 1) // count)
    with _environment_kept(), _memory_kept():
        cluster = distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # of its HTTP server: any port
            memory_limit=None,  # a run knows its own
            silence_logs=CRITICAL,
            env={"OMP_NUM_THREADS": str(threads)},
        )
        with cluster, distributed.Client(cluster, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=12 * WORKERS_S)
            yield DaskEngine(client, cluster.scheduler_address)


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Undo what dask sets for its workers, such as one thread for numpy, in this process."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def _memory_kept() -> AbstractContextManager[object]:
    """Let workers keep memory that they will need again: dask has them give back all of it."""
    import dask

    name = "distributed.nanny.pre-spawn-environ"
    variables: dict[str, Any] = dict(dask.config.get(name))
    variables.pop("MALLOC_TRIM_THRESHOLD_", None)
    kept: AbstractContextManager[object] = dask.config.set({name: variables})
    return kept


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise InputError(
            "dask.distributed is not installed, which workers need. "
            "Install it with: pip install 'napari-shift-unet[dask]'"
        ) from error
    return distributed


def _compare(worker: str, theirs: dict[str, str], mine: dict[str, str]) -> None:
    for name, version in mine.items():
        if theirs.get(name) != version:
            raise InputError(
                f"The worker {worker} has {name} {theirs.get(name)} and this process {version}. "
                "Install the same version everywhere: others may give other labels."
            )


# What follows runs in the workers.

_AT_WORK: list[Path] = []


def _do(task: Task, folder: Path, unit: int, wanted: dict[str, str]) -> None:
    """Do a unit, in a worker that may have come after all others were looked at."""
    _compare(f"process {os.getpid()}", _own_versions(), wanted)
    _AT_WORK.append(folder)
    try:
        task(folder, unit)
    finally:
        _AT_WORK.remove(folder)


def _look(folder: Path) -> tuple[dict[str, str], bool]:
    return _own_versions(), Store(folder).path(JOB).is_file()


def _at_work(folder: Path) -> int:
    return _AT_WORK.count(folder)


@lru_cache(maxsize=1)
def _own_versions() -> dict[str, str]:
    return versions()
