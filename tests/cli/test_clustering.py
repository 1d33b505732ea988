"""The clustering by options of `segment`."""

import json
from dataclasses import fields

import numpy as np
import pytest
import tifffile

from napari_shift_unet.cli.clustering import ClusterOptions
from napari_shift_unet.embeddings import ClusterConfig
from napari_shift_unet.segmentation import segment

ALWAYS = {"method", "foreground_threshold", "min_size", "split_components"}
OWN = {
    "mean-shift": (
        ("--kernel", "gaussian", "--bandwidth", 2, "--by-part"),
        ("kernel", "bandwidth", "by_part"),
    ),
    "greedy-seeds": (
        ("--sigma", 0.5, "--seed-threshold", 0.3, "--no-assign-rest"),
        ("sigma", "seed_threshold", "assign_rest"),
    ),
    "k-means": (("--clusters", 3), ("clusters",)),
    "hdbscan": (("--assign-rest",), ("assign_rest",)),
}


def test_every_setting_has_an_option():
    names = {field.name for field in fields(ClusterOptions)}
    assert {"method" if name == "cluster" else name for name in names} == set(
        ClusterConfig.model_fields
    )
    assert ClusterOptions().given == {}
    assert ClusterOptions(cluster="k-means", assign_rest=False).given == {
        "method": "k-means",
        "assign_rest": False,
    }


@pytest.mark.parametrize("method", OWN)
def test_each_method_runs_and_states_what_had_an_effect(shift_unet, image, model, tmp_path, method):
    options, names = OWN[method]
    ran = shift_unet(
        *("segment", image, "--output", tmp_path, "--model", model, "--json"),
        *("--cluster", method, "--min-size", 2, *options),
    )
    stated = json.loads(ran.out)["clustering"]
    assert stated.keys() == ALWAYS | set(names)
    assert (stated["method"], stated["min_size"]) == (method, 2)
    again = segment(image, model=model, **stated)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "labels.tif"), again.labels)
    assert again.facts["clustering"] == stated


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--cluster", "watershed"), 'Invalid value "watershed" for --cluster'),
        (("--cluster", "k-means", "--clusters", 0), "clusters is 0"),
        (("--cluster", "greedy-seeds", "--seed-threshold", 2), "seed_threshold is 2"),
        (("--cluster", "k-means", "--bandwidth", 3), "bandwidth has no effect with k-means"),
        (("--clusters", 3), "clusters has no effect with mean-shift"),
    ],
)
def test_options_that_cannot_be_used(shift_unet, image, model, tmp_path, options, message):
    arguments = ("segment", image, "--output", tmp_path / "out", "--model", model)
    assert message in shift_unet(*arguments, *options).error
    assert not (tmp_path / "out").exists()
