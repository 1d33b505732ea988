"""What the benchmarks are run on: a real image of nuclei, continued by reflection to any size."""

import numpy as np

from napari_shift_unet.geometry import TilePlan, plan_tiles
from napari_shift_unet.images import (
    Image,
    Normalisation,
    Selection,
    measure_channels,
    normalise,
    read_padded,
    sample_image,
)
from napari_shift_unet.networks import Model, load_model
from napari_shift_unet.prediction import Precision, Prediction, drain, predict
from napari_shift_unet.segmentation import EmbeddedImage, select_for


class Scene:
    """A square image, a network, and the plan of both, which is automatic without a tile."""

    def __init__(self, side: int, model: str = "nuclei-2d", tile: int | None = None) -> None:
        sample, _ = sample_image("u2os-nuclei")
        pixels = read_padded(sample.data, ((0, side), (0, side)))
        self.model: Model = load_model(model)
        self.selection: Selection = select_for(Image(pixels, "yx"), self.model, None)
        self.normalisations: tuple[Normalisation, ...] = measure_channels(
            self.selection, *self.model.config.percentiles
        )
        self.plan: TilePlan = plan_tiles((side, side), self.model.footprint, tile)

    def predict(self, precision: Precision = "float32") -> Prediction:
        """Predict the plan, without the check that follows a prediction in `embed_image`."""
        arguments = (self.selection, self.model, self.plan, self.normalisations)
        return drain(predict(*arguments, device="cpu", precision=precision))

    def embed(self) -> EmbeddedImage:
        """Predict, and prepare for clustering."""
        return EmbeddedImage(self.selection, self.model, self.predict(), self.normalisations)

    def block(self, context: int, beyond: int = 0) -> np.ndarray:
        """Return the normalised image, continued on all sides and further below and right, in px.

        Parameters
        ----------
        context
            On all sides.
        beyond
            More at the far end of each axis.
        """
        reads = tuple((-context, n + context + beyond) for n in self.plan.shape)
        return normalise(read_padded(self.selection.plane(), reads), self.normalisations)
