"""The score that decides which state of a training is best."""

from collections.abc import Sequence

import numpy as np

from ..embeddings import ClusterConfig, embed, label_instances
from ..evaluation import average_precision
from ..geometry import plan_tiles
from ..images import Image, Normalisation, select
from ..networks import Model
from ..prediction import drain, predict
from .dataset import Sample

ALREADY_NORMALISED = Normalisation(0.0, 1.0)


def mean_average_precision(model: Model, samples: Sequence[Sample]) -> float:
    """Mean over images of TP / (TP + FP + FN) at an overlap of one half; 0 without images."""
    scores = [_score(model, sample) for sample in samples]
    return float(np.mean(scores)) if scores else 0.0


def _score(model: Model, sample: Sample) -> float:
    spec = model.config.spec
    selection = select(Image(sample.image, "c" + "zyx"[-spec.ndim :]), spec.ndim)
    plan = plan_tiles(sample.labels.shape, model.footprint)
    normalisations = [ALREADY_NORMALISED] * spec.in_channels
    output = drain(predict(selection, model, plan, normalisations)).output
    embedding = embed(output[: spec.embedding_dims], model.config.method)
    foreground = 1 / (1 + np.exp(-output[-1])) if spec.foreground else None
    labels = label_instances(embedding, foreground, ClusterConfig(**model.config.clustering))
    return average_precision(labels, np.maximum(sample.labels, 0))
