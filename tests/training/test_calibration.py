"""The clustering is chosen by the validation split and by nothing else."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from napari_shift_unet.embeddings import ClusterConfig
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import Method, ModelConfig, UNet, load_file, save_model
from napari_shift_unet.training import Sample, calibrate
from napari_shift_unet.training.validation import Predicted

ANYWHERE = {"foreground_threshold": 0.6, "min_size": 10}


def tiny(path: Path, means: Method, **clustering: Any) -> Path:
    dims = 3 if means == "spatial-embedding" else 2
    spec = UNetSpec(width=2, factors=(2,), convs=1, embedding_dims=dims)
    config = ModelConfig(name="tiny", method=means, spec=spec, clustering=clustering)
    save_model(path, config, UNet(spec))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tiny.safetensors"


@pytest.fixture
def sample(rng: np.random.Generator) -> Sample:
    labels = np.zeros((24, 24), np.int64)
    labels[3:12, 4:13] = 1
    return Sample("one", rng.random((1, 24, 24), dtype=np.float32), labels)


@pytest.mark.parametrize(
    ("method", "start", "best"),
    [
        ("semi-convolutional", {"bandwidth": 2.0}, {"bandwidth": 4.0, "by_part": True, **ANYWHERE}),
        ("spatial-embedding", {}, {"seed_threshold": 0.8, "assign_rest": False, **ANYWHERE}),
        (
            "semi-convolutional",
            {"method": "greedy-seeds", "bandwidth": 3.0},
            {"sigma": 1.41, "seed_threshold": 0.6, "assign_rest": False, **ANYWHERE},
        ),
    ],
)
def test_the_best_setting_is_found_and_written(
    path: Path,
    sample: Sample,
    monkeypatch: pytest.MonkeyPatch,
    method: Method,
    start: dict[str, Any],
    best: dict[str, float],
) -> None:
    def closeness(_: Predicted, clustering: object) -> float:
        return -sum(abs(getattr(clustering, name) - value) for name, value in best.items())

    monkeypatch.setattr(Predicted, "score", closeness)
    before = load_file(tiny(path, method, **start)).network.state_dict()
    running = calibrate(path, [sample], [sample])
    tried = []
    while True:
        try:
            tried.append(next(running).clustering)
        except StopIteration as stop:
            card = stop.value
            break
    varied = {
        name
        for name in ClusterConfig.model_fields
        if len({getattr(clustering, name) for clustering in tried}) > 1
    }
    assert varied == set(best)
    model = load_file(path)
    assert model.config == card
    assert {name: card.clustering[name] for name in best} == best
    assert card.clustering.keys() == {
        *("method", "split_components", *start, *best),  # what had no effect stays as it was
        *(("kernel",) if "bandwidth" in best else ()),
    }
    assert card.scores == {"val_ap50": 0.0, "test_ap50": 0.0}
    assert all(torch.equal(value, before[n]) for n, value in model.network.state_dict().items())


def test_without_validation_the_clustering_stays(path: Path, sample: Sample) -> None:
    with pytest.raises(StopIteration) as stop:
        next(calibrate(tiny(path, "semi-convolutional", bandwidth=2.0), [], [sample]))
    assert stop.value.value.clustering["bandwidth"] == 2.0
    assert set(stop.value.value.scores) == {"test_ap50"}
