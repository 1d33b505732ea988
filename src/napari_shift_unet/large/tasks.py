"""Units of work: pure functions of a folder and a number, which any process may do, also twice.

Each reads what earlier stages left in the folder, writes whole chunks that no other unit writes,
and leaves its mark last. What a unit is, is said in `Layout`; who does them, in `Engine`.
"""

from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from ..embeddings.chunked import Arrays, cut_chunk, relabel_chunk
from ..embeddings.sums import ObjectSums
from ..images import read_block
from ..images.arrays import Box
from ..images.lasting import sync_chunks
from ..images.pyramid import copy_box, shrinking
from .job import Stored
from .layout import Unit
from .opened import Opened, open_run
from .store import noticing
from .tiles import enough_memory, predict_tile

PREDICT, CUT, RELABEL = "predicted", "cut", "relabelled"
WHOLE, OWN = "whole", "own"
WINDOW = "window"
"""What the mark of a unit tells besides if memory was short: the smallest output window, in px."""
LARGEST_HALF = float(np.finfo(np.float16).max)


def predict(folder: Path, index: int) -> None:
    """Predict the tiles of a unit, and write the network's output.

    Raises
    ------
    DeviceError
        If memory runs out, also in smaller windows.
    InputError, OutputError, ModelError
        If the image cannot be read, the output not be written, or the network fails.
    """
    run, began = open_run(folder), perf_counter()
    unit = run.layout.unit(index)
    pixels = run.selection.plane(unit.plane)
    starts = [side.start for side in unit.box]
    sides, window = (s.stop - s.start for s in unit.box), run.plan.output_window
    with enough_memory(run):
        output = np.empty((run.model.out_channels, *sides), np.float32)
        for tile in run.layout.tiles(unit):
            kept, window = predict_tile(run, pixels, tile, window)
            within = (slice(a - s, b - s) for (a, b), s in zip(tile.write, starts, strict=True))
            output[:, *within] = kept
        run.check_source()
        stored = as_stored(output, run.job.stored)
        _put(run, run.embedding, (slice(0, len(stored)), *run.layout.place(unit)), stored)
        seen = _seen_by_check(run, unit, output)
    if window != run.plan.output_window:
        seen[WINDOW] = np.array(window)
    mark(run, PREDICT, index, began, low=output.min(), high=output.max(), **seen)


def left_to_predict(run: Opened) -> list[int]:
    """Return the units that are not predicted, neither by this run nor by a finished one."""
    return [] if run.job.kept else run.store.left(PREDICT, len(run.layout))


def tell(folder: Path, index: int, stage: str) -> None:
    """Tell what a pass of the grouping wants to know of a unit; see `Pass.tell`."""
    run, began = open_run(folder), perf_counter()
    unit = run.layout.unit(index)
    this = next(p for p in run.grouping.passes if p.name == stage)
    with enough_memory(run):
        chunk = run.source(run.layout.plane_of(index)).chunk(unit.chunk)
        told = this.tell(chunk, known(run, index, before=stage))
    mark(run, stage, index, began, **told)


def cut(folder: Path, index: int) -> None:
    """Group the pixels of a unit, cut them into pieces of objects, and measure these."""
    run, began = open_run(folder), perf_counter()
    unit = run.layout.unit(index)
    config = run.job.clustering
    ones = (1,) * len(unit.plane)
    with enough_memory(run):
        chunk = run.source(run.layout.plane_of(index)).chunk(unit.chunk)
        numbers, pieces = cut_chunk(chunk, run.grouping, known(run, index), config, run.threads)
        _put(run, run.pieces, run.layout.place(unit), numbers)
        intensity = read_block(run.selection.plane(unit.plane), (slice(0, 1), *unit.box))[0]
        run.check_source()
        sums = ObjectSums.of(
            numbers.reshape(*ones, *numbers.shape),
            intensity.reshape(*ones, *intensity.shape),
            start=(*unit.plane, *(side.start for side in unit.box)),
        )
    mark(run, CUT, index, began, **pieces.to_arrays(), **sums.to_arrays())


def relabel(folder: Path, index: int) -> None:
    """Write the labels of a unit."""
    run, began = open_run(folder), perf_counter()
    unit = run.layout.unit(index)
    labels = run.store.read(OWN + "-labels", index)["labels"]
    numbers = run.read(run.pieces, unit.plane, unit.box)
    _put(run, run.level(0), run.layout.place(unit), relabel_chunk(numbers, labels))
    mark(run, RELABEL, index, began)


def coarsen(folder: Path, index: int, level: int) -> None:
    """Write one chunk of a coarser level of the labels: every second pixel in y and x."""
    run, began = open_run(folder), perf_counter()
    source, target = run.level(level - 1), run.level(level)
    at = np.unravel_index(index, level_grid(target))
    box = tuple(
        slice(int(i) * c, min((int(i) + 1) * c, n))
        for i, c, n in zip(at, target.chunks, target.shape, strict=True)
    )
    with noticing(folder):
        copy_box(source, target, box, shrinking(run.layout.file_axes))
        sync_chunks(target, box)
    mark(run, f"level-{level}", index, began)


def as_stored(output: np.ndarray, stored: Stored) -> np.ndarray:
    """Round the output of the network to the type in which it is kept."""
    if stored == "float16":
        output = np.clip(output, -LARGEST_HALF, LARGEST_HALF)
    return output.astype(stored)


def common(a: Box, b: Box) -> Box | None:
    """Return the pixels that two boxes share; `None` if there are none."""
    sides = zip(a, b, strict=True)
    shared = tuple(slice(max(m.start, n.start), min(m.stop, n.stop)) for m, n in sides)
    return shared if all(side.start < side.stop for side in shared) else None


def level_grid(array: Any) -> tuple[int, ...]:
    """Return the number of stored chunks of an array per axis."""
    return tuple(-(-n // c) for n, c in zip(array.shape, array.chunks, strict=True))


def known(run: Opened, index: int, before: str = "") -> dict[str, Arrays]:
    """Return what all passes, or those before one, have found out for a unit."""
    found: dict[str, Arrays] = {}
    for stage in run.grouping.passes:
        if stage.name == before:
            break
        whole, own = run.whole(stage.name, run.layout.plane_of(index)), f"{OWN}-{stage.name}"
        found[stage.name] = whole
        if run.store.has(own, index):
            found[stage.name] = whole | run.store.read(own, index)
    return found


def mark(run: Opened, stage: str, index: int, began: float, **arrays: Any) -> None:
    """Leave the mark of a unit, with what it tells."""
    seconds = np.array(perf_counter() - began)
    kept = {name: np.asarray(value) for name, value in arrays.items()}
    run.store.write(stage, index, {**kept, "seconds": seconds})


def _seen_by_check(run: Opened, unit: Unit, output: np.ndarray) -> dict[str, np.ndarray]:
    """Return what the check of the run wants to see of a unit before it is rounded."""
    seen = {}
    for number, (plane, box) in enumerate(run.checked):
        part = common(unit.box, box)
        if plane == unit.plane and part is not None:
            sides = zip(part, unit.box, strict=True)
            within = (slice(p.start - u.start, p.stop - u.start) for p, u in sides)
            seen[f"check-{number}"] = output[:, *within]
    return seen


def _put(run: Opened, array: Any, place: tuple[Any, ...], values: np.ndarray) -> None:
    with noticing(run.store.folder):
        array[place] = values.astype(array.dtype, copy=False)
        sync_chunks(array, place)
