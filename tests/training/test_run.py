"""A training that is stopped, interrupted, out of disk or diverged, and what is left of it."""

import errno
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from napari_shift_unet.errors import ModelError, OutputError
from napari_shift_unet.networks import Model, load_file
from napari_shift_unet.training import Sample, StepDone, Validated, learner, train
from napari_shift_unet.training.learner import Learner
from napari_shift_unet.training.unfinished import last_path, read_unfinished, state_path
from tiny_training import disc_sample, tiny_config

CONFIG = tiny_config()


def _score(model: Model, samples: Sequence[Sample]) -> float:
    """Return the number of steps that the network has seen: every validation is the best."""
    return float(model.network.get_buffer("bottom.1.num_batches_tracked"))


def _train(output: Path, config: Any = CONFIG, score: Any = _score) -> list[Any]:
    return list(train([disc_sample()], [], config, output, device="cpu", score=score))


@pytest.fixture(scope="module")
def through(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """Output and events of a training that nothing disturbed."""
    output = tmp_path_factory.mktemp("through") / "discs.safetensors"
    return output, _train(output)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "discs.safetensors"


def _assert_same_models(output: Path, other: Path) -> None:
    assert output.read_bytes() == other.read_bytes()
    assert last_path(output).read_bytes() == last_path(other).read_bytes()


@pytest.mark.parametrize("stops", [[1], [3], [5], [6], [7], [14], [3, 2, 4], [16]], ids=str)
def test_stopped_anywhere_it_ends_with_the_same_weights(
    through: tuple[Path, list[Any]], output: Path, stops: list[int]
) -> None:
    before = set(threading.enumerate())
    losses, validated = {}, []
    for count in stops:
        run = train([disc_sample()], [], CONFIG, output, device="cpu", score=_score)
        for _ in range(count):
            event = next(run)
            if isinstance(event, StepDone):
                losses[event.step] = event.loss
            elif isinstance(event, Validated):
                validated.append(event.step)
        run.close()
        assert set(threading.enumerate()) == before
        assert state_path(output).exists()
    events = _train(output)
    losses |= {event.step: event.loss for event in events if isinstance(event, StepDone)}
    assert losses == {e.step: e.loss for e in through[1] if isinstance(e, StepDone)}
    validated += [event.step for event in events if isinstance(event, Validated)]
    assert validated == [5, 10, 12]
    _assert_same_models(output, through[0])


def test_what_has_come_to_its_end_is_not_trained_again(output: Path) -> None:
    _train(output)
    assert _train(output) == []


def test_the_state_is_saved_every_few_minutes(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 100 * 30, 30))
    monkeypatch.setattr("napari_shift_unet.training.run.monotonic", lambda: next(clock))
    run = train([disc_sample()], [], tiny_config(checkpoint_minutes=1), output, score=_score)
    saved = []
    for event in run:
        if isinstance(event, StepDone) and state_path(output).exists():
            saved.append(read_unfinished(state_path(output))[1].step)
    # The clock goes on by half a minute per step and per saving; after 5 and 10 a validation saves.
    assert saved == [2, 2, 4, 4, 5, 7, 7, 9, 9, 10, 12]


def test_an_update_that_was_interrupted_is_not_saved(
    through: tuple[Path, list[Any]], output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update, calls = Learner.update, iter(range(9))

    def interrupted(self: Learner, *values: Any) -> float:
        if next(calls) == 8:
            self.network.head.weight.data.zero_()
            raise KeyboardInterrupt
        return update(self, *values)

    with monkeypatch.context() as patch:
        patch.setattr(Learner, "update", interrupted)
        with pytest.raises(KeyboardInterrupt):
            _train(output)
    assert read_unfinished(state_path(output))[1].step == 5
    _train(output)
    _assert_same_models(output, through[0])


@pytest.mark.parametrize("write", [0, 1, 2, 4, 8])
def test_a_full_disk_leaves_whole_files(
    through: tuple[Path, list[Any]], output: Path, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    write_bytes, left = Path.write_bytes, iter(range(write, -1, -1))

    def until_full(path: Path, content: bytes) -> int:
        if next(left, 0):
            return write_bytes(path, content)
        write_bytes(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", until_full)
        with pytest.raises(OutputError, match="cannot be written: the disk is full"):
            _train(output)
    whole = ["best", "last", "state"] * 3  # of three validations, each the best
    for path in (output, last_path(output)):
        if path.exists():
            load_file(path)
    assert output.exists() == ("best" in whole[:write])
    if "state" in whole[:write]:
        assert read_unfinished(state_path(output))[1].step == 5 * (write // 3)
    _train(output)
    _assert_same_models(output, through[0])


def test_a_diverged_training_says_so_and_keeps_what_was_good(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learner, "learning_rate", lambda _, step: 1e-3 if step < 7 else 1e30)
    with pytest.raises(ModelError, match=r"diverged after step \d+: .* than 0\.002") as caught:
        _train(output)
    assert "\n" not in str(caught.value)
    load_file(output)
    assert read_unfinished(state_path(output))[1].step == 5
    monkeypatch.undo()
    _train(output)
    assert load_file(last_path(output)).hash


def test_weights_that_are_not_finite_are_not_saved_as_a_model(output: Path) -> None:
    def poison(model: Model, _: Sequence[Sample]) -> float:
        model.network.get_parameter("head.weight").data.fill_(torch.nan)
        return 1.0

    with pytest.raises(ModelError, match=r"'discs' holds NaN or infinite weights .* smaller rate"):
        _train(output, score=poison)
    assert [path.name for path in output.parent.iterdir()] == ["discs.training.safetensors"]


def test_a_learnt_sigma_is_resumed_and_written_into_the_card(output: Path) -> None:
    config = tiny_config(loss={"mask_weight": 1.0})
    whole = output.with_name("whole.safetensors")
    _train(whole, config)
    run = train([disc_sample()], [], config, output, device="cpu", score=_score)
    for _ in range(8):
        next(run)
    run.close()
    _train(output, config)
    _assert_same_models(output, whole)
    sigma = load_file(last_path(output)).config.clustering["sigma"]
    assert sigma != 4.0
    assert sigma == pytest.approx(4.0, rel=0.1)
