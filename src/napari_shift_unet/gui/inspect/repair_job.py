"""A repair with the network, in a thread: values in, values out."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError
from ..colouring import colour_embedding
from ..layers import EMBEDDING, FOREGROUND, SEED_MAP
from .audit_job import Audited

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ...images import Image
    from ...networks import Model
    from ...prediction import PredictionEvent
    from ...segmentation import EarlierRun, EmbeddedImage, Renewed
    from ...segmentation.renewed import Way

AGAIN: "Way" = "predict-again"
STRIPS: "Way" = "strips"


@dataclass(frozen=True)
class RepairOrder:
    """What is to be repaired, and with what."""

    way: "Way"
    labels: np.ndarray
    """A copy."""
    axes: str
    audited: Audited
    """Of these labels."""
    facts: Mapping[str, Any]
    """What the labels say of their run; empty if nothing."""
    embedded: "EmbeddedImage | None" = None
    """The run, if it is in memory; else it is known by its facts, an image and a model."""
    image: "Image | None" = None
    model: "str | Path | Model | None" = None
    device: str = "auto"


@dataclass(frozen=True)
class Repaired:
    """Labels after a repair, and what is said of them."""

    renewed: "Renewed"
    split: tuple[int, int]
    """Pairs that look split, before and after."""
    audited: Audited
    """Of the new labels, at the same seams as before."""
    facts: dict[str, Any]
    objects: "pd.DataFrame | None"
    pictures: dict[str, np.ndarray]
    """Result layers of the run as they are now, by their kind."""
    whole: "EmbeddedImage | None"
    """The prediction after the repair; `None` where only parts of it are known."""


def run_repair(order: RepairOrder) -> "Generator[PredictionEvent | None, None, Repaired]":
    """Predict again what is needed, and audit what came out at the same seams.

    Raises
    ------
    ShiftUNetError
        If image or model are missing or are not those of the labels, or cannot be run.
    """
    from ...seams.auditing import audit_events
    from ...seams.reviewing import find_witnesses, look_split
    from ...segmentation import predict_again, predict_strips

    yield None
    run = earlier_run(order)
    yield None
    audit = order.audited.audit
    renewed = yield from (predict_again if order.way == AGAIN else predict_strips)(run, audit)
    labels, whole = renewed.repair.labels, _whole(order, renewed)
    embedding = None if whole is None else whole.embedding
    tiles, offsets = _tiling(order)
    after = yield from audit_events(
        labels, axes=order.axes, tile=tiles, offset=offsets, embedding=embedding
    )
    pictures = {} if whole is None else (yield from _pictures(whole))
    return Repaired(
        renewed=renewed,
        split=(int(look_split(audit).sum()), int(look_split(after).sum())),
        audited=Audited(after, find_witnesses(after), embedding, order.audited.intensity),
        facts=_facts(order, run, renewed),
        objects=renewed.embedded.measure(labels) if renewed.embedded else None,
        pictures=pictures,
        whole=whole,
    )


def earlier_run(order: RepairOrder) -> "EarlierRun":
    """Return the run that is repaired."""
    from ...embeddings import clustering_of
    from ...networks import load_model
    from ...segmentation import run_at_hand, run_of_files

    if order.embedded is not None:
        card, how = order.embedded.model.config, order.facts.get("clustering", {})
        return run_at_hand(order.embedded, order.labels, clustering_of(card, **how))
    if order.image is None or order.model is None:
        raise InputError("the image and the model are needed. Choose both.")
    model = load_model(order.model)
    run = run_of_files(order.image, model, order.labels, order.facts, order.device)
    if run.selection.axes != order.axes:
        raise InputError(
            f"the labels have the axes {order.axes} and the image would give them "
            f"{run.selection.axes}. Choose the image that was segmented."
        )
    return run


def _whole(order: RepairOrder, renewed: "Renewed") -> "EmbeddedImage | None":
    """Return the prediction, if all pixels of it are known."""
    return renewed.embedded if order.way == AGAIN or order.embedded is not None else None


def _tiling(order: RepairOrder) -> tuple[list[int], list[int]]:
    """Return tile and offset per spatial axis, to look at the same seams again."""
    audit = order.audited.audit
    tiles, offsets = [], []
    for axis in audit.stack.space:
        tiling = audit.tilings[axis]
        tiles.append(tiling.tile if tiling else audit.stack.shape[axis])
        offsets.append(tiling.offset if tiling else 0)
    return tiles, offsets


def _pictures(embedded: "EmbeddedImage") -> Generator[None, None, dict[str, np.ndarray]]:
    pictures = {EMBEDDING: (yield from colour_embedding(embedded))}
    if embedded.foreground is not None:
        seeds = embedded.model.config.method == "spatial-embedding"
        pictures[SEED_MAP if seeds else FOREGROUND] = embedded.foreground
    return pictures


def _facts(order: RepairOrder, run: "EarlierRun", renewed: "Renewed") -> dict[str, Any]:
    """Return what the labels say of their run from now on; nothing if they said nothing before."""
    from ...segmentation import run_facts
    from ...segmentation.certificate import certificate_facts

    embedded, objects = renewed.embedded, renewed.repair.after.objects
    told = {"repair": {key: v for key, v in renewed.facts.items() if key != "merged"}}
    if order.way == AGAIN and embedded is not None:
        clustered = max(0.0, renewed.seconds - embedded.prediction.seconds)
        return run_facts(embedded, run.clustering, objects, clustered) | told
    if not order.facts:
        return {}
    return {**order.facts, "objects": objects, **certificate_facts(None)} | told
