"""A large run from beginning to end, as a generator of events: stage after stage, on an engine."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path
from time import perf_counter
from typing import Any

from ..embeddings import clustering_of
from ..generators import drain
from ..networks import DEFAULT_MODEL, Model, load_model
from ..prediction import PredictionEvent, Started
from ..segmentation import SegmentConfig, as_image
from ..segmentation.inputs import Pixels
from . import tasks
from .engine import Engine, LocalEngine, Task
from .finishing import LargeRun, finish, move_results
from .intensities import MEASURE, Parts, measure, settle, useless_removed
from .job import Stored
from .memory import DEFAULT_MEMORY
from .opened import LABELS, Opened, adopted, open_run
from .preparing import Wanted, prepare
from .reductions import assemble, gather
from .store import FINISHED, Store


@dataclass(frozen=True, slots=True)
class UnitDone:
    """A unit went through a stage; all go through a stage before the next one begins."""

    stage: str
    """intensities, predicted, passes of the grouping such as parts and summary, cut, relabelled,
    level-1, ..."""
    unit: int | None
    """Number of the unit, of the parts of the image that are measured, of the chunks, or of those
    of a smaller copy; `None` when the stage begins."""
    done: int
    """Units that are done, those of an earlier run of this command included."""
    total: int
    seconds_left: float | None
    """Of this stage; `None` when it begins."""


LargeEvent = UnitDone | PredictionEvent
Order = Callable[[Opened, Sequence[int]], Sequence[int]]
"""Chooses in which order units are predicted, such as those in view first."""


def segment_large_events(
    image: Pixels,
    folder: str | Path,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    config: SegmentConfig | None = None,
    clustering: dict[str, Any] | None = None,
    memory: int = DEFAULT_MEMORY,
    stored: Stored = "float16",
    resume: bool = True,
    engine: Engine | None = None,
    order: Order | None = None,
    path: Path | None = None,
) -> Generator[LargeEvent, None, LargeRun]:
    """Segment an image of any size; see `segment_large`.

    Closing the generator, or killing the process, keeps what is done: the same call goes on.

    Parameters
    ----------
    order
        Of the units that are to be predicted; raster order if left out.
    path
        Where other processes can read `image`, if that is open already.

    Yields
    ------
    LargeEvent
        `Started`, `UnitDone` for the begin and every unit of each stage, `Checked`.
    """
    loaded = load_model(model)
    if isinstance(image, str | Path):
        path = Path(image)
    wanted = Wanted(
        as_image(image, loaded.footprint.ndim),
        path,
        loaded,
        config or SegmentConfig(),
        clustering_of(loaded.config, **(clustering or {})),
        memory,
        stored,
    )
    folder, engine = Path(folder).expanduser().resolve(), engine or LocalEngine()
    is_new = not folder.exists()
    job = prepare(folder, wanted, resume=resume)
    if Store(folder).has(*FINISHED):
        return move_results(Store(folder))
    with adopted(folder, wanted.image, loaded):
        run = open_run(folder)
        yield Started(run.plan, run.layout.planes, job.device, job.precision)
        with useless_removed(run, and_folder=is_new):
            yield from _measure(run, engine)
        run = open_run(folder)
        highest = yield from _go_through(run, engine, order)
        yield from finish(run, highest)
    return move_results(run.store)


def segment_large(
    image: Pixels,
    folder: str | Path,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    config: SegmentConfig | None = None,
    memory: int = DEFAULT_MEMORY,
    stored: Stored = "float16",
    resume: bool = True,
    engine: Engine | None = None,
    **clustering: Any,
) -> LargeRun:
    """Segment an image of any size, chunk by chunk, into a folder.

    The folder then holds labels.zarr (OME-Zarr 0.5, int32, multiscale), embedding.zarr (the output
    of the network), objects.csv and run.json. The labels are those that `label_instances` gives for
    the whole image from the same embedding, whatever the chunks.

    Parameters
    ----------
    image
        An array with axes ``(t)(c)(z)yx`` in memory or lazy, an `Image`, or a path.
    folder
        Of the results; unfinished data lie in a hidden folder in it.
    model, config
        As in `segment`.
    memory
        What this process may grow by, in bytes. It decides the tile, unless that is given, and the
        chunks; one plane's table of objects and its summary come on top.
    stored
        Type in which the output of the network is kept, and from which objects are made. With
        "float32" the labels are those of `segment`, to the number.
    resume
        Whether to go on with an unfinished run of the same things in this folder, and to use the
        prediction of a finished one again.
    engine
        Who does the work; this process if left out.
    **clustering
        Settings of `ClusterConfig` in place of the model's own.

    Raises
    ------
    InputError
        If the image cannot be used, the clustering needs it in one piece, or the folder holds an
        unfinished run of another image, model or plan.
    OutputError
        If the folder cannot be written to.
    DeviceError, ModelError
        As in `segment`.
    """
    return drain(
        segment_large_events(
            image,
            folder,
            model=model,
            config=config,
            clustering=clustering,
            memory=memory,
            stored=stored,
            resume=resume,
            engine=engine,
        )
    )


def _measure(run: Opened, engine: Engine) -> Generator[UnitDone, None, None]:
    """Measure the intensities of the whole image, unless an earlier run of this has done so."""
    if not run.job.normalisation:
        yield from _do(run, engine, MEASURE, measure, len(Parts.of(run)))
        settle(run)


def _go_through(run: Opened, engine: Engine, order: Order | None) -> Generator[UnitDone, None, int]:
    """Do all stages, and what is put together between them; return the number of objects."""
    count, planes = len(run.layout), range(run.layout.planes)
    if run.job.kept:
        yield UnitDone(tasks.PREDICT, None, count, count, None)
    else:
        yield from _do(run, engine, tasks.PREDICT, tasks.predict, count, order)
    for stage in run.grouping.passes:
        yield from _do(run, engine, stage.name, partial(tasks.tell, stage=stage.name), count)
        for plane in planes:
            gather(run, stage, plane)
    yield from _do(run, engine, tasks.CUT, tasks.cut, count)
    highest = 0
    for plane in planes:
        highest = assemble(run, plane, highest)
    yield from _do(run, engine, tasks.RELABEL, tasks.relabel, count)
    levels = sum(path.name.isdigit() for path in run.store.path(LABELS).iterdir())
    for level in range(1, levels):
        chunks = prod(tasks.level_grid(run.level(level)))
        coarsen = partial(tasks.coarsen, level=level)
        yield from _do(run, engine, f"level-{level}", coarsen, chunks)
    return highest


def _do(
    run: Opened, engine: Engine, stage: str, task: Task, total: int, order: Order | None = None
) -> Generator[UnitDone, None, None]:
    """Do the units of a stage that are not done."""
    left: Sequence[int] = run.store.left(stage, total)
    done = total - len(left)
    yield UnitDone(stage, None, done, total, None)
    if order is not None:
        left = order(run, left)
    began = perf_counter()
    units = engine.map(task, run.store.folder, left)
    try:
        for number, unit in enumerate(units, start=1):
            each = (perf_counter() - began) / number
            yield UnitDone(stage, unit, done + number, total, each * (len(left) - number))
    finally:
        if isinstance(units, Generator):
            units.close()
