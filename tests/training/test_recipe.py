import json
from pathlib import Path

import pytest

from napari_shift_unet.errors import InputError, ModelError
from napari_shift_unet.networks import model_names, read_card
from napari_shift_unet.training import TrainConfig, read_recipe

RECIPE = """
name = "cells"
steps = 7
window = [36, 52]

[spec]
width = 4
embedding_dims = 2

[loss]
radius = 3.5
"""


def test_a_recipe_in_toml(tmp_path):
    path = tmp_path / "cells.toml"
    path.write_text(RECIPE)
    config = read_recipe(path, default_name="other", steps=9)
    assert config.name == "cells"
    assert config.steps == 9
    assert config.window_px == (36, 52)
    assert config.spec.width == 4
    assert config.loss == {"radius": 3.5}


def test_a_recipe_comes_back_from_json(tmp_path):
    config = TrainConfig(name="a", steps=3, clustering={"bandwidth": 2.5})
    path = tmp_path / "recipe.json"
    path.write_text(config.model_dump_json())
    assert read_recipe(path) == config


def test_without_a_recipe_the_defaults_hold():
    assert read_recipe(default_name="mine", seed=4) == TrainConfig(name="mine", seed=4)


@pytest.mark.parametrize(
    ("settings", "channels"),
    [
        ({"method": "discriminative"}, 8),
        ({"method": "spatial-embedding"}, 3),
        ({"method": "spatial-embedding", "spec": {"embedding_dims": 4}}, 4),
        ({"window": 16, "spec": {"ndim": 3, "factors": [[1, 2, 2]]}}, 3),
    ],
)
def test_the_usual_channels_of_a_method_need_not_be_said(settings, channels):
    assert read_recipe(**settings).spec.embedding_dims == channels


def test_a_training_that_starts_from_a_model_has_its_network():
    card = read_card("nuclei-2d")
    config = read_recipe(start_from="nuclei-2d")
    assert (config.spec, config.method) == (card.spec, card.method)
    assert (config.window_px, config.percentiles) == (card.training_window, card.percentiles)
    assert config.context == card.recipe["context"]
    assert config.clustering == card.clustering
    other = read_recipe(start_from="nuclei-2d", method="discriminative", window=320)
    assert other.spec == card.spec.model_copy(update={"embedding_dims": 8})
    assert other.window == 320
    assert other.clustering == {}
    assert read_recipe(start_from="nuclei-2d", spec={"width": 3}).spec.width == 3
    with pytest.raises(ModelError, match=r"none\.safetensors does not exist"):
        read_recipe(start_from="none.safetensors")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.yaml", "", "use a .toml or .json file"),
        ("a.toml", "steps = ", "cannot be read"),
        ("a.json", "{", "cannot be read"),
        ("a.json", "[1]", "must hold settings by name"),
        ("a.toml", "stepps = 3", r"a\.toml: stepps is no setting"),
        ("a.toml", "steps = 0", r"a\.toml: steps is 0"),
        ("a.toml", "window = 16", "cannot return"),
        ("a.json", json.dumps({"spec": {"width": 0}}), "width"),
        ("a.json", json.dumps({"spec": {"ndim": [2]}}), "ndim"),
        ("a.json", json.dumps({"spec": 3}), "spec"),
        ("a.json", json.dumps({"method": ["discriminative"]}), "method is"),
        ("a.toml", 'method = "magic"', "method is 'magic'"),
    ],
)
def test_bad_recipes(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_recipe(path)


def test_a_recipe_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_recipe(tmp_path / "none.toml")


RECIPES = Path(__file__).parents[2] / "recipes"


@pytest.mark.parametrize("name", model_names())
def test_bundled_models_come_with_the_recipe_that_made_them(name: str) -> None:
    committed = read_recipe(RECIPES / f"{name}.toml").model_dump(mode="json")
    made_by = read_card(name).recipe
    assert {field: committed[field] for field in made_by} == made_by
