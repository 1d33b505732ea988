import re
from typing import Any

import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.training import TrainConfig

PAPER = UNetSpec()
PADDED = UNetSpec(padding="same")


def test_a_window_larger_than_the_period_is_accepted() -> None:
    assert TrainConfig(spec=PAPER, window=20).window_px == (20, 20)
    assert TrainConfig(spec=PAPER, window=(20, 36)).window_px == (20, 36)
    assert TrainConfig(spec=PADDED, window=32).window_px == (32, 32)


@pytest.mark.parametrize(
    ("spec", "window", "larger"),
    [(PAPER, 4, 20), (PAPER, (20, 4), 20), (PADDED, 16, 32), (UNetSpec(kernel=1), 16, 32)],
    ids=str,
)
def test_the_guard_of_the_paper(spec: UNetSpec, window: Any, larger: int) -> None:
    message = rf"not larger than the period of \[16, 16\] px.* Use at least \[{larger}, {larger}\]"
    with pytest.raises(InputError, match=message):
        TrainConfig(spec=spec, window=window)
    assert TrainConfig(spec=spec, window=window, allow_small_window=True).spec == spec


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window": 148, "spec": PADDED}, r"cannot return. Use \[160, 160\] px"),
        ({"window": 140}, r"training window is \[140, 140\] px, .* Use \[148, 148\] px"),
        ({"window": (148, 148, 148)}, "training window has 3 axes; the network has 2"),
        ({"window": 148, "context": 16}, r"cannot return. Use \[160, 160\] px"),
        ({"context": (16, 16, 16)}, "training context has 3 axes; the network has 2"),
        ({"window": 0}, "window"),
        ({"steps": 0}, "steps is 0"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"stepps": 3}, "stepps is no setting"),
        ({"spec": {"width": 0}}, "width is 0"),
        ({"augmentation": {"blur": 1}}, "blur is no setting"),
        ({"spec": {"embedding_dims": 1}}, "needs at least 2, one offset per axis"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_an_input_error(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        TrainConfig(**settings)
    assert "\n" not in str(caught.value)


def test_a_recipe_comes_back_from_json() -> None:
    config = TrainConfig(spec=PADDED, window=(32, 48), loss={"delta_pull": 0.1}, patience=3)
    assert TrainConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"spec": PADDED, "window": 160}, None),
        ({"batch": 1}, None),
        (
            {"spec": PADDED, "window": 160, "batch": 1},
            r"padded and batch is 1: .* never meet in one loss.* Here \[96, 96\] px",
        ),
        (
            {"spec": PADDED, "window": 160, "context": 16},
            r"batch is 4: .* Read at least \[94, 94\] px of context, or set padding to valid",
        ),
        ({"window": 160, "context": 16}, None),
        ({"window": 160, "context": 16, "batch": 1}, "batch is 1: .* Leave context out"),
    ],
    ids=str,
)
def test_zeros_that_reach_the_window_are_warned_of(
    settings: dict[str, Any], said: str | None
) -> None:
    cautions = TrainConfig(**settings).cautions
    assert len(cautions) == (said is not None)
    for caution in cautions:
        assert re.search(str(said), caution)
