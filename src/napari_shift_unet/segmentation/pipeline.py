"""From an image to its objects, as a generator of events or as one call."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from ..embeddings import ClusterConfig, clustering_of, describe
from ..geometry import Crop, TilePlan
from ..images import Image, check_pixels, measure_channels
from ..networks import DEFAULT_MODEL, Model, load_model
from ..prediction import Precision, PredictionEvent, drain, predict
from ..prediction.predict import Needed
from .certifying import certify_events
from .embedded import EmbeddedImage
from .facts import gather_facts
from .inputs import Pixels, SegmentConfig, as_image, plan_image, select_for


@dataclass(frozen=True)
class Segmentation:
    """Labels of an image, and all that led to them."""

    labels: np.ndarray
    """int32, 0 is background; axes as `axes`."""
    embedding: np.ndarray
    """`(d, *axes)` float32, in whole-image coordinates."""
    foreground: np.ndarray | None
    """Probability, `(*axes)` float32."""
    objects: pd.DataFrame
    """One row per label, in px and in physical units where the image has them."""
    plan: TilePlan
    facts: dict[str, Any]
    """The content of run.json."""
    image: Image
    axes: str
    """Axes of `labels`."""


def embed_image(
    image: Image, model: Model, config: SegmentConfig, needed: Needed | None = None
) -> Generator[PredictionEvent, None, EmbeddedImage]:
    """Check an image, measure its intensities once, predict its plan, or what is needed of it.

    A whole prediction is checked where its tiles meet, see `certify_events`.

    Raises
    ------
    InputError
        If the pixels, the channel or the tiling cannot be used.
    DeviceError, ModelError
        As in `predict`.
    """
    selection = select_for(image, model, config.channel)
    for position in range(len(selection.channels)):
        check_pixels(selection.channel(position), image.name)
    plan = plan_image(selection, model, config)
    normalisations = measure_channels(selection, *model.config.percentiles)
    prediction = yield from predict(
        selection,
        model,
        plan,
        normalisations,
        device=config.device,
        precision=config.precision,
        needed=needed,
    )
    embedded = EmbeddedImage(selection, model, prediction, normalisations)
    if needed is not None:
        return embedded
    return replace(embedded, certificate=(yield from certify_events(embedded)))


def finish(embedded: EmbeddedImage, clustering: ClusterConfig | None = None) -> Segmentation:
    """Cluster, measure the objects and gather the facts of a run."""
    clustering = clustering or embedded.default_clustering
    began = perf_counter()
    labels = embedded.label(clustering)
    how = {"clustering": describe(clustering, embedded.model.config)}
    return as_segmentation(embedded, labels, how, perf_counter() - began)


def as_segmentation(
    embedded: EmbeddedImage, labels: np.ndarray, how: Mapping[str, Any], seconds: float
) -> Segmentation:
    """Measure the objects of labels and gather the facts; see `gather_facts`."""
    selection, objects = embedded.selection, embedded.measure(labels)
    return Segmentation(
        labels=labels,
        embedding=embedded.embedding,
        foreground=embedded.foreground,
        objects=objects,
        plan=embedded.prediction.plan,
        facts=gather_facts(embedded, how, len(objects), seconds),
        image=selection.image,
        axes=selection.axes,
    )


def segment_events(
    image: Pixels,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    config: SegmentConfig | None = None,
    clustering: dict[str, Any] | None = None,
) -> Generator[PredictionEvent, None, Segmentation]:
    """Segment an image as a generator of events; see `segment`."""
    loaded = load_model(model)
    pixels = as_image(image, loaded.footprint.ndim)
    settings = clustering_of(loaded.config, **(clustering or {}))
    embedded = yield from embed_image(pixels, loaded, config or SegmentConfig())
    return finish(embedded, settings)


def segment(
    image: Pixels,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    tile: int | tuple[int, ...] | None = None,
    crop: Crop = "auto",
    channel: int | tuple[int, ...] | None = None,
    device: str = "auto",
    precision: Precision = "float32",
    **clustering: Any,
) -> Segmentation:
    """Segment an image in one call.

    Parameters
    ----------
    image
        An array with axes ``(t)(c)(z)yx``, an `Image`, or the path of a TIFF or OME-Zarr.
    model
        Name of a bundled model, path of a model file, or a `Model`.
    tile
        Output window in px; `None` takes the one of least computing.
    crop
        Kept of each window in px: `"auto"` is seam-free, `"none"` keeps all, any number is obeyed.
    channel
        Channel(s) to read; `None` takes the first ones that the model needs.
    device, precision
        Where and in which arithmetic to compute.
    **clustering
        Settings of `ClusterConfig` in place of the model's own, such as ``bandwidth=6``.

    Raises
    ------
    ShiftUNetError
        One sentence that says what, got and do.
    """
    config = SegmentConfig(
        tile=tile,
        crop=crop if isinstance(crop, int | str) else tuple(crop),
        channel=channel,
        device=device,
        precision=precision,
    )
    return drain(segment_events(image, model=model, config=config, clustering=clustering))
