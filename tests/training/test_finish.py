"""What comes after the last step: the clustering is chosen once, then the state goes."""

from pathlib import Path

import pytest

from napari_shift_unet.networks import read_config
from napari_shift_unet.prediction import drain
from napari_shift_unet.training import Sample, calibration, finish, state_path, train
from tiny_training import disc_sample, tiny_config


@pytest.fixture
def samples() -> list[Sample]:
    return [disc_sample((40, 40))]


@pytest.fixture
def output(tmp_path: Path, samples: list[Sample]) -> Path:
    """Model file of a training that came to its end."""
    path = tmp_path / "discs.safetensors"
    drain(train(samples, samples, tiny_config(), path, device="cpu", score=lambda *_: 0.5))
    return path


def test_the_model_is_calibrated_and_the_state_deleted(output: Path, samples: list[Sample]) -> None:
    assert read_config(output).scores == {}
    assert state_path(output).exists()
    card = drain(finish(output, samples, samples))
    assert card == read_config(output)
    assert card.scores.keys() == {"val_ap50", "test_ap50"}
    assert not state_path(output).exists()


def test_after_a_kill_in_between_what_is_missing_is_done(
    output: Path, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    uncalibrated = output.read_bytes()
    drain(finish(output, samples))
    wanted = output.read_bytes()
    for found in (uncalibrated, wanted):
        output.write_bytes(found)
        state_path(output).touch()
        card = drain(finish(output, samples))
        assert output.read_bytes() == wanted
        assert card == read_config(output)
        assert not state_path(output).exists()
        monkeypatch.setattr(calibration, "_mean_score", None)  # the second time nothing is tried


def test_without_validation_nothing_is_chosen(output: Path) -> None:
    assert drain(finish(output, [])).scores == {}
    assert not state_path(output).exists()
