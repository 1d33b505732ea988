"""A run checked where its tiles meet: windows across their borders, predicted again."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from math import prod
from time import perf_counter

import numpy as np

from ..geometry import TilePlan
from ..images import normalise, read_padded
from ..prediction import Checked, find_device
from ..prediction.runner import OutOfMemory, Runner
from .certificate import TOLERANCE, Certificate, Check, Refusal, Window, windows_text
from .embedded import EmbeddedImage

MOST_WINDOWS = 8
COST = 0.05
"""Share of the prediction's computing that windows may take; one is looked at in any case."""
SMALLEST_PX = 8
"""Least width of a window, and two periods, so that tiles can meet in its middle."""


Stitched = Callable[[tuple[int, ...], tuple[slice, ...]], np.ndarray]


@dataclass(frozen=True)
class Place:
    """Where to predict again: the number of a plane, and the first px of a window of it."""

    plane: int
    start: tuple[int, ...]


def certify_events(
    embedded: EmbeddedImage, windows: int = MOST_WINDOWS, seed: int = 0
) -> Generator[Checked, None, Certificate | Refusal]:
    """Predict windows across tile borders in one piece, and compare them with the stitched output.

    Each window lies on the network's lattice. Its middle is a random place where tile borders cross
    or, if tiles meet along one axis only, a random place of a border.

    Parameters
    ----------
    embedded
        An image of which all tiles were predicted.
    windows
        At most so many, and no more than `COST` allows.
    seed
        Of the places.

    Yields
    ------
    Checked
        After every window.

    Raises
    ------
    DeviceError, ModelError
        As in `predict`.
    """
    output = embedded.prediction.output

    def stitched(plane: tuple[int, ...], box: tuple[slice, ...]) -> np.ndarray:
        there: tuple[slice | int, ...] = (slice(None), *plane, *box)
        return output[there]

    def extremes() -> tuple[float, float]:
        return float(output.min()), float(output.max())

    return (yield from check_events(embedded, stitched, extremes, windows, seed))


def check_events(
    embedded: EmbeddedImage,
    stitched: Stitched,
    extremes: Callable[[], tuple[float, float]],
    windows: int = MOST_WINDOWS,
    seed: int = 0,
) -> Generator[Checked, None, Certificate | Refusal]:
    """Certify as `certify_events` does a run whose stitched output need not be in memory.

    Parameters
    ----------
    embedded
        An image of which all tiles were predicted; its output is not looked at.
    stitched
        Returns the output `(c, *box)` of a box of a plane, one of `choose_places`.
    extremes
        Returns the lowest and the highest value of the whole output.
    windows, seed
        As in `certify_events`.
    """
    began = perf_counter()
    prediction, planes = embedded.prediction, len(embedded.selection)
    plan = prediction.plan
    size = window_size(plan)
    work = _work(plan, planes)
    places = choose_places(plan, planes, windows, seed)
    found: list[Window] = []
    try:
        if places:
            runner = Runner(embedded.model, find_device(prediction.device), prediction.precision)
        for place in places:
            found.append(_compare(embedded, stitched, runner, place, size))
            yield Checked(len(found), len(places))
    except (OutOfMemory, MemoryError):
        return Refusal("memory ran out while windows across tile borders were predicted again.")
    low, high = extremes()
    spread = max(high, 0.0) - min(low, 0.0)
    check = Check(tuple(found), spread, len(found) * work, perf_counter() - began)
    return judge(embedded, check)


