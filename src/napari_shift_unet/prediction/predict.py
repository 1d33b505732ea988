"""Run a plan of tiles: a generator of events that returns the stitched output."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from jaxtyping import Float

from ..errors import DeviceError, InputError
from ..geometry import Tile, TilePlan, plan_tiles
from ..geometry.needed import tiles_of
from ..images import Normalisation, Selection, normalise, read_padded
from ..networks import Model
from .devices import Precision, find_device
from .events import BackedOff, PredictionEvent, Started, TileDone
from .runner import OutOfMemory, Runner
from .workers import Band, Job, bands, best_pieces, count_workers, run_all


@dataclass(frozen=True)
class Prediction:
    """Raw channels of the network for a whole image, and how they were made."""

    output: Float[np.ndarray, "o *planes_and_space"]
    """Embedding channels, then the foreground logit if there is one; axes as `Selection.axes`."""
    plan: TilePlan
    """The plan that ran last, after any back-off."""
    device: str
    precision: Precision
    seconds: float
    tiles: int
    """Number of tiles that were predicted, over all planes."""


Needed = Mapping[tuple[int, ...], Sequence[tuple[slice, ...]]]
"""Parts of planes, in px, by position along `Selection.loop_axes`."""


def predict(
    selection: Selection,
    model: Model,
    plan: TilePlan,
    normalisations: Sequence[Normalisation],
    *,
    device: str = "auto",
    precision: Precision = "float32",
    needed: Needed | None = None,
) -> Generator[PredictionEvent, None, Prediction]:
    """Predict every plane of an image, tile by tile, and stitch.

    For a legal plan the result equals that of one pass over the whole image, padded by reflection.
    Closing the generator cancels within one tile. When memory runs out all begins anew with a
    smaller window.

    Parameters
    ----------
    selection
        Planes and channels of the image.
    model
        The network.
    plan
        Tiles of one plane.
    normalisations
        Global intensity statistics, one per channel.
    device
        `"auto"`, `"cpu"`, `"cuda"` or `"mps"`.
    precision
        Arithmetic of the convolutions.
    needed
        Predict only the tiles that write to these parts; elsewhere the output is 0. `None` predicts
        everything.

    Yields
    ------
    PredictionEvent
        `Started`; `TileDone` for every tile, plane after plane; `BackedOff` when memory runs out.

    Raises
    ------
    InputError
        If plan, channels or statistics do not belong to the image or the model.
    DeviceError
        If the device is absent, or memory is short even at the smallest legal window.
    ModelError
        If the network fails.
    """
    _check(selection, model, plan, normalisations)
    began = perf_counter()
    runner = Runner(model, find_device(device), precision)
    output = _allocate((model.out_channels, *selection.shape))
    name = str(runner.device)
    yield Started(plan, len(selection), name, precision)
    while True:
        try:
            done = yield from _run(selection, plan, normalisations, runner, output, needed)
            return Prediction(output, plan, name, precision, perf_counter() - began, done)
        except (OutOfMemory, MemoryError) as error:
            smaller = _smaller(plan)
            if smaller is None:
                raise DeviceError(
                    f"{name} is out of memory even at the smallest output window of "
                    f"{list(plan.output_window)} px. Close other programs or use another device."
                ) from error
        runner.free_memory()
        yield BackedOff(plan.output_window, smaller.output_window, smaller)
        plan = smaller


def _run(
    selection: Selection,
    plan: TilePlan,
    normalisations: Sequence[Normalisation],
    runner: Runner,
    output: Float[np.ndarray, "o *planes_and_space"],
    needed: Needed | None,
) -> Generator[PredictionEvent, None, int]:
    if needed is None:
        total = len(selection) * len(plan)
    else:
        tiles_at = {index: tiles_of(plan, boxes) for index, boxes in needed.items()}
        total = sum(map(len, tiles_at.values()))
    workers = count_workers(runner, plan)
    left_over = total % workers
    pieces = best_pieces(plan, left_over, workers)

    def jobs() -> Iterator[Job[tuple[tuple[int, ...], Tile, Band]]]:
        number = 0
        for index, pixels in selection:
            for tile in plan if needed is None else tiles_at.get(index, []):
                number += 1
                for band in bands(plan, tile, pieces if number > total - left_over else 1):
                    block = normalise(read_padded(pixels, band.read), normalisations)
                    yield Job((index, tile, band), block, band.window)

    done = 0
    began = warm = perf_counter()
    results = run_all(runner, jobs(), workers)
    try:
        for (index, tile, band), window in results:
            plane: tuple[slice | int, ...] = (slice(None), *index)
            output[plane][:, *band.target] = window[:, *band.keep]
            if not band.last:
                continue
            done += 1
            now = perf_counter()
            if done == 1:
                warm = now
            per_tile = (now - warm) / (done - 1) if done > 1 else now - began
            yield TileDone(index, tile, done, total, per_tile * (total - done))
    finally:
        results.close()
    return done


def _check(
    selection: Selection, model: Model, plan: TilePlan, normalisations: Sequence[Normalisation]
) -> None:
    space = tuple(selection.image.size(letter) for letter in selection.space)
    if plan.shape != space or plan.footprint.period != model.footprint.period:
        raise InputError(
            f"the plan is for {list(plan.shape)} px and the image is {list(space)} px; "
            "make a plan for this image and this model."
        )
    counts = {len(selection.channels), len(normalisations), model.in_channels}
    if len(counts) > 1:
        raise InputError(
            f"{len(selection.channels)} channel(s) and {len(normalisations)} normalisation(s) "
            f"were given; the model '{model.config.name}' reads {model.in_channels}."
        )


def _allocate(shape: tuple[int, ...]) -> Float[np.ndarray, "..."]:
    try:
        return np.zeros(shape, np.float32)
    except MemoryError as error:
        needed = np.prod(shape, dtype=np.int64) * 4 / 2**30
        raise DeviceError(
            f"the result needs {needed:.1f} GiB of memory, more than there is. "
            "Segment a part of the image."
        ) from error


def _smaller(plan: TilePlan) -> TilePlan | None:
    """Return the plan with the next smaller window, with a crop of the same kind per axis.

    A crop stays if it still fits. Else one that makes seams becomes the whole window, and any other
    the largest legal one of the window.
    """
    window = plan.footprint.next_smaller_window(plan.output_window)
    if window is None:
        return None
    axes = zip(plan.crop, window, plan.period, plan.seams, strict=True)
    crop = [
        c if c <= w else w if seams and c % period else w // period * period
        for c, w, period, seams in axes
    ]
    return plan_tiles(plan.shape, plan.footprint, window, crop)
