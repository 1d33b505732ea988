import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings import embed, embed_foreground
from napari_shift_unet.embeddings.methods import LOG_SIGMA_LIMIT, SIGMA_AT_ZERO_PX
from napari_shift_unet.errors import InputError

CHANNELS = {"discriminative": 4, "semi-convolutional": 4, "spatial-embedding": None}


def test_discriminative_channels_are_the_embedding(rng):
    output = rng.normal(size=(4, 5, 6)).astype(np.float32)
    pixels = embed(output, "discriminative", False, (32, 64))
    np.testing.assert_array_equal(pixels.points, output)
    assert not np.shares_memory(pixels.points, output)
    assert pixels.confidence is pixels.sigma is None


def test_semi_convolutional_adds_coordinates_to_the_first_channels():
    pixels = embed(np.zeros((4, 2, 3), np.float32), "semi-convolutional", False, (10, 20))
    np.testing.assert_array_equal(pixels.points[0], [[10, 10, 10], [11, 11, 11]])
    np.testing.assert_array_equal(pixels.points[1], [[20, 21, 22], [20, 21, 22]])
    np.testing.assert_array_equal(pixels.points[2:], 0)
    assert pixels.sigma is None


@pytest.mark.parametrize("sigmas", [1, 3])
def test_spatial_embedding_has_offsets_then_sigma(sigmas):
    output = np.full((3 + sigmas, 2, 2, 2), 0.25, np.float32)
    output[3] = np.log(2)
    pixels = embed(output, "spatial-embedding", False)
    assert pixels.points.shape == (3, 2, 2, 2)
    np.testing.assert_array_equal(pixels.points[:, 1, 0, 1], [1.25, 0.25, 1.25])
    assert pixels.sigma.shape == (sigmas, 2, 2, 2)
    np.testing.assert_allclose(pixels.sigma[0], 2 * SIGMA_AT_ZERO_PX, rtol=1e-6)
    np.testing.assert_allclose(pixels.sigma[1:], SIGMA_AT_ZERO_PX * np.exp(0.25), rtol=1e-6)


def test_sigma_neither_vanishes_nor_overflows():
    output = np.zeros((3, 1, 2), np.float32)
    output[2] = [[-1e4, 1e4]]
    sigma = embed(output, "spatial-embedding", False).sigma
    expected = SIGMA_AT_ZERO_PX * np.exp([[[-LOG_SIGMA_LIMIT, LOG_SIGMA_LIMIT]]])
    np.testing.assert_allclose(sigma, expected, rtol=1e-6)


@pytest.mark.parametrize("method", CHANNELS)
def test_the_last_channel_is_a_logit(method):
    output = np.zeros((4, 1, 3), np.float32)
    output[-1] = [[-np.log(3), 0, np.log(3)]]
    pixels = embed(output, method, True)
    np.testing.assert_allclose(pixels.confidence, [[0.25, 0.5, 0.75]], rtol=1e-6)
    assert len(pixels.points) == (2 if method == "spatial-embedding" else 3)


@given(
    method=st.sampled_from(list(CHANNELS)),
    foreground=st.booleans(),
    shape=st.lists(st.integers(1, 9), min_size=2, max_size=3),
    data=st.data(),
)
def test_tiles_with_their_origin_are_parts_of_the_whole(method, foreground, shape, data):
    channels = (CHANNELS[method] or len(shape) + 1) + foreground
    output = np.random.default_rng(0).normal(size=(channels, *shape)).astype(np.float32)
    box = tuple(slice(data.draw(st.integers(0, n - 1)), None) for n in shape)
    whole = embed(output, method, foreground)[box]
    part = embed(output[(slice(None), *box)], method, foreground, [side.start for side in box])
    np.testing.assert_array_equal(part.points, whole.points)
    np.testing.assert_array_equal(part.confidence, whole.confidence)
    np.testing.assert_array_equal(part.sigma, whole.sigma)


def test_an_unknown_method():
    with pytest.raises(InputError, match=r"'watershed'. Use one of discriminative"):
        embed(np.zeros((2, 3, 3), np.float32), "watershed", False)


def test_numbers_of_channels_that_do_not_fit_the_axes():
    with pytest.raises(InputError, match="2 displacement channels for 3 axes"):
        embed(np.zeros((2, 3, 3, 3), np.float32), "semi-convolutional", False)
    with pytest.raises(InputError, match="2 channels of sigma for 3 axes"):
        embed(np.zeros((6, 3, 3, 3), np.float32), "spatial-embedding", True)


def columns(pixels):
    return [pixels.points, pixels.confidence, pixels.sigma]


@given(
    method=st.sampled_from(list(CHANNELS)),
    shape=st.sampled_from([(6, 7), (3, 4, 5), (1, 9)]),
    foreground=st.booleans(),
    threshold=st.floats(0, 1) | st.sampled_from([0.1, 0.5, 0.999]),
    seed=st.integers(0, 2**32 - 1),
    spread=st.sampled_from([1, 10, 60]),
)
def test_the_foreground_is_what_reaches_the_threshold(
    method, shape, foreground, threshold, seed, spread
):
    rng = np.random.default_rng(seed)
    output = rng.normal(0, spread, (2 * len(shape) + foreground, *shape)).astype(np.float32)
    output[-1].flat[0] = np.nan if foreground else 0
    origin = rng.integers(0, 40_000, len(shape)).tolist()
    pixels = embed(output, method, foreground, origin)
    if foreground and rng.random() < 0.5:
        threshold = float(rng.choice(pixels.confidence.ravel()[1:]))  # that of a pixel, exactly
    inside = np.ones(shape, bool) if not foreground else pixels.confidence >= threshold
    found = embed_foreground(output, method, foreground, threshold, origin)
    np.testing.assert_array_equal(found.places, np.flatnonzero(inside))
    assert found.space == shape
    for some, others in zip(columns(found.pixels), columns(pixels[inside]), strict=True):
        np.testing.assert_array_equal(some, others)


def test_a_foreground_is_refused_as_all_pixels_are():
    for output, method, complaint in (
        (np.zeros((2, 3, 3)), "steered", "is 'steered'"),
        (np.zeros((2, 3, 3)), "semi-convolutional", "1 displacement channels"),
        (np.zeros((3, 3, 3)), "spatial-embedding", "0 channels of sigma"),
    ):
        with pytest.raises(InputError, match=complaint):
            embed_foreground(output, method, True, 0.5)
