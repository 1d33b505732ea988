from itertools import pairwise

import numpy as np
import pytest

from napari_shift_unet.prediction import drain
from napari_shift_unet.training import (
    Preview,
    Sample,
    StepDone,
    Validated,
    choose_patch,
    train,
    with_previews,
)
from napari_shift_unet.training.preview import PATCH_PX
from tiny_training import disc_sample, tiny_config


def _events(tmp_path, every_s, name="discs"):
    sample = disc_sample()
    events = train([sample], [sample], tiny_config(), tmp_path / f"{name}.safetensors")
    return with_previews(events, choose_patch([sample]), every_s)


def test_a_preview_comes_after_the_first_step_and_then_when_it_is_due(tmp_path, monkeypatch):
    clock = iter(np.arange(0, 1000, 0.25))
    monkeypatch.setattr("napari_shift_unet.training.preview.perf_counter", lambda: next(clock))
    events = list(_events(tmp_path, every_s=2.6))
    steps = [event.step for event in events if isinstance(event, Preview)]
    assert steps[0] == 1
    assert 1 < len(steps) < 12
    for before, event in pairwise(events):
        if isinstance(event, Preview):
            assert isinstance(before, StepDone)
            assert before.step == event.step
            assert event.image.shape == event.truth.shape == event.found.shape == (60, 60)
            assert 0 <= event.score <= 1


def test_previews_change_nothing(tmp_path):
    with_them = [e for e in _events(tmp_path, 0, "a") if not isinstance(e, Preview)]
    without = [e for e in _events(tmp_path, 1e9, "b") if not isinstance(e, Preview)]
    kept = (StepDone, Validated)
    assert [e for e in with_them if isinstance(e, kept)] == [
        e for e in without if isinstance(e, kept)
    ]
    one, other = (tmp_path / f"{name}.safetensors" for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_the_result_of_the_training_comes_through(tmp_path):
    assert drain(_events(tmp_path, 1e9)).step == 12


def test_closing_it_closes_the_training(tmp_path):
    events = _events(tmp_path, 1e9)
    next(events)
    events.close()
    assert (tmp_path / "discs.training.safetensors").exists()


@pytest.mark.parametrize("shape", [(60, 500), (40, 90, 90)])
def test_the_patch_lies_on_objects_and_is_small(shape):
    labels = np.zeros(shape, np.int64)
    labels[(slice(0, 3),) * len(shape)] = 1
    empty = Sample("empty", np.zeros((1, *shape), np.float32), np.zeros(shape, np.int64))
    patch = choose_patch([empty, Sample("one", np.zeros((1, *shape), np.float32), labels)])
    assert patch.labels.max() == 1
    assert patch.image.shape[1:] == patch.labels.shape
    assert max(patch.labels.shape) <= PATCH_PX[len(shape)]
