"""The score that decides which state of a training is best, and with which clustering."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import expit

from ..embeddings import ClusterConfig, embed, label_instances
from ..evaluation import average_precision
from ..geometry import plan_tiles
from ..images import Image, Normalisation, select
from ..networks import Model
from ..prediction import drain, predict
from .dataset import Sample

ALREADY_NORMALISED = Normalisation(0.0, 1.0)


@dataclass(frozen=True)
class Predicted:
    """A sample's embedding and foreground, from which any clustering can be scored."""

    embedding: Float[np.ndarray, "d *space"]
    foreground: Float[np.ndarray, "*space"] | None
    truth: Int[np.ndarray, "*space"]

    def score(self, clustering: ClusterConfig) -> float:
        """TP / (TP + FP + FN) at an overlap of one half."""
        return average_precision(
            label_instances(self.embedding, self.foreground, clustering), self.truth
        )


def predict_sample(model: Model, sample: Sample) -> Predicted:
    """Predict a whole sample, tile by tile."""
    spec = model.config.spec
    selection = select(Image(sample.image, "c" + "zyx"[-spec.ndim :]), spec.ndim)
    plan = plan_tiles(sample.labels.shape, model.footprint)
    normalisations = [ALREADY_NORMALISED] * spec.in_channels
    output = drain(predict(selection, model, plan, normalisations)).output
    return Predicted(
        embedding=embed(output[: spec.embedding_dims], model.config.method),
        foreground=expit(output[-1]) if spec.foreground else None,
        truth=np.maximum(sample.labels, 0),
    )


def mean_average_precision(model: Model, samples: Sequence[Sample]) -> float:
    """Mean of `Predicted.score` over images; 0 without images."""
    clustering = ClusterConfig(**model.config.clustering)
    scores = [predict_sample(model, sample).score(clustering) for sample in samples]
    return float(np.mean(scores)) if scores else 0.0
