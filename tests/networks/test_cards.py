"""The models that come with the package, here a folder with two tiny ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from napari_shift_unet.errors import ModelError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import (
    ModelConfig,
    cards,
    list_models,
    load_model,
    model_names,
    read_card,
    save_model,
)
from random_networks import random_network

SPEC = UNetSpec(width=2, factors=(2,))


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("nuclei", "cells"):
        config = ModelConfig(name=name, method="semi-convolutional", spec=SPEC)
        save_model(tmp_path / f"{name}.safetensors", config, random_network(SPEC))
    (tmp_path / "notes.txt").touch()
    monkeypatch.setattr(cards, "WEIGHTS", tmp_path)
    cards._bundled_card.cache_clear()
    yield tmp_path
    cards._bundled_card.cache_clear()


def test_bundled_models_are_known_by_name(weights: Path) -> None:
    assert model_names() == ["cells", "nuclei"]
    assert [card.name for card in list_models()] == ["cells", "nuclei"]
    assert read_card("cells").spec == SPEC
    assert load_model("cells").config == read_card(weights / "cells.safetensors")


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize("read", [read_card, load_model])
def test_an_unknown_name_is_answered_with_the_known_ones(
    read: Callable[[str], object],
) -> None:
    with pytest.raises(
        ModelError, match=r"no model 'celsl'\. Use cells, or nuclei, or the path of"
    ):
        read("celsl")


def test_without_any_bundled_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "WEIGHTS", tmp_path / "none")
    assert model_names() == []
    assert list_models() == []
    with pytest.raises(ModelError, match="Use the path of a file"):
        load_model("nuclei-2d")