def judge(embedded: EmbeddedImage, check: Check) -> Certificate | Refusal:
    """Certify a run, unless its plan is off the law or its check found a difference."""
    prediction, difference = embedded.prediction, check.relative_difference
    plan, tolerance = prediction.plan, TOLERANCE[prediction.precision]
    measured = ""
    if difference is not None:
        measured = (
            f"{windows_text(len(check.windows))} across tile borders, predicted again, differed by "
            f"up to {difference:.2g} of the output's range"
        )
    if not plan.legal:
        return Refusal(". ".join(filter(None, ("; ".join(plan.reasons), measured))) + ".", check)
    if difference is not None and not difference <= tolerance:  # NaN is refused too
        advice = "Probe the network: it may act on the whole tile."
        return Refusal(f"{measured}, more than {tolerance:g} of it. {advice}", check)
    return Certificate(
        embedded.model,
        plan,
        embedded.normalisations,
        prediction.device,
        prediction.precision,
        check,
    )


def window_size(plan: TilePlan) -> tuple[int, ...]:
    """Return the output in px per axis of a window in whose middle tiles can meet."""
    least = tuple(max(2 * period, SMALLEST_PX) for period in plan.period)
    return plan.footprint.window_at_least(least)


def choose_places(
    plan: TilePlan, planes: int, windows: int = MOST_WINDOWS, seed: int = 0
) -> list[Place]:
    """Draw the windows that `certify_events` looks at, by plan alone; see `draw_places`."""
    affordable = max(1, int(COST / _work(plan, planes)))
    return draw_places(plan, planes, min(windows, affordable), seed)


def box_of(plan: TilePlan, place: Place) -> tuple[slice, ...]:
    """Return what of a window lies in the image."""
    axes = zip(place.start, window_size(plan), plan.shape, strict=True)
    return tuple(slice(start, min(start + n, length)) for start, n, length in axes)


def _work(plan: TilePlan, planes: int) -> float:
    """Return the computing of a window over that of the whole prediction."""
    of_all = planes * len(plan) * plan.footprint.work(plan.output_window)
    return plan.footprint.work(window_size(plan)) / of_all


def draw_places(plan: TilePlan, planes: int, count: int, seed: int) -> list[Place]:
    """Draw windows whose middle is a crossing of tile borders, none of them twice.

    Parameters
    ----------
    plan
        Of one plane.
    planes
        Number of planes.
    count
        At most so many windows; there are none where no tiles meet.
    seed
        Of the drawing; the same for the same plan.

    Returns
    -------
    list
        Of places whose plane is numbered, in the order of the planes.
    """
    if not any(plan.seams):
        return []
    rng, size = np.random.default_rng(seed), window_size(plan)
    # Along an axis without borders the middle may be anywhere on the lattice.
    middles = [
        seams or range(0, length, period)
        for seams, length, period in zip(plan.seams, plan.shape, plan.period, strict=True)
    ]
    counts = (planes, *map(len, middles))
    places = []
    for flat in sorted(rng.choice(prod(counts), min(count, prod(counts)), replace=False).tolist()):
        plane, *at = map(int, np.unravel_index(flat, counts))
        axes = zip(middles, at, size, plan.period, strict=True)
        places.append(Place(plane, tuple(_start(middle[i], n, t) for middle, i, n, t in axes)))
    return list(dict.fromkeys(places))


def _start(middle: int, size: int, period: int) -> int:
    """Return the place of the lattice in the image from which a window has this middle, nearly."""
    return max(0, (middle - size // 2 + period // 2) // period * period)


def _compare(
    embedded: EmbeddedImage,
    stitched: Stitched,
    runner: Runner,
    place: Place,
    size: tuple[int, ...],
) -> Window:
    """Predict a window, and compare what of it lies in the image."""
    selection = embedded.selection
    index = embedded.plane_indices()[place.plane]
    context = embedded.model.footprint.context
    sides = zip(place.start, size, context, strict=True)
    read = tuple((start - c, start + n + c) for start, n, c in sides)
    block = normalise(read_padded(selection.plane(index), read), embedded.normalisations)
    again = runner(block, size)
    inside = box_of(embedded.prediction.plan, place)
    kept = tuple(slice(0, side.stop - side.start) for side in inside)
    difference = np.abs(again[:, *kept] - stitched(index, inside))
    stop = tuple(side.stop for side in inside)
    return Window(index, place.start, stop, float(difference.max()))
