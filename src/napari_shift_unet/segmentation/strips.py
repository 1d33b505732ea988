"""Only strips along the seams predicted again, and only the objects in them labelled anew."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
from jaxtyping import Bool

from ..errors import InputError
from ..geometry.partial import plan_parts
from ..prediction import Prediction, PredictionEvent
from ..seams import Audit
from .earlier import EarlierRun
from .embedded import EmbeddedImage
from .patch import Patch
from .renewed import Renewed, unchanged

Lines = Sequence[Sequence[int]]
"""Seams per axis of the network; one at x lies between the pixels x - 1 and x."""
NARROWEST_PX = 4
"""A strip reaches one period to each side of its seam, or this far if that is more."""


def predict_strips(
    run: EarlierRun, audited: Audit | None = None
) -> Generator[PredictionEvent, None, Renewed]:
    """Predict strips along the seams again, and label the objects anew that touch them.

    With the strips come the bounding boxes of all objects that touch them, and more where a new
    object would end at the edge of what is known. All windows lie on the network's lattice, so that
    values equal those of one pass over the whole image; they are clustered by themselves. Other
    objects keep their pixels and ids. Without seams the run comes back as it is.

    Parameters
    ----------
    run
        Its prediction is not needed.
    audited
        Of its labels; the report names the pairs that are one object now. If the tiles of the run
        are not known, the seams are those that the audit found.

    Raises
    ------
    InputError
        If the seams are not known, or no tiling of the network is free of them.
    DeviceError, ModelError
        As in `predict`.
    """
    began = perf_counter()
    strips, margin = _strips(run, _lines(run, audited))
    if not strips.any():
        return unchanged(run, "strips", audited)
    whole = run.plan_without_seams()
    patch, tiles, work = Patch(run, strips, margin), 0, 0
    while not patch.done:
        plan = plan_parts(whole.footprint, patch.missing)
        needed = patch.needed(plan)
        prediction = yield from run.predict(plan, needed)
        patch.take(prediction, needed)
        tiles += prediction.tiles
        work += prediction.tiles * plan.footprint.work(prediction.plan.output_window)
        prediction = replace(
            prediction, output=patch.output, tiles=tiles, seconds=perf_counter() - began
        )
        patch.relabel(EmbeddedImage(run.selection, run.model, prediction, run.normalisations))
    labels, where = patch.finish()
    of_whole = len(run.selection) * len(whole) * whole.footprint.work(whole.output_window)
    return Renewed(
        way="strips",
        repair=run.report(labels, audited),
        where=where,
        embedded=_patched(run, prediction, where),
        tiles_predicted=tiles,
        computing=work / of_whole,
        seconds=perf_counter() - began,
    )


def _lines(run: EarlierRun, audited: Audit | None) -> Lines:
    """Return the seams of the plan, or those that an audit found."""
    if run.plan is not None:
        axes = zip(run.plan.seams, run.plan.exact_axes, strict=True)
        return [() if exact else seams for seams, exact in axes]
    if audited is None:
        raise InputError("the tiles of the labels are not known. Audit them, to find the seams.")
    first = run.labels.ndim - run.model.footprint.ndim
    return [
        sorted({seam.position for seam in audited.seams if seam.axis == axis})
        for axis in range(first, run.labels.ndim)
    ]


def _strips(run: EarlierRun, lines: Lines) -> tuple[Bool[np.ndarray, "*space"], int]:
    """Return the strips, the same ones for every plane, and how far they reach from a seam."""
    halves = [max(period, NARROWEST_PX) for period in run.model.footprint.period]
    strips = np.zeros(run.labels.shape[-len(halves) :], bool)
    for axis, (positions, half) in enumerate(zip(lines, halves, strict=True)):
        along = np.moveaxis(strips, axis, 0)
        for position in positions:
            along[max(0, position - half) : position + half] = True
    return strips, max(halves)


def _patched(
    run: EarlierRun, prediction: Prediction, where: Bool[np.ndarray, "*axes"]
) -> EmbeddedImage:
    """Return the earlier prediction with new values in some pixels, or these alone."""
    if run.embedded is None:
        return EmbeddedImage(run.selection, run.model, prediction, run.normalisations)
    earlier = run.embedded.prediction
    output = np.where(where, prediction.output, earlier.output)
    return replace(run.embedded, prediction=replace(earlier, output=output), certificate=None)
