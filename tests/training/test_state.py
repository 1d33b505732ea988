import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from napari_shift_unet.errors import InputError, ModelError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.training import TrainConfig
from napari_shift_unet.training.learner import Learner
from napari_shift_unet.training.state import Progress, load_state, save_state, state_path

CONFIG = TrainConfig(spec=UNetSpec(width=2, factors=(2,)), window=12, steps=3)
PROGRESS = Progress(step=2, best_score=0.5, best_step=1, validated_step=1)


def _started(seed: int, config: TrainConfig = CONFIG) -> Learner:
    torch.manual_seed(seed)
    learner = Learner(config, torch.device("cpu"))
    learner.update((torch.rand(1, 1, 28, 28), torch.randint(0, 3, (1, 12, 12))), 0)
    return learner


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good state file."""
    save_state(tmp_path / "a.safetensors", _started(0), PROGRESS)
    return tmp_path / "a.safetensors"


def test_weights_moments_and_counters_come_back(path: Path) -> None:
    learner, other = _started(0), _started(1)
    assert load_state(path, other) == PROGRESS
    for name, value in learner.state_dict().items():
        assert torch.equal(other.state_dict()[name], value)
    for one, two in zip(learner.parameters(), other.parameters(), strict=True):
        for moment in ("exp_avg", "exp_avg_sq", "step"):
            kept, found = learner.optimiser.state[one], other.optimiser.state[two]
            assert torch.equal(kept[moment], found[moment])


def test_the_state_is_kept_beside_the_model() -> None:
    assert state_path(Path("x/cells.safetensors")) == Path("x/cells.training.safetensors")


@pytest.mark.parametrize("changes", [{"seed": 1}, {"steps": 4}, {"learning_rate": 1e-3}], ids=str)
def test_another_recipe_is_refused(path: Path, changes: dict[str, float]) -> None:
    other = CONFIG.model_copy(update=changes)
    with pytest.raises(InputError, match=rf"other settings of {', '.join(changes)}\. Use the same"):
        load_state(path, _started(0, other))


def test_a_file_without_the_last_counter_can_be_read(path: Path) -> None:
    header = {"config": CONFIG.model_dump_json(), "progress": json.dumps({"step": 2})}
    save_file(load_file(path), path, metadata=header)
    assert load_state(path, _started(0)) == Progress(step=2)


HEADER = {"config": CONFIG.model_dump_json(), "progress": '{"step": 2}'}


@pytest.mark.parametrize(
    "header",
    [
        None,
        {"config": HEADER["config"]},
        HEADER | {"config": "{"},
        HEADER | {"config": "{}x"},
        HEADER | {"progress": "[]"},
        HEADER | {"progress": '{"stop": 2}'},
    ],
    ids=str,
)
def test_odd_headers(path: Path, header: dict[str, str] | None) -> None:
    save_file(load_file(path), path, metadata=header)
    _assert_damaged(path)


@pytest.mark.parametrize("kind", ["network", "exp_avg.network", "step.network"])
def test_missing_tensors(path: Path, kind: str) -> None:
    tensors = load_file(path)
    del tensors[f"{kind}.head.bias"]
    save_file(tensors, path, metadata=HEADER)
    _assert_damaged(path)


def test_truncated_and_foreign_files(path: Path) -> None:
    content = path.read_bytes()
    for part in (b"", content[:9], content[:500], content[:-1], b"\x80\x04" + content):
        path.write_bytes(part)
        _assert_damaged(path)


def _assert_damaged(path: Path) -> None:
    with pytest.raises(ModelError, match=r"is damaged .* Delete it to start again") as caught:
        load_state(path, _started(0))
    assert "\n" not in str(caught.value)
