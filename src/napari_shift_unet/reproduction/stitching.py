"""A trained network applied to a scene, tile by tile, and its pixels grouped."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..embeddings import PixelEmbedding, embed, label_instances
from ..geometry import TilePlan, plan_tiles
from ..images import Image, Normalisation, select
from ..networks import Model
from ..prediction import drain, predict
from .config import Row
from .scene import draw

SEED = 1
"""Of noise and deformation of the image that is shown, which no training has seen."""


@dataclass(frozen=True)
class Stitched:
    """The view of one row; all arrays begin where a tile begins, which is also on the lattice."""

    image: Float[np.ndarray, "y x"]
    truth: Int[np.ndarray, "y x"]
    embedding: Float[np.ndarray, "d y x"]
    labels: Int[np.ndarray, "y x"]
    """Groups of pixels, 0 is background; parts of a group that do not touch are one label."""
    plan: TilePlan
    """Of the image with its surroundings."""


def stitch(row: Row, model: Model, device: str = "auto") -> Stitched:
    """Predict the view of a row within an image that goes on around it, and group its pixels.

    Raises
    ------
    DeviceError
        If the device is absent or too small.
    """
    footprint = row.lesson.footprint
    around = _surroundings(row)
    size = row.view_px + 2 * around
    generator = np.random.default_rng((row.lesson.recipe.seed, SEED))
    image, truth = draw(row.lesson.scene, (size, size), (-around, -around), generator)
    plan = plan_tiles((size, size), footprint, row.tile_px, row.crop_px)
    view = (slice(around, around + row.view_px),) * 2
    prediction = drain(
        predict(
            select(Image(image, "yx"), 2),
            model,
            plan,
            [Normalisation(0, 1)],
            device=device,
            needed={(): [view]},
        )
    )
    pixels = embed(prediction.output[:, *view], row.lesson.recipe.method, foreground=False)
    if row.known_foreground:
        pixels = PixelEmbedding(pixels.points, (truth[view] > 0).astype(np.float32))
    labels = label_instances(pixels, row.clustering)
    return Stitched(image[view], truth[view], pixels.points, labels, plan)


def _surroundings(row: Row) -> int:
    """Return the px around the view: tiles begin with it, and nothing beyond them is seen."""
    context = max(row.lesson.footprint.context)
    return -(-context // row.crop_px) * row.crop_px
