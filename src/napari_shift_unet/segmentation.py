"""The whole way from an image to labelled objects, as a generator or as one call."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from math import prod
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from .embeddings import ClusterConfig, embed, label_instances, measure_objects
from .errors import InputError
from .geometry import Crop, TilePlan, plan_tiles
from .images import (
    Image,
    Normalisation,
    Selection,
    check_pixels,
    guess_axes,
    measure_channels,
    read_image,
    select,
)
from .networks import DEFAULT_MODEL, Model, load_model
from .prediction import Precision, Prediction, PredictionEvent, drain, predict

Pixels = Image | np.ndarray | str | Path
VERSIONS_OF = ("napari-shift-unet", "torch", "numpy", "scikit-image")


class SegmentConfig(BaseModel):
    """What a user decides before a prediction; clustering follows later and can change live."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    tile: int | tuple[int, ...] | None = None
    """Output window in px, for all axes or each; `None` takes the one of least computing."""
    crop: int | tuple[int, ...] | str = "auto"
    """Kept of each window in px: "auto" is seam-free, "none" keeps all, any number is obeyed."""
    channel: int | tuple[int, ...] | None = None
    """Image channel(s) to read; `None` takes the first ones."""
    device: str = "auto"
    """"auto", "cpu", "cuda" or "mps"."""
    precision: Precision = "float32"
    """Arithmetic of the convolutions."""


@dataclass(frozen=True)
class EmbeddedImage:
    """A predicted image, before and for every clustering."""

    selection: Selection
    model: Model
    prediction: Prediction
    normalisations: tuple[Normalisation, ...]

    @property
    def raw(self) -> np.ndarray:
        """Embedding channels as the network returned them, `(d, *space)`; see `Selection.axes`."""
        return self.prediction.output[: self.model.config.spec.embedding_dims]

    @cached_property
    def foreground(self) -> np.ndarray | None:
        """Probability of the foreground, `(*axes)` float32; `None` without such a channel."""
        if not self.model.config.spec.foreground:
            return None
        logit = self.prediction.output[-1]
        probability: np.ndarray = 1 / (1 + np.exp(-np.clip(logit, -60, 60)))
        return probability

    @property
    def embedding(self) -> np.ndarray:
        """Embedding in whole-image coordinates, `(d, *space)` float32."""
        planes = [self.embedding_of(index) for index in self.plane_indices()]
        stacked: np.ndarray = np.stack(planes, axis=1)
        return stacked.reshape(len(stacked), *self.selection.shape)

    @property
    def default_clustering(self) -> ClusterConfig:
        """The settings that the model was validated with."""
        return ClusterConfig(**self.model.config.clustering)

    def plane_indices(self) -> Sequence[tuple[int, ...]]:
        """Positions along the axes that were gone through plane by plane."""
        count = len(self.selection.loop_axes)
        return list(np.ndindex(*self.selection.shape[:count]))

    def embedding_of(self, index: tuple[int, ...] = ()) -> np.ndarray:
        """Embedding of one plane in whole-image coordinates, `(d, *space)`."""
        plane: np.ndarray = np.moveaxis(self.raw, 0, len(index))[index]
        return embed(plane, self.model.config.method)

    def label(self, clustering: ClusterConfig | None = None) -> np.ndarray:
        """Return int32 labels of all planes; ids are unique over the whole image."""
        return drain(self.label_events(clustering))

    def label_events(
        self, clustering: ClusterConfig | None = None
    ) -> Generator[None, None, np.ndarray]:
        """Label as `label` does, with an event after each plane."""
        config = clustering or self.default_clustering
        labels = np.zeros(self.selection.shape, np.int32)
        highest = 0
        for index in self.plane_indices():
            foreground = None if self.foreground is None else self.foreground[index]
            found = label_instances(self.embedding_of(index), foreground, config)
            labels[index] = np.where(found > 0, found + highest, 0)
            highest = max(highest, int(labels[index].max()))
            yield
        return labels

    def label_region(
        self, index: tuple[int, ...], box: tuple[slice, ...], clustering: ClusterConfig
    ) -> np.ndarray:
        """Return int32 labels of a box of one plane; objects at its edges end there."""
        foreground = None if self.foreground is None else self.foreground[index][box]
        plane = np.moveaxis(self.raw, 0, len(index))[index]
        embedding = embed(
            plane[(slice(None), *box)], self.model.config.method, [part.start for part in box]
        )
        return label_instances(embedding, foreground, clustering)

    def measure(self, labels: np.ndarray) -> pd.DataFrame:
        """Return one row per label of all planes; intensities are those of the first channel."""
        selection, image = self.selection, self.selection.image
        letters, axes = image.axes.replace("c", ""), selection.axes
        intensity = np.asarray(selection.channel(0))
        return measure_objects(
            labels,
            intensity.transpose([letters.index(letter) for letter in axes]),
            scale=image.scale_along(axes),
            units=image.units_along(axes),
            axes=axes,
        )


