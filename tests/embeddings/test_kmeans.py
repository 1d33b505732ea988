import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clouds import clouds
from napari_shift_unet.embeddings import ClusterConfig, PixelEmbedding, kmeans
from napari_shift_unet.embeddings.kmeans import decode_k_means
from napari_shift_unet.errors import InputError
from partitions import permuted_and_moved, same_partition


def with_clusters(number):
    return ClusterConfig(method="k-means", clusters=number)


@pytest.mark.parametrize("dims", [1, 2, 3, 8])
def test_the_true_number_finds_the_true_clusters(rng, dims):
    points, truth = clouds(rng, 12, 300, dims, spread=0.3, distance=5)
    assert same_partition(decode_k_means(PixelEmbedding(points.T), with_clusters(12)), truth)


def test_identical_dots_are_told_apart_by_coordinates_alone(rng):
    """[Nov], section 4.1: plain embeddings of dots on a grid are equal, displaced ones are not."""
    where = np.indices((40, 40)).astype(np.float32)
    dot = where // 8
    truth = (dot[0] * 5 + dot[1]).astype(int).ravel()
    displaced = dot * 8 + 4 + rng.normal(0, 0.3, where.shape)
    plain = where % 8 + rng.normal(0, 0.3, where.shape)
    found = decode_k_means(PixelEmbedding(displaced.reshape(2, -1)), with_clusters(25))
    assert same_partition(found, truth)
    found = decode_k_means(PixelEmbedding(plain.reshape(2, -1)), with_clusters(25))
    assert not same_partition(found, truth)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 200), dims=st.integers(1, 3))
def test_neither_the_order_of_pixels_nor_where_they_are_matters(seed, n, dims):
    rng = np.random.default_rng(seed)
    points = (np.round(rng.normal(0, 20, (dims, n)) * 64) / 64).astype(np.float32)
    labels = decode_k_means(PixelEmbedding(points), with_clusters(4))
    for other, order in permuted_and_moved(rng, points):
        found = decode_k_means(PixelEmbedding(other), with_clusters(4))
        assert same_partition(found, labels[order])


def test_more_clusters_than_points():
    points = np.array([[0, 5, 5, 9]], np.float32)
    labels = decode_k_means(PixelEmbedding(points), with_clusters(10))
    assert same_partition(labels, np.array([0, 1, 1, 2]))
    assert len(decode_k_means(PixelEmbedding(points[:, :0]), with_clusters(10))) == 0


def test_bins_are_as_fine_as_can_be_worked_with(monkeypatch, rng):
    points = rng.random((5000, 2))
    monkeypatch.setattr(kmeans, "MAX_BINS", 300)
    summary = kmeans._summarise(points)
    assert 75 < len(summary) <= 300
    assert summary.counts.sum() == 5000


def test_what_is_not_finite_is_refused():
    points = np.array([[0, np.inf, np.nan, 1]], np.float32)
    with pytest.raises(InputError, match="of 2 pixels is NaN"):
        decode_k_means(PixelEmbedding(points), with_clusters(2))
