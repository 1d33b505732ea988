"""What runs in threads: generators that take values and return what is to be shown."""

from collections.abc import Generator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..images import Image

if TYPE_CHECKING:
    from ..embeddings import ClusterConfig
    from ..prediction import PredictionEvent
    from ..segmentation import EmbeddedImage

REGION_FIRST_PX = 4_000_000
"""Planes larger than this are labelled on the screen first, then everywhere."""

LIKELY = 0.5
"""Probability of the foreground from which pixels decide the colours of the embedding."""

Box = tuple[slice, ...]


@dataclass(frozen=True)
class Predicted:
    """A prediction and its pictures."""

    embedded: "EmbeddedImage"
    colours: np.ndarray
    """Three principal components, `(*axes, 3)` float32 in 0..1."""
    facts: dict[str, Any]
    """The facts of the run before any clustering."""


@dataclass(frozen=True)
class RegionLabelled:
    """Labels of what is on the screen; ids are those of this region alone."""

    index: tuple[int, ...]
    box: Box
    labels: np.ndarray


@dataclass(frozen=True)
class Labelled:
    """Labels of everything, before their objects are measured."""

    labels: np.ndarray
    seconds: float


@dataclass(frozen=True)
class Measured:
    """The objects of labels, and the facts of the run that led to them."""

    objects: pd.DataFrame
    facts: dict[str, Any]


def find_devices() -> Generator[None, None, list[str]]:
    """Return the devices that can compute; the first call takes a while, for it imports torch."""
    from ..prediction import available_devices

    yield
    return available_devices()


def predict_image(
    image: Image, model: str | Path, settings: dict[str, Any]
) -> Generator["PredictionEvent | None", None, Predicted]:
    """Load a model, predict an image with it, and colour the embedding.

    Parameters
    ----------
    image
        The pixels.
    model
        Name or path of the network.
    settings
        Those of `SegmentConfig`, which is built here: what it needs takes a while to import.
    """
    from ..embeddings import Projection
    from ..networks import load_model
    from ..segmentation import SegmentConfig, embed_image, run_facts

    yield None
    embedded = yield from embed_image(image, load_model(model), SegmentConfig(**settings))
    yield None
    # Without coordinates: added, they drown what the network says in a gradient over the image.
    foreground = embedded.foreground
    mask = None if foreground is None else foreground >= LIKELY
    colours = Projection.fit(embedded.raw, mask).apply(embedded.raw)
    facts = run_facts(embedded, embedded.default_clustering, 0, 0.0)
    unknown = ("clustering", "objects")
    return Predicted(embedded, colours, {k: v for k, v in facts.items() if k not in unknown})


def label_image(
    embedded: "EmbeddedImage",
    clustering: "ClusterConfig",
    visible: tuple[tuple[int, ...], Box] | None,
) -> Generator[RegionLabelled | Labelled | None, None, Measured]:
    """Label an image, on the screen first where it is large, then measure the objects.

    Parameters
    ----------
    embedded
        The prediction.
    clustering
        How to group its pixels.
    visible
        Index of the plane on the screen along the axes that were gone through plane by plane, and
        the box on the screen in px; `None` where nothing is to come first.
    """
    from ..embeddings import measure_objects
    from ..segmentation import run_facts

    plane_px = prod(embedded.selection.shape[-len(embedded.selection.space) :])
    if visible is not None and plane_px > REGION_FIRST_PX:
        yield RegionLabelled(*visible, embedded.label_region(*visible, clustering))
    began = perf_counter()
    labels = yield from embedded.label_events(clustering)
    seconds = perf_counter() - began
    yield Labelled(labels, seconds)
    selection = embedded.selection
    objects = measure_objects(
        labels,
        np.asarray(selection.channel(0)),
        scale=selection.image.scale_along(selection.axes),
        units=selection.image.units_along(selection.axes),
        axes=selection.axes,
    )
    return Measured(objects, run_facts(embedded, clustering, len(objects), seconds))
