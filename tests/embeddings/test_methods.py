import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings import embed
from napari_shift_unet.errors import InputError

METHODS = ["discriminative", "semi-convolutional", "spatial-embedding"]


def test_discriminative_channels_are_the_embedding(rng):
    output = rng.normal(size=(4, 5, 6)).astype(np.float32)
    embedding = embed(output, "discriminative", (32, 64))
    np.testing.assert_array_equal(embedding, output)
    assert not np.shares_memory(embedding, output)


def test_semi_convolutional_adds_coordinates_to_the_first_channels():
    embedding = embed(np.zeros((4, 2, 3), np.float32), "semi-convolutional", (10, 20))
    np.testing.assert_array_equal(embedding[0], [[10, 10, 10], [11, 11, 11]])
    np.testing.assert_array_equal(embedding[1], [[20, 21, 22], [20, 21, 22]])
    np.testing.assert_array_equal(embedding[2:], 0)


def test_spatial_embedding_keeps_displaced_coordinates_alone():
    output = np.full((5, 2, 2, 2), 0.25, np.float32)
    embedding = embed(output, "spatial-embedding")
    assert embedding.shape == (3, 2, 2, 2)
    np.testing.assert_array_equal(embedding[:, 1, 0, 1], [1.25, 0.25, 1.25])


@given(method=st.sampled_from(METHODS), data=st.data())
def test_tiles_with_their_origin_are_parts_of_the_whole(method, data):
    shape = data.draw(st.tuples(*[st.integers(1, 9)] * data.draw(st.integers(2, 3))))
    output = np.random.default_rng(0).normal(size=(4, *shape)).astype(np.float32)
    start = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
    box = (slice(None), *(slice(i, None) for i in start))
    whole = embed(output, method)
    np.testing.assert_array_equal(embed(output[box], method, start), whole[box])


def test_an_unknown_method():
    with pytest.raises(InputError, match=r"'watershed'. Use one of discriminative"):
        embed(np.zeros((2, 3, 3), np.float32), "watershed")


def test_too_few_channels():
    with pytest.raises(InputError, match="2 displacement channels for 3 axes"):
        embed(np.zeros((2, 3, 3, 3), np.float32), "semi-convolutional")
