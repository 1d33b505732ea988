import pytest

from napari_shift_unet.embeddings import (
    ClusterConfig,
    clustering_of,
    describe,
    obstacle,
    settings_of,
)
from napari_shift_unet.embeddings.choices import OF_ALL, OF_METHOD
from napari_shift_unet.embeddings.config import ClusterMethod
from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.networks import ModelConfig


def card(means="semi-convolutional", *, foreground=True, **clustering):
    dims = 3 if means == "spatial-embedding" else 2
    spec = UNetSpec(embedding_dims=dims, foreground=foreground)
    return ModelConfig(name="m", method=means, spec=spec, clustering=clustering)


def test_every_setting_has_a_place():
    assert tuple(OF_METHOD) == ClusterMethod.__args__
    named = {"method", *OF_ALL}.union(*OF_METHOD.values())
    assert named == set(ClusterConfig.model_fields)


def test_each_method_has_its_own_default():
    assert clustering_of(card()).method == "mean-shift"
    assert clustering_of(card("discriminative")).method == "mean-shift"
    assert clustering_of(card("spatial-embedding")).method == "greedy-seeds"
    assert clustering_of(card("spatial-embedding", foreground=False)).method == "mean-shift"


def test_changes_come_before_the_header_and_the_header_before_the_default():
    spatial = card("spatial-embedding", method="mean-shift", bandwidth=3.0, min_size=7)
    assert clustering_of(spatial) == ClusterConfig(bandwidth=3.0, sigma=1.0, min_size=7)
    changed = clustering_of(spatial, bandwidth=4.0)
    assert changed == ClusterConfig(bandwidth=4.0, sigma=4 / 3, min_size=7)
    assert clustering_of(spatial, method="greedy-seeds", seed_threshold=0.9).seed_threshold == 0.9


def test_sigma_goes_with_the_bandwidth_unless_it_was_learnt_or_chosen():
    assert clustering_of(card("discriminative")).sigma == ClusterConfig().sigma
    assert clustering_of(card()).sigma == pytest.approx(clustering_of(card()).bandwidth / 3)
    assert clustering_of(card(bandwidth=6.0)).sigma == pytest.approx(2.0)
    assert clustering_of(card(bandwidth=6.0, sigma=2.5)).sigma == 2.5
    chosen = clustering_of(card(bandwidth=6.0, sigma=2.5), method="greedy-seeds", sigma=3.0)
    assert chosen.sigma == 3.0


def test_settings_without_effect_are_refused():
    with pytest.raises(InputError, match=r"sigma has no effect with mean-shift on the model 'm'"):
        clustering_of(card(), sigma=2.0)
    with pytest.raises(InputError, match=r"sigma has no effect .* or use seed_threshold"):
        clustering_of(card("spatial-embedding"), sigma=2.0)
    with pytest.raises(InputError, match="largest_is_background has no effect"):
        clustering_of(card(), largest_is_background=True)
    with pytest.raises(InputError, match="foreground_threshold has no effect"):
        clustering_of(card(foreground=False), foreground_threshold=0.2)


def test_greedy_seeds_need_a_seed_map_or_a_foreground():
    blind = card(foreground=False)
    assert obstacle("mean-shift", blind) == obstacle("greedy-seeds", card()) == ""
    with pytest.raises(InputError) as refused:
        clustering_of(blind, method="greedy-seeds")
    assert str(refused.value) == obstacle("greedy-seeds", blind) != ""


def test_what_is_described_is_what_counts():
    for method in OF_METHOD:
        config = ClusterConfig(method=method)
        described = describe(config, card())
        assert described.keys() == {"method", *settings_of(method, card())}
        assert ClusterConfig(**described) == config
    assert "sigma" not in describe(ClusterConfig(method="greedy-seeds"), card("spatial-embedding"))
