"""A training so small that it takes a moment, which still learns to find discs."""

from typing import Any

import numpy as np

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.images import discs
from napari_shift_unet.training import Augmentation, Sample, TrainConfig

GENTLE = Augmentation(scale=(1, 1), elastic_px=0, noise=0, blur_px=0)


def tiny_config(**changes: Any) -> TrainConfig:
    """Return a recipe of a dozen steps for a network of two feature maps and period 4 px."""
    settings: dict[str, Any] = {
        "name": "discs",
        "spec": UNetSpec(width=2, factors=(2, 2)),
        "window": 12,
        "batch": 2,
        "steps": 12,
        "validate_every": 5,
        "warmup": 3,
        "precision": "float32",
        "augmentation": GENTLE,
        **changes,
    }
    return TrainConfig(**settings)


def disc_sample(shape: tuple[int, ...] = (60, 60)) -> Sample:
    """Return bright discs of radius 5 px, 16 px apart."""
    image, labels = discs(shape=shape, radius=5, spacing=16)
    pixels = np.asarray(image.data, np.float32)[None] / 255
    return Sample("discs", pixels, labels.astype(np.int64))


def cell_sample(seed: int, side: int = 64) -> Sample:
    """Return noisy bumps of radius 4.6 to 5.6 px, about 11 px apart, of which some touch."""
    rng = np.random.default_rng(seed)
    places = np.stack(np.indices((side, side)))
    depth, labels = np.ones((side, side)), np.zeros((side, side), np.int32)
    corners = np.stack(np.meshgrid(*[np.arange(6, side - 4, 11)] * 2), -1).reshape(-1, 2)
    for number, corner in enumerate(corners, start=1):
        centre, radius = corner + rng.uniform(-1, 1, 2), rng.uniform(4.6, 5.6)
        share = np.linalg.norm(places - centre[:, None, None], axis=0) / radius
        labels[share < depth] = number
        depth = np.minimum(depth, share)
    pixels = np.where(labels > 0, 1 - 0.6 * depth**2, 0) + rng.normal(0, 0.03, labels.shape)
    return Sample(f"cells {seed}", pixels.astype(np.float32)[None], labels)
