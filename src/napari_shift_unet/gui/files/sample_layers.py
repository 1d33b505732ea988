"""The sample images as napari layers, for File > Open Sample."""

import numpy as np

from ...images import Image, discs, sample_image
from .reading import LayerTuple, image_layer, labels_layer

PERCENTILES = (0.1, 99.8)
"""Intensities that are shown as black and white; most nuclei are dark in their 8 bits."""
CUT = "cut-nuclei"
"""Name of the sample's labels that are cut."""
CUT_TILE_PX = 148


def open_u2os() -> list[LayerTuple]:
    """Open a field of U2OS nuclei, with their true instances in a hidden layer."""
    return _layers(*sample_image("u2os-nuclei"))


def open_cut() -> list[LayerTuple]:
    """Open the U2OS nuclei with their true instances cut as tiles of 148 px would cut them."""
    from ...seams import AxisTiling, cut_labels  # slow to import

    image, truth = sample_image("u2os-nuclei")
    tiling = AxisTiling(CUT_TILE_PX)
    cut = None if truth is None else cut_labels(truth, (tiling, tiling))
    pixels, *labels = _layers(image, cut)
    return [
        pixels,
        *((data, meta | {"name": CUT, "visible": True}, kind) for data, meta, kind in labels),
    ]


def open_small() -> list[LayerTuple]:
    """Open a small field of nuclei, with their true instances in a hidden layer."""
    return _layers(*sample_image("nuclei-small"))


def open_discs() -> list[LayerTuple]:
    """Draw equal discs 16 px apart, the period of most U-Nets, to which all of them look alike."""
    return _layers(*discs(shape=(284, 284), radius=5, spacing=16))


def _layers(image: Image, truth: np.ndarray | None) -> list[LayerTuple]:
    pixels, placed, kind = image_layer(image)
    low, high = np.percentile(pixels, PERCENTILES)
    layers = [(pixels, placed | {"contrast_limits": (low, high)}, kind)]
    if truth is not None:
        data, meta, kind = labels_layer(
            Image(truth, image.spatial_axes, name=f"{image.name}: truth")
        )
        layers.append((data, meta | {"visible": False}, kind))
    return layers
