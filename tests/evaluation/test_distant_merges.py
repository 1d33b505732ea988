import numpy as np
import pytest

from napari_shift_unet.errors import InputError
from napari_shift_unet.evaluation import analyse, likeness_of


def _scene(rng, ndim=2, side=4, step=12):
    """Squares on a grid, each with a texture of one of two kinds."""
    truth = np.zeros((side * step,) * ndim, int)
    image = rng.normal(0, 0.3, truth.shape)
    kinds = {}
    textures = rng.normal(0, 1, (2, *(6,) * ndim))
    for number, index in enumerate(np.ndindex(*(side,) * ndim), start=1):
        box = tuple(slice(3 + step * i, 9 + step * i) for i in index)
        kinds[number] = number % 2
        truth[box], image[box] = number, image[box] + textures[number % 2]
    return truth, image, kinds


@pytest.mark.parametrize("ndim", [2, 3])
def test_look_alikes_are_told_from_others(rng, ndim):
    truth, image, kinds = _scene(rng, ndim)
    alike, others = truth.copy(), truth.copy()
    for a, b in [(1, 3), (5, 7), (9, 11), (2, 4), (6, 8), (10, 12)]:
        alike[truth == b] = a
        assert kinds[a] == kinds[b]
    for a, b in [(1, 4), (5, 8), (9, 12), (13, 16), (2, 7), (6, 11)]:
        others[truth == b] = a
    found = analyse([likeness_of(alike, truth, image)], permutations=499)
    assert (found.merges, found.objects, found.pairs) == (6, 12, 6)
    assert found.gap_px == 2 * 12 - 6
    assert found.correlation > found.random_correlation
    assert found.p_value < 0.05
    unlike = analyse([likeness_of(others, truth, image)], permutations=499)
    assert unlike.correlation < unlike.random_correlation
    assert unlike.p_value > 0.9


def test_the_permutations_are_those_of_the_seed_and_add_up_over_images(rng):
    truth, image, _ = _scene(rng)
    labels = np.where(truth == 9, 1, truth)
    one = likeness_of(labels, truth, image)
    none = likeness_of(truth, truth, image)
    assert analyse([one, none], 99) == analyse([one], 99)
    assert analyse([one, one], 99).pairs == 2
    assert analyse([none]) == analyse([])
    assert analyse([]).p_value is None


def test_of_uniform_images_nothing_can_be_said(rng):
    truth, _, _ = _scene(rng)
    labels = np.where(truth == 9, 1, truth)
    found = analyse([likeness_of(labels, truth, np.ones(truth.shape))], 99)
    assert (found.correlation, found.p_value) == (0, 1)


def test_patches_reach_over_the_edge_and_numbers_do_not_matter(rng):
    truth, image, _ = _scene(rng)
    cut = (slice(5, 40), slice(5, 40))
    labels = np.where(truth == 11, 6, truth)
    found = likeness_of(labels[cut], truth[cut], image[cut])
    renumbered = likeness_of(labels[cut] * 1000, truth[cut] * 77, image[cut] * 3 + 1)
    np.testing.assert_allclose(found.correlation, renumbered.correlation, atol=1e-5)
    np.testing.assert_array_equal(found.pairs, renumbered.pairs)
    np.testing.assert_allclose(np.diag(found.correlation), 1, atol=1e-5)


def test_no_objects():
    nothing = np.zeros((5, 5), int)
    assert analyse([likeness_of(nothing, nothing, nothing)]).merges == 0


def test_shapes_must_agree():
    with pytest.raises(InputError, match="the image is"):
        likeness_of(np.ones((2, 2), int), np.ones((2, 2), int), np.ones((3, 2)))
