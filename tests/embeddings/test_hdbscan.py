import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clouds import clouds
from napari_shift_unet.embeddings import ClusterConfig, PixelEmbedding, hdbscan
from napari_shift_unet.embeddings.hdbscan import decode_hdbscan
from napari_shift_unet.errors import InputError
from partitions import permuted_and_moved, same_partition

CONFIG = ClusterConfig(method="hdbscan", min_size=20)
WITHOUT_REST = CONFIG.model_copy(update={"assign_rest": False})


@pytest.mark.parametrize("dims", [1, 2, 3, 8])
def test_clouds_are_found(rng, dims):
    points, truth = clouds(rng, 12, 200, dims, spread=0.2, distance=5)
    assert same_partition(decode_hdbscan(PixelEmbedding(points.T), CONFIG), truth)


def test_a_sample_stands_for_all(monkeypatch, rng):
    monkeypatch.setattr(hdbscan, "MAX_SAMPLE", 600)
    points, truth = clouds(rng, 8, 2000, 2, spread=0.2, distance=5)
    assert same_partition(decode_hdbscan(PixelEmbedding(points.T), CONFIG), truth)


def test_clusters_are_at_least_as_large_as_objects(rng):
    small, large = rng.normal(0, 0.1, (40, 2)), rng.normal(10, 0.1, (300, 2))
    others = rng.normal((0, 10), 0.1, (300, 2))
    pixels = PixelEmbedding(np.concatenate([small, large, others]).T.astype(np.float32))
    assert len(np.unique(decode_hdbscan(pixels, CONFIG))) == 3
    larger = CONFIG.model_copy(update={"min_size": 50})
    assert len(np.unique(decode_hdbscan(pixels, larger))) == 2


def test_noise_joins_the_nearest_cluster_or_none(rng):
    points, truth = clouds(rng, 2, 300, 2, spread=0.1, distance=20)
    first, second = (points[truth == k].mean(0) for k in (0, 1))
    stray = first + 2 * (first - second)
    pixels = PixelEmbedding(np.vstack([points, stray]).T.astype(np.float32))
    labels = decode_hdbscan(pixels, CONFIG)
    assert labels[-1] == labels[0] != labels[-2]
    labels = decode_hdbscan(pixels, WITHOUT_REST)
    assert labels[-1] == -1
    assert same_partition(labels[:-1], truth)


@pytest.mark.parametrize("number", [0, 1, 2, 19, 300])
def test_what_has_no_parts_is_one_cluster(rng, number):
    pixels = PixelEmbedding(rng.normal(0, 1, (2, number)).astype(np.float32))
    labels = decode_hdbscan(pixels, CONFIG)
    assert labels.shape == (number,)
    assert not labels.any()


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 300), dims=st.integers(1, 3))
def test_neither_the_order_of_pixels_nor_where_they_are_matters(seed, n, dims):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, 60, (dims, 4))
    points = centres[:, rng.integers(0, 4, n)] + rng.normal(0, 2, (dims, n))
    points = (np.round(points * 64) / 64).astype(np.float32)
    for config in (CONFIG, WITHOUT_REST):
        labels = decode_hdbscan(PixelEmbedding(points), config)
        for other, order in permuted_and_moved(rng, points):
            found = decode_hdbscan(PixelEmbedding(other), config)
            assert same_partition(found, labels[order])


def test_what_is_not_finite_is_refused():
    points = np.array([[0, np.inf, np.nan, 1]], np.float32)
    with pytest.raises(InputError, match="of 2 pixels is NaN"):
        decode_hdbscan(PixelEmbedding(points), CONFIG)
