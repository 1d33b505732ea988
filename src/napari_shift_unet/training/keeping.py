"""A model of a training that was stopped before its end."""

from collections.abc import Generator, Sequence
from pathlib import Path

from ..networks import ModelConfig, save_model
from ..prediction import find_device
from .calibration import Tried, calibrate
from .dataset import Sample
from .learner import Learner
from .loop import Score
from .state import load_state
from .unfinished import read_unfinished, state_path
from .validation import mean_average_precision


def keep(
    output: Path, validation: Sequence[Sample], *, score: Score = mean_average_precision
) -> Generator[Tried, None, ModelConfig]:
    """Write the last state of a stopped training to `output` if it is the best, and calibrate it.

    The training can still be resumed afterwards.

    Parameters
    ----------
    output
        Model file of the training, which may not be there yet.
    validation
        Samples that decide.
    score
        As for `train`.

    Yields
    ------
    Tried
        See `calibrate`.

    Raises
    ------
    ModelError
        If the state is damaged, or its weights are infinite.
    OutputError
        If the model cannot be written.
    """
    state = state_path(output)
    if state.exists():
        config, _ = read_unfinished(state)
        learner = Learner(config, find_device("cpu"))
        progress = load_state(state, learner)
        last = learner.as_model()
        if not output.exists() or score(last, validation) > progress.best_score:
            save_model(output, last.config, last.network)
    return (yield from calibrate(output, validation))
