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
