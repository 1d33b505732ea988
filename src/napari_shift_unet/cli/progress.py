"""Progress bars on stderr for the core's generators of events."""

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from signal import SIGINT, signal
from types import FrameType
from typing import Any, TypeVar

from tqdm import tqdm

from .console import note

Result = TypeVar("Result")

LAYOUT = "{desc}{percentage:3.0f}% |{bar:30}| {n_fmt}/{total_fmt} {unit}, {remaining} left{postfix}"
SMOOTHING = 0.95
PREDICTED = "predicted"


def follow_prediction(events: Generator[Any, None, Result]) -> Result:
    """Run a prediction to its end, show how far it is and say why seams are to be expected.

    Parameters
    ----------
    events
        Generator of `prediction.PredictionEvent`.
    """
    from ..prediction import BackedOff, Started, TileDone

    def show(event: object) -> None:
        match event:
            case Started(plan=plan, planes=planes):
                for reason in plan.reasons:
                    note(f"seams expected: {reason}.")
                bar.reset(planes * len(plan))
            case BackedOff():
                bar.clear()
                note(str(event))
            case TileDone(done=done, total=total):
                bar.total = total
                bar.update(done - bar.n)

    with _bar("tiles") as bar:
        return _run(events, show)


def follow_large(events: Generator[Any, None, Result]) -> Result:
    """Run a large run to its end; show the stage, how far it is and what was done before.

    Parameters
    ----------
    events
        Generator of `large.LargeEvent`.
    """
    from ..large import UnitDone
    from ..prediction import Checked, Started

    def show(event: object) -> None:
        match event:
            case Started(plan=plan):
                for reason in plan.reasons:
                    note(f"seams expected: {reason}.")
            case UnitDone(stage=stage, unit=None, done=done, total=total):
                if stage == PREDICTED and done:
                    bar.clear()
                    note(_what_is_there(done, total))
                bar.set_description_str(f"{stage} ", refresh=False)
                bar.reset(total)
                bar.initial = bar.n = done
                bar.refresh()
            case UnitDone(done=done):
                bar.update(done - bar.n)
            case Checked(done=done, total=total):
                bar.set_description_str("checked ", refresh=False)
                bar.total = total
                bar.update(done - bar.n)

    with _bar("chunks") as bar:
        try:
            return _run(events, show)
        except KeyboardInterrupt:
            bar.clear()
            note("stopped; the same command goes on from there")
            raise


def follow_training(events: Generator[Any, None, Result], steps: int) -> Result:
    """Run a training to its end; show loss, time left and the scores of the validations.

    Parameters
    ----------
    events
        Generator of `training.TrainEvent`.
    steps
        Length of the whole training.
    """
    from ..training import StepDone, Validated

    loss: float | None = None

    def show(event: object) -> None:
        nonlocal loss
        match event:
            case StepDone(step=step, loss=latest):
                if loss is None:
                    _start(bar, steps, step - 1)
                loss = latest if loss is None else SMOOTHING * loss + (1 - SMOOTHING) * latest
                bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
                bar.update(step - bar.n)
            case Validated(step=step, score=score, best=best):
                bar.clear()
                note(f"step {step}: validation AP 0.5 is {score:.3f}{', the best so far' * best}")

    with _bar("steps") as bar, _patience(bar) as stop:
        try:
            return _run(events, show, stop)
        except KeyboardInterrupt:
            _say_stopped(bar)
            raise


def follow_calibration(events: Generator[Any, None, Result]) -> Result:
    """Run a calibration to its end and show how many settings were tried.

    Parameters
    ----------
    events
        Generator of `training.Tried`.
    """

    def show(tried: Any) -> None:
        bar.update()
        bar.set_postfix_str(f"AP 0.5 on validation {tried.score:.3f}", refresh=False)

    with _bar("settings of the clustering tried") as bar:
        return _run(events, show)


def follow_reproduction(events: Generator[Any, None, Result], steps: int) -> Result:
    """Run the trainings of a figure to their end and show the loss.

    Parameters
    ----------
    events
        Generator of `reproduction.Learning`.
    steps
        Of all trainings.
    """

    def show(done: Any) -> None:
        bar.set_postfix_str(f"loss {done.loss:.3f}", refresh=False)
        bar.update(done.step - bar.n)

    with _bar("steps") as bar:
        bar.reset(steps)
        return _run(events, show)


def follow_probe(events: Generator[Any, None, Result]) -> Result:
    """Run the measurement of a network to its end and show what is measured.

    Parameters
    ----------
    events
        Generator of `networks.Probing`.
    """

    def show(next_part: Any) -> None:
        bar.total = next_part.total
        bar.set_postfix_str(next_part.what, refresh=False)
        bar.update(next_part.done - bar.n)

    with _bar("measurements") as bar:
        return _run(events, show)


def follow_sweep(events: Generator[Any, None, Result]) -> Result:
    """Run a sweep to its end and show the latest measurement.

    Parameters
    ----------
    events
        Generator of `sweep.SweepEvent`.
    """
    from ..sweep import Measured

    def show(event: object) -> None:
        match event:
            case Measured(row=row, done=done, total=total):
                bar.total = total
                bar.set_postfix_str(f"window {row.window} px, AP 0.5 {row.ap:.3f}", refresh=False)
                bar.update(done - bar.n)

    with _bar("images stitched") as bar:
        return _run(events, show)


def _run(
    events: Generator[Any, None, Result],
    show: Callable[[Any], None],
    stop: Callable[[], bool] = lambda: False,
) -> Result:
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                found: Result = end.value
                return found
            show(event)
            if stop():
                raise KeyboardInterrupt


@contextmanager
def _patience(bar: tqdm) -> Iterator[Callable[[], bool]]:
    """Hold Ctrl-C back until an event comes, so that no step is lost; a second one is obeyed."""
    asked = False

    def hold(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        bar.clear()
        note("stopping after this step or validation; Ctrl-C again stops at once")

    before = signal(SIGINT, hold)
    try:
        yield lambda: asked
    finally:
        signal(SIGINT, before)


def _what_is_there(done: int, total: int) -> str:
    if done == total:
        return f"nothing is predicted again: the output of all {total} chunks is there"
    return f"going on with the unfinished run: {done} of {total} chunks are there"


def _start(bar: tqdm, steps: int, done: int) -> None:
    if done:
        note(f"going on after step {done}")
    bar.reset(steps)
    bar.initial = bar.n = done


def _say_stopped(bar: tqdm) -> None:
    bar.clear()
    note(f"stopped after step {bar.n}; the same command goes on from there")


def _bar(unit: str) -> tqdm:
    return tqdm(
        total=1, unit=unit, file=sys.stderr, bar_format=LAYOUT, smoothing=0, leave=False, delay=0.3
    )
