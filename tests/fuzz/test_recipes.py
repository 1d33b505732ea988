"""Recipes of trainings, and lists of splits, that somebody wrote by hand."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fuzzing import damaged, folder, fuzzed, json_files, own_errors_only
from napari_shift_unet.training import TrainConfig, read_recipe, split_names

RECIPE = json.loads(TrainConfig().model_dump_json())
SPLIT = {"train": ["a", "b.png"], "val": ["c"], "test": []}
TOML = (
    b'name = "cells"\nsteps = 200\nmethod = "discriminative"\n[spec]\nwidth = 8\nfactors = [2, 2]\n'
)
OWN = [path.read_bytes() for path in sorted(Path(__file__).parents[2].glob("recipes/*.toml"))]
TOMLS = damaged([TOML, *OWN]) | st.sampled_from((b"a=[", b"[a.", b"a={b=")).map(lambda s: s * 9999)


@fuzzed
@given(json_files([RECIPE, {"spec": {"ndim": 3, "width": 4}}]))
def test_recipes_in_json(content):
    with folder() as place, own_errors_only():
        (place / "a.json").write_bytes(content)
        read_recipe(place / "a.json")


@fuzzed
@given(TOMLS)
def test_recipes_in_toml(content):
    with folder() as place, own_errors_only():
        (place / "a.toml").write_bytes(content)
        read_recipe(place / "a.toml")


@fuzzed
@given(json_files([SPLIT]), st.sampled_from(("train", "val", "test")))
def test_lists_of_splits(content, split):
    with folder() as place:
        for name in ("images", "masks"):
            (place / name).mkdir()
            for stem in "abc":
                (place / name / f"{stem}.png").touch()
        (place / "split.json").write_bytes(content)
        with own_errors_only():
            split_names(place, split)
