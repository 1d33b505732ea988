import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from napari_shift_unet.embeddings import Projection, projection
from napari_shift_unet.errors import InputError


@pytest.fixture
def embedding(rng):
    """Correlated channels around a far mean, on 40 x 50 px."""
    mixing = rng.normal(size=(5, 5))
    return (rng.normal(size=(40, 50, 5)) @ mixing + 100).astype(np.float32).transpose(2, 0, 1)


def points(embedding):
    return embedding.reshape(len(embedding), -1).T.astype(float)


def test_components_are_those_of_scikit_learn(embedding):
    fitted = Projection.fit(embedding)
    reference = PCA(3).fit(points(embedding))
    np.testing.assert_allclose(fitted.mean, reference.mean_, rtol=1e-6)
    cosines = np.sum(fitted.components * reference.components_, axis=1)
    np.testing.assert_allclose(np.abs(cosines), 1, rtol=1e-6)


def test_sign_does_not_depend_on_the_solver(embedding):
    largest = np.abs(Projection.fit(embedding).components).argmax(1)
    assert (Projection.fit(embedding).components[range(3), largest] > 0).all()
    assert (Projection.fit(-embedding).components[range(3), largest] > 0).all()


def test_colours_span_the_percentiles(embedding):
    fitted = Projection.fit(embedding)
    colours = fitted.apply(embedding)
    assert colours.shape == (40, 50, 3)
    assert colours.dtype == np.float32
    assert colours.min() == 0
    assert colours.max() == 1
    projected = (points(embedding) - fitted.mean) @ fitted.components.T
    share = ((projected > fitted.low) & (projected < fitted.high)).mean(0)
    np.testing.assert_allclose(share, 0.98, atol=0.002)
    wanted = np.clip((projected - fitted.low) / (fitted.high - fitted.low), 0, 1)
    np.testing.assert_allclose(colours.reshape(-1, 3), wanted, atol=1e-5)


def test_only_the_mask_counts(embedding):
    mask = np.zeros((40, 50), bool)
    mask[5:30, 7:20] = True
    alone = Projection.fit(embedding[:, 5:30, 7:20])
    elsewhere = embedding + np.where(mask, 0, 1e4).astype(np.float32)
    masked = Projection.fit(elsewhere, mask)
    np.testing.assert_allclose(masked.mean, alone.mean)
    np.testing.assert_allclose(masked.components, alone.components, atol=1e-6)
    np.testing.assert_allclose(masked.low, alone.low)
    empty = Projection.fit(embedding, np.zeros_like(mask))
    np.testing.assert_array_equal(empty.low, Projection.fit(embedding).low)


@given(block_pixels=st.integers(1, 3000))
def test_blocks_do_not_change_the_fit(block_pixels):
    embedding = np.random.default_rng(1).normal(size=(4, 30, 20)) * [[[4]], [[3]], [[2]], [[1]]]
    whole = Projection.fit(embedding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(projection, "_BLOCK_PIXELS", block_pixels)
        blocks = Projection.fit(embedding)
    np.testing.assert_allclose(blocks.components, whole.components, atol=1e-9)
    np.testing.assert_allclose(blocks.low, whole.low, atol=1e-9)
    np.testing.assert_allclose(blocks.high, whole.high, atol=1e-9)


@pytest.mark.parametrize("dims", [1, 2])
def test_missing_and_constant_components_are_grey(rng, dims):
    embedding = np.full((dims, 8, 9), 7.3, np.float32)
    np.testing.assert_array_equal(Projection.fit(embedding).apply(embedding), 0.5)
    embedding[0] += rng.normal(size=(8, 9))
    colours = Projection.fit(embedding).apply(embedding)
    assert np.ptp(colours[..., 0]) == 1
    np.testing.assert_array_equal(colours[..., 1:], 0.5)


def test_volumes_too(rng):
    embedding = rng.normal(size=(3, 4, 5, 6)).astype(np.float32)
    assert Projection.fit(embedding).apply(embedding).shape == (4, 5, 6, 3)


def test_nan_is_refused(embedding):
    embedding[2, 3, 4] = np.nan
    with pytest.raises(InputError, match="NaN"):
        Projection.fit(embedding)
