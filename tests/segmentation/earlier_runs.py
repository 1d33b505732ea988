"""Runs to be repaired, on a random network and something to see."""

import numpy as np

from blobs import blobs
from napari_shift_unet.embeddings import ClusterConfig
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.images import Image
from napari_shift_unet.networks import Model
from napari_shift_unet.prediction import drain
from napari_shift_unet.segmentation import EarlierRun, SegmentConfig, embed_image, run_at_hand
from random_networks import random_model

MODEL = random_model(UNetSpec(width=2, factors=(2, 2), convs=1, embedding_dims=2), seed=2)
LOCAL = {"bandwidth": 1e4, "min_size": 3}
"""Objects are the connected parts of the foreground, whatever else is clustered with them."""


def cells(shape: tuple[int, ...], seed: int = 0, radius: float = 5.0) -> np.ndarray:
    """Return bright cells on noise, uint8."""
    noise = np.random.default_rng(seed).integers(0, 60, shape)
    return (noise + 150 * (blobs(shape, seed, radius, 0.2) > 0)).astype(np.uint8)


def run_of(
    pixels: np.ndarray | Image,
    tile: int | tuple[int, ...],
    crop: int | tuple[int, ...],
    model: Model = MODEL,
    clustering: ClusterConfig | None = None,
) -> EarlierRun:
    """Segment an image with a tiling of any kind; by default a fifth of it is foreground."""
    image = pixels if isinstance(pixels, Image) else Image(pixels, "zyx"[-pixels.ndim :])
    config = SegmentConfig(tile=tile, crop=crop, device="cpu")
    embedded = drain(embed_image(image, model, config))
    clustering = clustering or CLUSTERING
    return run_at_hand(embedded, embedded.label(clustering), clustering)


def _fifth(model: Model) -> ClusterConfig:
    """Return a clustering with the threshold above which a fifth of an image of cells lies."""
    embedded = drain(embed_image(Image(cells((70, 90)), "yx"), model, SegmentConfig(device="cpu")))
    assert embedded.foreground is not None
    return ClusterConfig(**LOCAL, foreground_threshold=np.quantile(embedded.foreground, 0.8))


CLUSTERING = _fifth(MODEL)
