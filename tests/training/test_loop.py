"""A training so small that it takes a moment: what it yields, writes and refuses."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from napari_shift_unet.errors import InputError, ShiftUNetWarning
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import Model, load_file
from napari_shift_unet.training import (
    Augmentation,
    Sample,
    Saved,
    StepDone,
    TrainConfig,
    Validated,
    train,
)
from napari_shift_unet.training.learner import learning_rate
from napari_shift_unet.training.unfinished import last_path, read_unfinished, state_path
from tiny_training import disc_sample, tiny_config


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return [disc_sample()]


def _score(model: Model, samples: Sequence[Sample]) -> float:
    """Return a number that depends on all weights, as any score does."""
    return float(sum(value.double().sum() for value in model.network.state_dict().values())) % 1


def _run(
    samples: list[Sample], config: TrainConfig, output: Path, score: Any = _score
) -> list[Any]:
    return list(train(samples, samples, config, output, device="cpu", score=score))


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "discriminative", "loss": {"delta_push": 3.0, "background": True}},
        {"spec": UNetSpec(width=2, factors=(2,), padding="same"), "window": 16},
        {"spec": UNetSpec(width=2, factors=(2, 2), batch_norm=False)},
        {
            "method": "discriminative",
            "loss": {"background": True},
            "spec": UNetSpec(width=2, factors=(2, 2), foreground=False),
        },
        {"precision": "auto"},
        {"window": (12, 20)},
    ],
    ids=str,
)
def test_every_kind_of_network_and_loss_can_be_trained(
    samples: list[Sample], tmp_path: Path, changes: dict[str, Any]
) -> None:
    config, output = tiny_config(steps=3, **changes), tmp_path / "discs.safetensors"
    events = _run(samples, config, output)
    assert all(np.isfinite(event.loss) for event in events if isinstance(event, StepDone))
    assert load_file(output).config.spec == config.spec


def test_a_volume_can_be_trained(tmp_path: Path, rng: np.random.Generator) -> None:
    labels = np.zeros((8, 30, 30), np.int64)
    labels[2:6, 5:15, 5:15] = 1
    sample = Sample(
        "cube", (labels + rng.normal(0, 0.1, labels.shape)).astype(np.float32)[None], labels
    )
    spec = UNetSpec(ndim=3, width=2, factors=((1, 2, 2),), embedding_dims=3)
    config = tiny_config(spec=spec, window=(8, 16, 16), steps=2, augmentation=Augmentation())
    _run([sample], config, tmp_path / "cube.safetensors")
    assert load_file(tmp_path / "cube.safetensors").footprint.period == (1, 2, 2)


def test_events_and_the_file_of_the_best_state(samples: list[Sample], tmp_path: Path) -> None:
    output, scores = tmp_path / "discs.safetensors", iter([0.2, 0.5, 0.4])
    events = _run(samples, tiny_config(), output, lambda *_: next(scores))
    better = [StepDone] * 5 + [Validated, Saved]
    assert [type(event) for event in events] == better * 2 + [StepDone, StepDone, Validated]
    assert [event.step for event in events if isinstance(event, StepDone)] == list(range(1, 13))
    validated = [event for event in events if isinstance(event, Validated)]
    assert [(v.step, v.score, v.best) for v in validated] == [
        (5, 0.2, True), (10, 0.5, True), (12, 0.4, False),
    ]  # fmt: skip
    assert events[-2 - 2] == Saved(output, 10, 0.5)
    card = load_file(output).config
    assert (card.name, card.training_window, card.method) == (
        "discs",
        (12, 12),
        "semi-convolutional",
    )
    assert TrainConfig(**card.recipe) == tiny_config()
    assert load_file(last_path(output)).config == card
    assert read_unfinished(state_path(output))[1].step == 12


def test_a_copy_of_the_network_can_be_taken_after_any_step(
    samples: list[Sample], tmp_path: Path
) -> None:
    copies = []
    for event in train(samples, samples, tiny_config(), tmp_path / "a.safetensors", score=_score):
        if isinstance(event, StepDone):
            copies.append(event.model().network)
    assert not any(network.training for network in copies)
    first, *_, last = (network.state_dict() for network in copies)
    trained = load_file(tmp_path / "a.safetensors").network.state_dict()
    assert not torch.equal(first["head.weight"], last["head.weight"])
    assert any(torch.equal(n.head.weight.half().float(), trained["head.weight"]) for n in copies)
    _run(samples, tiny_config(), tmp_path / "b.safetensors")
    undisturbed = load_file(tmp_path / "b.safetensors").network.state_dict()
    assert all(torch.equal(value, trained[name]) for name, value in undisturbed.items())


def test_a_training_is_repeatable_and_its_seed_matters(
    samples: list[Sample], tmp_path: Path
) -> None:
    contents = []
    for name, seed in [("a", 0), ("b", 0), ("c", 1)]:
        torch.rand(7)
        _run(samples, tiny_config(seed=seed, name="same"), tmp_path / f"{name}.safetensors")
        contents.append(load_file(tmp_path / f"{name}.safetensors").network.state_dict())
    same, other = contents[1:]
    assert all(torch.equal(value, same[name]) for name, value in contents[0].items())
    assert not all(torch.equal(value, other[name]) for name, value in contents[0].items())


def test_closing_before_the_first_step_leaves_nothing(
    samples: list[Sample], tmp_path: Path
) -> None:
    run = train(samples, samples, tiny_config(), tmp_path / "discs.safetensors", device="cpu")
    run.close()
    assert list(tmp_path.iterdir()) == []


def test_patience_ends_a_training_that_no_longer_gets_better(
    samples: list[Sample], tmp_path: Path
) -> None:
    scores = iter([0.3, 0.5, 0.4, 0.5, 0.9])
    config = tiny_config(steps=100, validate_every=2, patience=2)
    events = _run(samples, config, tmp_path / "discs.safetensors", lambda *_: next(scores))
    assert [event.step for event in events if isinstance(event, Validated)] == [2, 4, 6, 8]


def test_what_cannot_be_trained_is_refused_before_the_first_step(
    samples: list[Sample], tmp_path: Path
) -> None:
    config = tiny_config(loss={"delta_pul": 1.0})
    with pytest.raises(InputError, match=r"loss\.delta_pul is no setting"):
        _run(samples, config, tmp_path / "discs.safetensors")
    for method in ("semi-convolutional", "spatial-embedding", "discriminative"):
        spec = UNetSpec(width=2, factors=(2, 2), embedding_dims=3, foreground=False)
        with pytest.raises(InputError, match=rf"background in the masks.* a {method} network with"):
            _run(samples, tiny_config(method=method, spec=spec), tmp_path / "discs.safetensors")
    with pytest.raises(InputError, match=r"discs has 1 channels; the network reads 2"):
        _run(
            samples,
            tiny_config(spec=UNetSpec(in_channels=2), window=20),
            tmp_path / "discs.safetensors",
        )


def test_what_may_spoil_the_result_is_warned_of(samples: list[Sample], tmp_path: Path) -> None:
    spec = UNetSpec(width=2, factors=(2,), padding="same")
    config = tiny_config(spec=spec, window=16, batch=1, steps=1)
    with pytest.warns(ShiftUNetWarning, match="the convolutions are padded and batch is 1"):
        _run(samples, config, tmp_path / "discs.safetensors")


def test_the_rate_rises_then_falls_along_a_cosine() -> None:
    config = tiny_config(steps=110, warmup=10, learning_rate=4e-3)
    rates = [learning_rate(config, step) for step in range(110)]
    np.testing.assert_allclose(rates[:10], 4e-4 * np.arange(1, 11))
    done = np.arange(100) / 100
    np.testing.assert_allclose(rates[10:], 2e-3 * (1 + np.cos(np.pi * done)))
    assert learning_rate(tiny_config(warmup=0, steps=1), 0) == pytest.approx(2e-3)
    longer = tiny_config(steps=60, schedule_steps=110, warmup=10, learning_rate=4e-3)
    assert [learning_rate(longer, step) for step in range(60)] == rates[:60]


def test_a_training_can_start_from_another_model(samples: list[Sample], tmp_path: Path) -> None:
    first = tmp_path / "first.safetensors"
    _run(samples, tiny_config(), first)
    crawl = {"steps": 1, "validate_every": 1, "learning_rate": 1e-12, "start_from": str(first)}
    _run(samples, tiny_config(**crawl), tmp_path / "second.safetensors")
    before, after = (
        dict(load_file(path).network.named_parameters())
        for path in (first, tmp_path / "second.safetensors")
    )
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_another_network_is_no_start(samples: list[Sample], tmp_path: Path) -> None:
    first = tmp_path / "first.safetensors"
    _run(samples, tiny_config(), first)
    wider = tiny_config(spec=UNetSpec(width=3, factors=(2, 2)), start_from=str(first))
    with pytest.raises(
        InputError, match=r"first\.safetensors, a network of another width than the recipe"
    ):
        _run(samples, wider, tmp_path / "second.safetensors")


def test_another_method_takes_over_all_but_what_its_head_means(
    samples: list[Sample], tmp_path: Path
) -> None:
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    _run(samples, tiny_config(), first)
    crawl = {"steps": 1, "validate_every": 1, "learning_rate": 1e-12, "start_from": str(first)}
    spec = UNetSpec(width=2, factors=(2, 2), embedding_dims=5)
    _run(samples, tiny_config(**crawl, method="discriminative", spec=spec), second)
    before, after = (load_file(path).network.state_dict() for path in (first, second))
    trunk = [name for name in before if not name.startswith("head") and "running" not in name]
    assert all(torch.equal(before[name], after[name]) for name in trunk if "num_" not in name)
    assert torch.equal(before["head.weight"][-1], after["head.weight"][-1])
    assert not torch.equal(before["head.weight"][:2], after["head.weight"][:2])


def test_a_valid_network_can_be_trained_with_less_context(
    samples: list[Sample], tmp_path: Path
) -> None:
    config = tiny_config(window=20, context=6)
    assert config.footprint.input_size((20, 20)) == (32, 32)
    _run(samples, config, tmp_path / "discs.safetensors")
    assert load_file(tmp_path / "discs.safetensors").config.spec.padding == "valid"
