import numpy as np
import pytest

from napari_shift_unet.embeddings import similarity
from napari_shift_unet.errors import InputError


@pytest.fixture
def embedding(rng):
    return rng.normal(0, 3, (3, 6, 7)).astype(np.float32)


def test_laplacian_kernel_is_the_formula(embedding):
    found = similarity(embedding, (2, 5), sigma=1.7)
    distance = np.sqrt(((embedding - embedding[:, 2, 5][:, None, None]) ** 2).sum(0))
    np.testing.assert_allclose(found, np.exp(-distance / 1.7), rtol=1e-5)
    assert found.dtype == np.float32
    assert found[2, 5] == 1


def test_gaussian_kernel_is_the_formula(embedding):
    found = similarity(embedding, (0, 0), sigma=2.0, kind="gaussian")
    squared = ((embedding - embedding[:, 0, 0][:, None, None]) ** 2).sum(0)
    np.testing.assert_allclose(found, np.exp(-squared / 8), rtol=1e-5)


def test_learnt_width_is_that_of_the_picked_pixel(embedding, rng):
    widths = rng.uniform(0.5, 3, (6, 7)).astype(np.float32)
    found = similarity(embedding, (4, 1), widths)
    np.testing.assert_array_equal(found, similarity(embedding, (4, 1), float(widths[4, 1])))


def test_learnt_width_may_differ_between_dimensions(embedding, rng):
    widths = rng.uniform(0.5, 3, (3, 6, 7)).astype(np.float32)
    found = similarity(embedding, (4, 1), widths, kind="gaussian")
    scaled = (embedding - embedding[:, 4, 1][:, None, None]) / widths[:, 4, 1][:, None, None]
    np.testing.assert_allclose(found, np.exp(-(scaled**2).sum(0) / 2), rtol=1e-5)


def test_volumes_too(rng):
    embedding = rng.normal(size=(2, 3, 4, 5)).astype(np.float32)
    assert similarity(embedding, (2, 3, 4), 1.0).shape == (3, 4, 5)


@pytest.mark.parametrize("pixel", [(6, 0), (0, -1), (1,), (1, 1, 1)])
def test_a_pixel_outside(embedding, pixel):
    with pytest.raises(InputError, match="outside"):
        similarity(embedding, pixel, 1.0)


@pytest.mark.parametrize("sigma", [0.0, -2.0, np.nan])
def test_a_width_must_be_above_zero(embedding, sigma):
    with pytest.raises(InputError, match="above 0"):
        similarity(embedding, (0, 0), sigma)
