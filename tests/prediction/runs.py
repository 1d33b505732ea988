"""Predictions in one line, and the whole image in one pass to compare them with."""

import numpy as np
import torch

from napari_shift_unet.geometry import TilePlan
from napari_shift_unet.images import Image, Normalisation, PixelArray, Selection, select
from napari_shift_unet.networks import Model
from napari_shift_unet.prediction import Precision, drain, predict


def selected(pixels: PixelArray) -> Selection:
    """Choose all channels of an image `(c, *space)`."""
    return select(Image(pixels, "c" + "zyx"[1 - pixels.ndim :]), pixels.ndim - 1)


def unchanged(count: int) -> list[Normalisation]:
    """Leave intensities as they are."""
    return [Normalisation(0, 1)] * count


def stitched(
    model: Model, pixels: np.ndarray, plan: TilePlan, precision: Precision = "float32"
) -> np.ndarray:
    """Run a plan on an image `(c, *space)`."""
    run = predict(
        selected(pixels), model, plan, unchanged(len(pixels)), device="cpu", precision=precision
    )
    return drain(run).output


def in_one_pass(model: Model, pixels: np.ndarray) -> np.ndarray:
    """Run the network on the whole image at once, padded by numpy, without any tiling."""
    footprint, space = model.footprint, pixels.shape[1:]
    window = footprint.window_at_least(space)
    axes = zip(space, window, footprint.context, strict=True)
    pads = [(0, 0), *((context, w - n + context) for n, w, context in axes)]
    padded = torch.from_numpy(np.pad(pixels, pads, mode="reflect"))[None]
    with torch.no_grad():
        output = model.network(padded)[0].numpy()
    margin = [0] * len(space)
    if model.config.spec.padding == "same":
        margin = list(footprint.context)
    whole: np.ndarray = output[:, *(slice(m, m + n) for m, n in zip(margin, space, strict=True))]
    return whole


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference, relative to the range of the second from zero on.

    Single precision cannot resolve the range of the few pixels of a tiny image without that.
    """
    spread = float(max(other.max(), 0) - min(other.min(), 0))
    return float(np.abs(one - other).max()) / (spread if spread > 0 else 1)
