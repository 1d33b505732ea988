"""The score that decides which state of a training is best, and with which clustering."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ..embeddings import ClusterConfig, PixelEmbedding, clustering_of, embed, label_instances
from ..evaluation import average_precision
from ..geometry import plan_tiles
from ..images import Image, Normalisation, select
from ..networks import Model
from ..prediction import drain, predict
from .dataset import Sample

ALREADY_NORMALISED = Normalisation(0.0, 1.0)


@dataclass(frozen=True)
class Predicted:
    """A sample's embedded pixels, from which any clustering can be scored."""

    pixels: PixelEmbedding
    truth: Int[np.ndarray, "*space"]
    """0 is background, negative is not annotated."""

    def label(self, clustering: ClusterConfig) -> Int[np.ndarray, "*space"]:
        """Return the objects."""
        return label_instances(self.pixels, clustering)

    def score(self, clustering: ClusterConfig) -> float:
        """TP / (TP + FP + FN) at an overlap of one half, of what lies where it is annotated."""
        return average_precision(self.label(clustering), self.truth)


def predict_sample(model: Model, sample: Sample) -> Predicted:
    """Predict a whole sample, tile by tile."""
    spec = model.config.spec
    selection = select(Image(sample.image, "c" + "zyx"[-spec.ndim :]), spec.ndim)
    plan = plan_tiles(sample.labels.shape, model.footprint)
    normalisations = [ALREADY_NORMALISED] * spec.in_channels
    output = drain(predict(selection, model, plan, normalisations)).output
    return Predicted(
        pixels=embed(output, model.config.method, spec.foreground),
        truth=sample.labels,
    )


def mean_average_precision(model: Model, samples: Sequence[Sample]) -> float:
    """Mean of `Predicted.score` over images; 0 without images."""
    clustering = clustering_of(model.config)
    scores = [predict_sample(model, sample).score(clustering) for sample in samples]
    return float(np.mean(scores)) if scores else 0.0