@dataclass(frozen=True)
class Segmentation:
    """Labels of an image, and all that led to them."""

    labels: np.ndarray
    """int32, 0 is background; axes as `image_axes`."""
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


def plan_image(selection: Selection, model: Model, config: SegmentConfig) -> TilePlan:
    """Return the plan of one plane of an image."""
    shape = tuple(selection.image.size(letter) for letter in selection.space)
    crop: Crop = config.crop  # type: ignore[assignment]
    return plan_tiles(shape, model.footprint, config.tile, crop)


def as_image(pixels: Pixels, ndim: int) -> Image:
    """Return an image of an array, a path, or an image."""
    if isinstance(pixels, Image):
        return pixels
    if isinstance(pixels, str | Path):
        return read_image(Path(pixels))
    array = np.asarray(pixels)
    return Image(array, guess_axes(array.shape, ndim, array.dtype))


def select_for(image: Image, model: Model, channel: int | Sequence[int] | None) -> Selection:
    """Choose the channels that a model reads; the first ones unless said otherwise.

    Raises
    ------
    InputError
        If their number does not fit the model.
    """
    wanted = model.in_channels
    if channel is None and image.n_channels > wanted:
        channel = tuple(range(wanted))
    selection = select(image, model.footprint.ndim, channel)
    if len(selection.channels) != wanted:
        raise InputError(
            f"{len(selection.channels)} channel(s) were chosen; the model "
            f"'{model.config.name}' reads {wanted}. Choose {wanted}."
        )
    return selection


def embed_image(
    image: Image, model: Model, config: SegmentConfig
) -> Generator[PredictionEvent, None, EmbeddedImage]:
    """Check an image, measure its intensities once, predict its plan.

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
    )
    return EmbeddedImage(selection, model, prediction, normalisations)


def finish(embedded: EmbeddedImage, clustering: ClusterConfig | None = None) -> Segmentation:
    """Cluster, measure the objects and gather the facts of a run."""
    clustering = clustering or embedded.default_clustering
    began = perf_counter()
    labels = embedded.label(clustering)
    seconds = perf_counter() - began
    selection, objects = embedded.selection, embedded.measure(labels)
    return Segmentation(
        labels=labels,
        embedding=embedded.embedding,
        foreground=embedded.foreground,
        objects=objects,
        plan=embedded.prediction.plan,
        facts=run_facts(embedded, clustering, len(objects), seconds),
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
    settings = ClusterConfig(**{**loaded.config.clustering, **(clustering or {})})
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


def run_facts(
    embedded: EmbeddedImage, clustering: ClusterConfig, objects: int, cluster_seconds: float
) -> dict[str, Any]:
    """Return what run.json states; every value is plain JSON, sizes are in px per axis."""
    plan, card, image = embedded.prediction.plan, embedded.model.config, embedded.selection.image
    megapixels, seconds = prod(embedded.selection.shape) / 1e6, embedded.prediction.seconds
    return {
        "period": list(plan.period),
        "context": list(plan.context),
        "context_px": list(plan.context),
        "tile": list(plan.output_window),
        "crop": list(plan.crop),
        "legal": plan.legal,
        "reasons": list(plan.reasons),
        "tiles": len(plan) * len(embedded.selection),
        "redundancy": round(plan.redundancy, 3),
        "model": {"name": card.name, "method": card.method},
        "model_hash": embedded.model.hash,
        "clustering": clustering.model_dump(mode="json"),
        "objects": objects,
        "image": {
            "name": image.name,
            "axes": image.axes,
            "shape": list(image.data.shape),
            "scale": list(image.scale),
            "units": list(image.units),
            "channels": list(embedded.selection.channels),
            "intensity_range": [[n.low, n.high] for n in embedded.normalisations],
        },
        "device": embedded.prediction.device,
        "precision": embedded.prediction.precision,
        "seconds": round(seconds + cluster_seconds, 3),
        "seconds_of": {
            "prediction": round(seconds, 3),
            "prediction_per_megapixel": round(seconds / megapixels, 3),
            "clustering": round(cluster_seconds, 3),
        },
        "versions": {name: version(name) for name in VERSIONS_OF},
    }


__all__ = [
    "EmbeddedImage",
    "SegmentConfig",
    "Segmentation",
    "as_image",
    "embed_image",
    "finish",
    "plan_image",
    "run_facts",
    "segment",
    "segment_events",
    "select_for",
]
