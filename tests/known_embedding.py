"""A prediction whose embedding is known, as if a network had made it."""

from collections.abc import Mapping, Sequence
from math import log
from typing import Any

import numpy as np

from napari_shift_unet.embeddings.methods import SIGMA_AT_ZERO_PX
from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.images import Image, Normalisation, select
from napari_shift_unet.networks import Model, ModelConfig, UNet
from napari_shift_unet.prediction import Prediction
from napari_shift_unet.segmentation import EmbeddedImage

BACKGROUND = -50.0
FAR = 10.0


def known_embedding(
    objects: np.ndarray,
    axes: str = "yx",
    *,
    ndim: int = 2,
    alike: Mapping[int, int] | None = None,
    **place,
) -> EmbeddedImage:
    """Give every object an embedding of its own, `FAR` from the next; and the foreground.

    Parameters
    ----------
    objects
        Labels `(*axes)`; axes must not have channels.
    axes
        Letters of t, z, y, x.
    ndim
        Dimensions of the network.
    alike
        Objects that have the embedding of another one.
    **place
        Further fields of the image, such as its scale.
    """
    values = np.arange(objects.max() + 1) * FAR
    values[0] = BACKGROUND
    for label, other in (alike or {}).items():
        values[label] = values[other]
    raw = np.zeros((2, *objects.shape), np.float32)
    raw[0] = values[objects]
    return _embedded(objects, axes, "discriminative", raw, {"bandwidth": 2.0}, ndim, place)


def known_offsets(
    objects: np.ndarray,
    axes: str = "yx",
    *,
    ndim: int = 2,
    method: str = "spatial-embedding",
    offset: Sequence[float] = (),
    sigma: float = 3.0,
    **place,
) -> EmbeddedImage:
    """Let every pixel point equally far to the same side, and be as sure; and the foreground.

    Parameters
    ----------
    objects, axes, ndim, **place
        As in `known_embedding`.
    method
        "spatial-embedding" or "semi-convolutional", which has no sigma.
    offset
        In px per axis of the network; zeros if left out.
    sigma
        In px.
    """
    values = [*(offset or (0,) * ndim)]
    if method == "spatial-embedding":
        values.append(log(sigma / SIGMA_AT_ZERO_PX))
    raw = np.zeros((len(values), *objects.shape), np.float32)
    for channel, value in zip(raw, values, strict=True):
        channel[:] = value
    return _embedded(objects, axes, method, raw, {"method": "mean-shift"}, ndim, place)


def _embedded(
    objects: np.ndarray,
    axes: str,
    method: str,
    raw: np.ndarray,
    clustering: dict[str, Any],
    ndim: int,
    place: dict[str, Any],
) -> EmbeddedImage:
    logit = np.where(objects > 0, 9, -9).astype(np.float32)
    pixels = (objects * 7 % 200 + 20).astype(np.uint8)
    selection = select(Image(pixels, axes, name="cells", **place), ndim)
    spec = UNetSpec(ndim=ndim, width=2, factors=(2,), embedding_dims=len(raw))
    card = ModelConfig(name="known", method=method, spec=spec, clustering=clustering)
    plan = plan_tiles(selection.shape[-ndim:], spec.footprint)
    return EmbeddedImage(
        selection,
        Model(card, UNet(spec), spec.footprint, "0" * 64),
        Prediction(np.concatenate([raw, logit[None]]), plan, "cpu", "float32", 0.5, len(plan)),
        (Normalisation(0.0, 255.0),),
    )
