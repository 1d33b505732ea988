"""A run predicted again with the nearest crop that leaves no seam, and only as far as needed."""

from collections.abc import Generator
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from jaxtyping import Bool

from ..geometry import TilePlan
from ..prediction import Prediction, PredictionEvent
from ..prediction.predict import Needed
from ..seams import Audit
from .certifying import certify_events
from .earlier import EarlierRun
from .embedded import EmbeddedImage
from .renewed import Renewed, unchanged


def predict_again(
    run: EarlierRun, audited: Audit | None = None
) -> Generator[PredictionEvent, None, Renewed]:
    """Predict a run again without seams, all else as it was, and cluster it as before.

    Tiles whose values the earlier run holds already, because it had a tile there that began on the
    lattice, are not predicted. A run without seams comes back as it is.

    Parameters
    ----------
    run
        Of known tiles or not; without its prediction everything is predicted.
    audited
        Of its labels; the report names the pairs that are one object now.

    Raises
    ------
    InputError
        If no tiling of the network is free of seams.
    DeviceError, ModelError
        As in `predict`.
    """
    began = perf_counter()
    if run.plan is not None and run.plan.legal:
        return unchanged(run, "predict-again", audited)
    plan, held = run.plan_without_seams(), run.held
    prediction = yield from run.predict(plan, _needed(run, plan, held))
    kept = _fill(run, prediction, held)
    embedded = EmbeddedImage(run.selection, run.model, prediction, run.normalisations)
    embedded = replace(embedded, certificate=(yield from certify_events(embedded)))
    labels = embedded.label(run.clustering)
    tiles = len(prediction.plan) * len(run.selection)
    return Renewed(
        way="predict-again",
        repair=run.report(labels, audited),
        where=~kept,
        embedded=embedded,
        tiles_predicted=prediction.tiles,
        computing=prediction.tiles / tiles,
        seconds=perf_counter() - began,
        tiles_kept=tiles - prediction.tiles,
    )


def _needed(run: EarlierRun, plan: TilePlan, held: Bool[np.ndarray, "*space"]) -> Needed | None:
    """Return what `predict` is to predict of every plane."""
    boxes = [tile.target for tile in plan if not held[tile.target].all()]
    return {index: boxes for index, _ in run.selection} if held.any() else None


def _fill(
    run: EarlierRun, prediction: Prediction, held: Bool[np.ndarray, "*space"]
) -> Bool[np.ndarray, "*axes"]:
    """Copy the tiles that were kept of the earlier run into a prediction; return where."""
    kept = np.zeros(run.selection.shape, bool)
    if run.embedded is not None:
        for tile in prediction.plan:
            if held[tile.target].all():
                place: tuple[Any, ...] = (..., *tile.target)
                prediction.output[place] = run.embedded.prediction.output[place]
                kept[place] = True
    return kept
