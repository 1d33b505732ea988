"""A tile of a unit, and what becomes of it where memory is short: smaller windows, same pixels."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

import numpy as np

from ..errors import DeviceError
from ..geometry import Tile, TilePlan
from ..images import PixelArray, normalise, read_padded
from ..prediction.runner import OutOfMemory
from .opened import Opened

_ONE_AT_A_TIME = Lock()
"""Of those tiles of this process for which memory was short."""


def predict_tile(
    run: Opened, pixels: PixelArray, tile: Tile, window: tuple[int, ...]
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Predict what is kept of a tile; if memory runs out, once again, then in smaller windows.

    Smaller ones lie on the lattice of the tile, so each pixel is computed from the same ones.

    Parameters
    ----------
    run
        That the tile is of.
    pixels
        Of the plane, `(c, *space)`.
    tile
        One of the plan.
    window
        Output window in px to begin with: that of the plan, or one that was small enough before.

    Returns
    -------
    tuple
        The output `(o, *write)`, float32, and the window that it took.

    Raises
    ------
    DeviceError
        If memory runs out in the smallest window too, or the network tells windows apart.
    """
    is_short = False
    while True:
        try:
            with _ONE_AT_A_TIME if is_short else nullcontext():
                return _in_windows(run, pixels, tile, window), window
        except (OutOfMemory, MemoryError) as error:
            smaller = _smaller(run.plan, window) if is_short else window
            if smaller is None:
                raise DeviceError(_refusal(run, window)) from error
        run.runner.free_memory()
        window, is_short = smaller, True


@contextmanager
def enough_memory(run: Opened) -> Iterator[None]:
    """Say in one sentence what to do when a chunk does not fit the memory.

    Raises
    ------
    DeviceError
        In place of `MemoryError`.
    """
    try:
        yield
    except MemoryError as error:
        raise DeviceError(
            f"Memory ran out in a chunk of {list(run.job.chunk)} px. {_ADVICE}"
        ) from error


_ADVICE = (
    "Close other programs or use fewer workers, and run the same command again: it goes on from "
    "there. Or begin anew with --no-resume, with a smaller --memory."
)


def _in_windows(run: Opened, pixels: PixelArray, tile: Tile, window: tuple[int, ...]) -> np.ndarray:
    def predict(read: tuple[tuple[int, int], ...]) -> np.ndarray:
        return run.runner(normalise(read_padded(pixels, read), run.normalisations), window)

    if window == run.plan.output_window:
        return predict(tile.read)[:, *tile.keep]
    starts, lengths = zip(*((start, stop - start) for start, stop in tile.write), strict=True)
    output = np.empty((run.model.out_channels, *lengths), np.float32)
    crop = tuple(legal[-1] for legal in run.plan.footprint.legal_crops(window))
    for part in TilePlan(lengths, run.plan.footprint, window, crop):
        sides = zip(part.read, starts, strict=True)
        found = predict(tuple((a + start, b + start) for (a, b), start in sides))
        output[:, *part.target] = found[:, *part.keep]
    return output


def _smaller(plan: TilePlan, window: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the next smaller window that gives the same pixels; `None` if there is none."""
    footprint = plan.footprint
    sides = zip(footprint.context, footprint.required_context, strict=True)
    if footprint.flaws or any(context < required for context, required in sides):
        return None
    return footprint.next_smaller_window(window)


def _refusal(run: Opened, window: tuple[int, ...]) -> str:
    where = f"{run.job.device} is out of memory at an output window of {list(window)} px"
    if run.plan.footprint.next_smaller_window(window) is None:
        return f"{where}, the smallest that there is. {_ADVICE}"
    return f"{where}, and this network would return other pixels in a smaller one. {_ADVICE}"
