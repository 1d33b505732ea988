from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from napari_shift_unet.networks import Model, load_file
from napari_shift_unet.training import Sample, StepDone, keep, read_unfinished, state_path, train
from tiny_training import disc_sample, tiny_config


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "discs.safetensors"


def _stop_after(output: Path, steps: int, score: float) -> torch.Tensor:
    """Train so many steps; return the head then."""
    samples = [disc_sample()]
    events = train(samples, samples, tiny_config(), output, device="cpu", score=lambda *_: score)
    for event in events:
        if isinstance(event, StepDone) and event.step == steps:
            head = event.model().network.get_parameter("head.weight").detach()
            events.close()
            return head
    raise AssertionError


def _keep(output: Path, score: float) -> torch.Tensor:
    def known(model: Model, samples: Sequence[Sample]) -> float:
        return score

    list(keep(output, [disc_sample()], score=known))
    return load_file(output).network.get_parameter("head.weight").detach()


def test_before_the_first_validation_the_last_state_is_kept(output: Path) -> None:
    last = _stop_after(output, 3, score=0.5)
    assert not output.exists()
    torch.testing.assert_close(_keep(output, 0.0), last, rtol=1e-3, atol=1e-4)
    assert "val_ap50" in load_file(output).config.scores
    assert "bandwidth" in load_file(output).config.clustering


@pytest.mark.parametrize(("score", "kept"), [(0.6, "last"), (0.4, "best")])
def test_the_better_of_best_and_last_is_kept(output: Path, score: float, kept: str) -> None:
    last = _stop_after(output, 8, score=0.5)
    best = load_file(output).network.get_parameter("head.weight").detach()
    found = _keep(output, score)
    torch.testing.assert_close(found, {"last": last, "best": best}[kept], rtol=1e-3, atol=1e-4)
    assert not torch.allclose(last, best, rtol=1e-3, atol=1e-4)


def test_it_can_be_resumed_afterwards(output: Path) -> None:
    _stop_after(output, 8, score=0.5)
    _keep(output, 0.6)
    config, progress = read_unfinished(state_path(output))
    assert (config, progress.step) == (tiny_config(), 8)
    samples = [disc_sample()]
    events = list(train(samples, samples, config, output, device="cpu"))
    assert events[-1].step == 12
