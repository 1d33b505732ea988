"""What runs in threads: generators that take values and return what is to be shown."""

from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...images import Image
from ..colouring import colour_embedding

if TYPE_CHECKING:
    from pathlib import Path

    from ...embeddings import ClusterConfig
    from ...embeddings.ellipses import Ellipses
    from ...networks import Model
    from ...prediction import PredictionEvent
    from ...segmentation import EmbeddedImage

Box = tuple[slice, ...]


@dataclass(frozen=True)
class Predicted:
    """A prediction and its pictures."""

    embedded: "EmbeddedImage"
    colours: np.ndarray
    """Three principal components, `(*axes, 3)` uint8."""
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
    count: int
    seconds: float


@dataclass(frozen=True)
class Measured:
    """The objects of labels, and the facts of the run that led to them."""

    objects: pd.DataFrame
    facts: dict[str, Any]


def predict_image(
    image: Image, model: "str | Path | Model", settings: dict[str, Any]
) -> Generator["PredictionEvent | None", None, Predicted]:
    """Load a model, predict an image with it, and colour the embedding.

    Parameters
    ----------
    image
        The pixels.
    model
        Name or path of the network, or the network.
    settings
        Those of `SegmentConfig`, which is built here: what it needs takes a while to import.
    """
    from ...networks import load_model
    from ...segmentation import SegmentConfig, embed_image, run_facts

    yield None
    embedded = yield from embed_image(image, load_model(model), SegmentConfig(**settings))
    yield None
    colours = yield from colour_embedding(embedded)
    facts = run_facts(embedded, embedded.default_clustering, 0, 0.0)
    unknown = ("clustering", "objects")
    return Predicted(embedded, colours, {k: v for k, v in facts.items() if k not in unknown})


def label_region(
    embedded: "EmbeddedImage", clustering: "ClusterConfig", index: tuple[int, ...], box: Box
) -> Generator[None, None, RegionLabelled]:
    """Label what is on the screen alone.

    Parameters
    ----------
    embedded
        The prediction.
    clustering
        How to group its pixels.
    index
        The plane, along the axes that were gone through plane by plane.
    box
        Part of the plane in px.
    """
    yield
    return RegionLabelled(index, box, embedded.label_region(index, box, clustering))


def label_image(
    embedded: "EmbeddedImage", clustering: "ClusterConfig"
) -> Generator[Labelled | None, None, Measured]:
    """Label an image, plane by plane, then measure its objects."""
    from ...segmentation import run_facts

    began = perf_counter()
    labels = yield from embedded.label_events(clustering)
    seconds = perf_counter() - began
    yield Labelled(labels, int(labels.max(initial=0)), seconds)
    objects = embedded.measure(labels)
    return Measured(objects, run_facts(embedded, clustering, len(objects), seconds))


def measure_margins(
    embedded: "EmbeddedImage", labels: dict[tuple[int, ...], np.ndarray]
) -> Generator[None, None, "Ellipses"]:
    """Return the sigma ellipses of the objects of some planes, whose labels are given by index."""
    from ...embeddings.ellipses import Ellipses, sigma_ellipses

    found = []
    for index, plane in labels.items():
        yield
        found.append(sigma_ellipses(embedded.pixels_of(index), plane, index))
    return Ellipses.joined(found)
