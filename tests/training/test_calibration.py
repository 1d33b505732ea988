"""The clustering is chosen by the validation split and by nothing else."""

from pathlib import Path

import numpy as np
import pytest
import torch

from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import ModelConfig, UNet, load_file, save_model
from napari_shift_unet.training import Sample, calibrate, calibration
from napari_shift_unet.training.validation import Predicted

BEST = {"bandwidth": 4.0, "foreground_threshold": 0.6, "min_size": 10}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    spec = UNetSpec(width=2, factors=(2,), convs=1)
    config = ModelConfig(
        name="tiny", method="semi-convolutional", spec=spec, clustering={"bandwidth": 2.0}
    )
    path = tmp_path / "tiny.safetensors"
    save_model(path, config, UNet(spec))
    return path


@pytest.fixture
def sample(rng: np.random.Generator) -> Sample:
    labels = np.zeros((24, 24), np.int64)
    labels[3:12, 4:13] = 1
    return Sample("one", rng.random((1, 24, 24), dtype=np.float32), labels)


def test_the_best_setting_is_found_and_written(
    path: Path, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closeness(_: Predicted, clustering: object) -> float:
        return -sum(abs(getattr(clustering, name) - value) for name, value in BEST.items())

    monkeypatch.setattr(Predicted, "score", closeness)
    before = load_file(path).network.state_dict()
    running = calibrate(path, [sample], [sample])
    tried = []
    while True:
        try:
            tried.append(next(running))
        except StopIteration as stop:
            card = stop.value
            break
    count = [len(v) for v in (calibration.BANDWIDTH_FACTORS, calibration.THRESHOLDS)]
    assert len(tried) == sum(count) + len(calibration.SIZES)
    model = load_file(path)
    assert model.config == card
    assert {name: card.clustering[name] for name in BEST} == BEST
    assert card.scores == {"val_ap50": 0.0, "test_ap50": 0.0}
    assert all(torch.equal(value, before[n]) for n, value in model.network.state_dict().items())


def test_without_validation_the_clustering_stays(path: Path, sample: Sample) -> None:
    with pytest.raises(StopIteration) as stop:
        next(calibrate(path, [], [sample]))
    assert stop.value.value.clustering["bandwidth"] == 2.0
    assert set(stop.value.value.scores) == {"test_ap50"}
