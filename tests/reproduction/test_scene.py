import numpy as np
import pytest

from napari_shift_unet.reproduction.config import Scene
from napari_shift_unet.reproduction.scene import draw


def rng():
    return np.random.default_rng(0)


def test_discs_look_the_same_one_spacing_on():
    scene = Scene(spacing_px=15)
    image, labels = draw(scene, (50, 64), (-7, 3), rng())
    moved, other = draw(scene, (50, 64), (8, 18), rng())
    np.testing.assert_array_equal(image, moved)
    assert image.shape == labels.shape == (50, 64)
    np.testing.assert_array_equal(image > 0, labels > 0)
    np.testing.assert_array_equal(labels > 0, other > 0)


def test_the_origin_lies_between_discs():
    image, labels = draw(Scene(spacing_px=16, radius_px=5), (64, 64), (0, 0), rng())
    assert len(np.unique(labels)) == 1 + 16
    assert image[0].max() == image[:, -1].max() == 0


def test_discs_at_the_edge_are_cut_and_keep_a_label_of_their_own():
    _, labels = draw(Scene(spacing_px=13), (26, 26), (6, 6), rng())
    assert (labels[0] > 0).any()
    assert len(np.unique(labels)) == 1 + 9


@pytest.mark.parametrize("change", [{"noise": 0.1}, {"elastic_px": 0.5}])
def test_noise_and_deformation_are_slight_and_depend_on_the_generator_alone(change):
    plain, labels = draw(Scene(), (90, 90), (0, 0), rng())
    image, truth = draw(Scene(**change), (90, 90), (0, 0), rng())
    again, _ = draw(Scene(**change), (90, 90), (0, 0), rng())
    other, _ = draw(Scene(**change), (90, 90), (0, 0), np.random.default_rng(1))
    np.testing.assert_array_equal(image, again)
    assert (image != other).any()
    assert (image != plain).any()
    assert image.dtype == np.float32
    assert np.abs(image - plain).mean() < 0.1
    assert np.mean(truth != labels) < 0.1


def test_every_pixel_of_a_constant_image_is_an_instance():
    image, labels = draw(Scene(kind="constant"), (6, 7), (0, 0), rng())
    assert np.ptp(image) == 0
    assert len(np.unique(labels)) == 42
    assert labels.min() == 1
