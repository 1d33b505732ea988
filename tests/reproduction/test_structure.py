"""What the figures claim of the structure of networks holds for random weights; none is trained."""

import numpy as np
import pytest
import torch
from torch import nn

from napari_shift_unet.embeddings import ClusterConfig
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.reproduction.config import Lesson, Row, Scene
from napari_shift_unet.reproduction.stitching import stitch
from napari_shift_unet.training import TrainConfig
from napari_shift_unet.training.learner import Learner

PERIOD = 4


def untrained(scene, view, crop, tile=None, **spec):
    """Return the embedding of a view by a network of random weights and a period of 4 px."""
    network = UNetSpec(
        width=8,
        factors=(2, 2),
        batch_norm=False,
        embedding_dims=3,
        foreground=False,
        **spec,
    )
    padded = network.padding == "same"
    recipe = TrainConfig(
        method="discriminative",
        spec=network,
        window=view if padded else 8,
        context=0 if padded else None,
    )
    lesson = Lesson(scene=scene, recipe=recipe, seen_px=4)
    clustering = ClusterConfig(split_components=False, min_size=0)
    row = Row(
        title="",
        lesson=lesson,
        view_px=view,
        tile_px=tile or crop,
        crop_px=crop,
        clustering=clustering,
    )
    torch.manual_seed(3)
    learner = Learner(recipe, torch.device("cpu"))
    for layer in learner.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_normal_(layer.weight)  # what differs must not fade from layer to layer
    model = learner.as_model()
    return stitch(row, model, "cpu").embedding


def distinct(embedding, tolerance=1e-4):
    """Count the different values of pixels, relative to the largest."""
    values = embedding.reshape(len(embedding), -1).T / np.abs(embedding).max()
    found = values[:0]
    for value in values:
        if not len(found) or np.abs(found - value).max(axis=1).min() > tolerance:
            found = np.vstack([found, value])
    return len(found)


def test_learnt_upsampling_numbers_the_pixels_of_a_constant_image():
    embedding = untrained(Scene(kind="constant"), view=16, crop=4)
    assert distinct(embedding) == PERIOD**2
    np.testing.assert_allclose(embedding[:, 4:], embedding[:, :-4], atol=1e-6)
    np.testing.assert_allclose(embedding[:, :, 4:], embedding[:, :, :-4], atol=1e-6)


def test_fixed_upsampling_gives_one_value_on_a_constant_image():
    assert distinct(untrained(Scene(kind="constant"), view=16, crop=4, upsampling="fixed")) == 1


def test_same_padding_knows_places_beyond_the_period():
    scene = Scene(kind="constant")
    embedding = untrained(scene, view=32, crop=32, padding="same", upsampling="fixed")
    assert distinct(embedding) > PERIOD**2


def test_discs_at_a_multiple_of_the_period_look_the_same():
    embedding = untrained(Scene(spacing_px=16), view=64, crop=64)
    np.testing.assert_allclose(embedding[:, 16:], embedding[:, :-16], atol=1e-6)


@pytest.mark.parametrize("upsampling", ["learnt", "fixed"])
def test_discs_at_a_coprime_spacing_differ_up_to_the_square_of_the_period(upsampling):
    embedding = untrained(Scene(spacing_px=15), view=90, crop=90, upsampling=upsampling)
    centres = embedding[:, 7::15, 7::15]
    assert centres.shape[1:] == (6, 6)
    assert distinct(centres) == PERIOD**2


def test_tiles_of_whole_periods_are_the_whole_and_others_are_not():
    scene = Scene(spacing_px=13)
    whole = untrained(scene, view=40, crop=40)
    np.testing.assert_allclose(untrained(scene, 40, crop=8, tile=10), whole, atol=1e-6)
    assert np.abs(untrained(scene, 40, crop=10) - whole).max() > 1e-3


@pytest.mark.parametrize("change", [{"noise": 0.1}, {"elastic_px": 0.2}])
def test_noise_and_deformation_make_discs_at_a_multiple_of_the_period_differ(change):
    scene = Scene(spacing_px=16, **change)
    whole = untrained(scene, view=48, crop=48)
    assert distinct(whole[:, 8::16, 8::16]) == 9
