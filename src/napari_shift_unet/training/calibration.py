"""After a training: clustering is chosen on the validation split, the test split is only scored."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from ..embeddings import ClusterConfig, clustering_of, describe, settings_of
from ..networks import ModelConfig, load_file, read_config, save_model
from .dataset import Sample
from .unfinished import state_path
from .validation import Predicted, predict_sample

LENGTH_FACTORS = tuple(2 ** (k / 4) for k in range(-6, 7))
SEED_THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
SIZES = (0, 10, 20, 30, 50, 100, 200)
VAL, TEST = "val_ap50", "test_ap50"


@dataclass(frozen=True)
class Tried:
    """One setting of the clustering and its mean score on the validation split."""

    clustering: ClusterConfig
    score: float


def calibrate(
    path: Path, validation: Sequence[Sample], test: Sequence[Sample] = ()
) -> Generator[Tried, None, ModelConfig]:
    """Choose the clustering of a trained model and write it, with the scores, into its file.

    The settings that count for the model's way of clustering are varied in turn, each with the best
    of those before. The test split decides nothing.

    Parameters
    ----------
    path
        Model file; its header is rewritten.
    validation
        Samples that decide; without any, the clustering stays.
    test
        Samples that are scored once, at the end.

    Yields
    ------
    Tried
        Every setting that was tried.
    """
    model = load_file(path)
    predicted = [predict_sample(model, sample) for sample in validation]
    best = Tried(clustering_of(model.config), -inf)
    if predicted:
        for name, values in _candidates(best.clustering, model.config):
            for value in values:
                clustering = best.clustering.model_copy(update={name: value})
                found = Tried(clustering, _mean_score(predicted, clustering))
                yield found
                best = max(best, found, key=lambda tried: tried.score)
    scores = dict(model.config.scores)
    if predicted:
        scores[VAL] = round(best.score, 4)
    if test:
        unseen = [predict_sample(model, sample) for sample in test]
        scores[TEST] = round(_mean_score(unseen, best.clustering), 4)
    chosen = {**model.config.clustering, **describe(best.clustering, model.config)}
    card = model.config.model_copy(update={"clustering": chosen, "scores": scores})
    save_model(path, card, model.network)
    return card


def finish(
    output: Path, validation: Sequence[Sample], test: Sequence[Sample] = ()
) -> Generator[Tried, None, ModelConfig]:
    """Calibrate the best model of a training that came to its end, and delete its state.

    After a kill in between, the training comes to its end at once, and this does what is missing.

    Parameters
    ----------
    output
        Model file of the training.
    validation, test
        As for `calibrate`.

    Yields
    ------
    Tried
        See `calibrate`.
    """
    card = read_config(output)
    wanted = {name for name, samples in [(VAL, validation), (TEST, test)] if samples}
    if not wanted <= card.scores.keys():
        card = yield from calibrate(output, validation, test)
    state_path(output).unlink(missing_ok=True)
    return card


def _candidates(start: ClusterConfig, card: ModelConfig) -> list[tuple[str, Sequence[Any]]]:
    """Return the values of each setting that counts, the most important one first."""
    values: dict[str, Sequence[Any]] = {
        "by_part": (False, True),
        "bandwidth": [round(start.bandwidth * factor, 2) for factor in LENGTH_FACTORS],
        "sigma": [round(start.sigma * factor, 2) for factor in LENGTH_FACTORS],
        "seed_threshold": SEED_THRESHOLDS,
        "assign_rest": (True, False),
        "foreground_threshold": THRESHOLDS,
        "min_size": SIZES,
    }
    counting = settings_of(start.method, card)
    return [(name, tried) for name, tried in values.items() if name in counting]


def _mean_score(predicted: Sequence[Predicted], clustering: ClusterConfig) -> float:
    return float(np.mean([sample.score(clustering) for sample in predicted]))
