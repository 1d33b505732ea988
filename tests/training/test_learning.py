"""Each method learns to find cells within seconds, and what it learnt can be used."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from napari_shift_unet.evaluation import average_precision
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.prediction import drain
from napari_shift_unet.segmentation import segment
from napari_shift_unet.training import Augmentation, TrainConfig, Validated, finish, train
from napari_shift_unet.training.learner import Learner
from napari_shift_unet.training.validation import mean_average_precision
from tiny_training import cell_sample

PLAIN = Augmentation(
    scale=(1, 1), rotate=False, elastic_px=0, gamma=(1, 1), gain=(1, 1), offset=(0, 0), noise=0,
    blur_px=0,
)  # fmt: skip
TRAIN, VALIDATION = [cell_sample(seed) for seed in range(3)], [cell_sample(9)]
PUSH = {"method": "discriminative", "loss": {"neighbours_px": 16.0}}
NO_FOREGROUND = {"method": "discriminative", "loss": {"background": True, "neighbours_px": 16.0}}


def _config(dims: int, *, foreground: bool = True, **changes: Any) -> TrainConfig:
    spec = UNetSpec(width=6, factors=(2, 2), convs=1, embedding_dims=dims, foreground=foreground)
    steps, bandwidth = (120, 1.5) if changes["method"] == "discriminative" else (50, 4.0)
    return TrainConfig(
        spec=spec, window=26, steps=steps, validate_every=steps, warmup=10, learning_rate=1e-2,
        precision="float32", augmentation=PLAIN,
        clustering={"bandwidth": bandwidth, "min_size": 10}, **changes,
    )  # fmt: skip


@pytest.mark.parametrize(
    "config",
    [
        _config(2, method="semi-convolutional"),
        _config(2, method="semi-convolutional", loss={"mask_weight": 1.0}),
        _config(3, method="spatial-embedding"),
        _config(8, **PUSH),
    ],
    ids=lambda config: f"{config.method} {config.loss}",
)
def test_the_score_on_validation_images_rises(config: TrainConfig, tmp_path: Path) -> None:
    torch.manual_seed(0)
    untrained = Learner(config, torch.device("cpu")).as_model()
    before = mean_average_precision(untrained, VALIDATION)
    events = train(TRAIN, VALIDATION, config, tmp_path / "m.safetensors", device="cpu")
    (after,) = (event.score for event in events if isinstance(event, Validated))
    assert after > before + 0.3


def test_without_a_foreground_the_background_is_the_largest_cluster(tmp_path: Path) -> None:
    config, output = _config(8, foreground=False, **NO_FOREGROUND), tmp_path / "m.safetensors"
    drain(train(TRAIN, VALIDATION, config, output, device="cpu"))
    card = drain(finish(output, VALIDATION))
    assert card.clustering["largest_is_background"] is True
    assert "foreground_threshold" not in card.clustering
    unseen = cell_sample(20)
    found = segment(unseen.image[0], model=output).labels
    assert average_precision(found, unseen.labels) > 0.3
    background = unseen.labels == 0
    assert (found[background] == 0).mean() > 0.7
    assert (found[~background] == 0).mean() < 0.3
    kept = segment(unseen.image[0], model=output, largest_is_background=False).labels
    assert np.bincount(kept[background]).argmax() != 0
