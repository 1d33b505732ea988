import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import MeanShift
from sklearn.metrics import adjusted_rand_score

from clouds import clouds
from napari_shift_unet.embeddings import modes
from napari_shift_unet.embeddings.binning import BinnedPoints
from napari_shift_unet.embeddings.modes import (
    bin_edge,
    find_modes,
    mean_shift,
    nearest_mode,
)
from napari_shift_unet.errors import InputError


def gaussian_modes(points, bandwidth):
    """Climb from every point by the formula, and keep the modes that are a bandwidth apart."""
    here = points.astype(np.float64)
    for _ in range(200):
        distance2 = ((here[:, None] - points) ** 2).sum(-1)
        weights = np.exp(-distance2 / (2 * bandwidth**2))
        here = weights @ points / weights.sum(1, keepdims=True)
    found = []
    for mode in here[np.argsort(-weights.sum(1))]:
        if all(np.linalg.norm(mode - other) > bandwidth for other in found):
            found.append(mode)
    return np.array(found)


# In 16-D most of scikit-learn's seeds, corners of its bins, see no point at all: strays are lost.
@pytest.mark.parametrize(
    ("dims", "strays"), [(1, 0.1), (2, 0.1), (3, 0.1), (5, 0.1), (8, 0.1), (16, 0.0)]
)
def test_tight_clusters_are_found_as_scikit_learn_finds_them(rng, dims, strays):
    points, truth = clouds(rng, 12, 200, dims, spread=0.15, strays=strays)
    result = mean_shift(points, 1.0)
    reference = MeanShift(bandwidth=1.0, bin_seeding=True).fit_predict(points)
    assert adjusted_rand_score(reference, result.labels) > 0.99
    assert adjusted_rand_score(truth, result.labels) > 0.8


@pytest.mark.parametrize(("dims", "spread"), [(1, 0.5), (2, 0.45), (3, 0.4), (8, 0.3)])
def test_diffuse_clusters_too(rng, dims, spread):
    points, _ = clouds(rng, 8, 400, dims, spread)
    result = mean_shift(points, 1.0)
    reference = MeanShift(bandwidth=1.0, bin_seeding=True).fit_predict(points)
    assert adjusted_rand_score(reference, result.labels) > 0.97


@pytest.mark.parametrize("dims", [1, 2, 3, 8])
def test_gaussian_modes_are_those_of_the_formula(rng, dims):
    points, _ = clouds(rng, 5, 60, dims, spread=0.3)
    found = mean_shift(points, 1.0, "gaussian").modes
    wanted = gaussian_modes(points, 1.0)
    assert len(found) == len(wanted)
    nearest = np.linalg.norm(found[:, None] - wanted, axis=-1)
    assert nearest.min(1).max() < 0.1
    assert nearest.min(0).max() < 0.1


@pytest.mark.parametrize("kernel", ["flat", "gaussian"])
@given(
    seed=st.integers(0, 2**32 - 1),
    dims=st.integers(1, 9),
    spread=st.floats(0.01, 1.5),
    threads=st.integers(1, 3),
)
def test_order_of_points_and_threads_change_nothing(kernel, seed, dims, spread, threads):
    rng = np.random.default_rng(seed)
    points, _ = clouds(rng, 4, 40, dims, spread, strays=0.2)
    order = rng.permutation(len(points))
    result = mean_shift(points, 1.0, kernel, threads=1)
    again = mean_shift(points[order], 1.0, kernel, threads=threads)
    np.testing.assert_array_equal(again.modes, result.modes)
    np.testing.assert_array_equal(again.weights, result.weights)
    np.testing.assert_array_equal(again.labels, result.labels[order])


@given(seed=st.integers(0, 2**32 - 1), n_parts=st.integers(1, 5))
def test_blocks_of_an_image_give_the_modes_of_the_whole(seed, n_parts):
    rng = np.random.default_rng(seed)
    points, _ = clouds(rng, 6, 50, 3, spread=0.4)
    parts = np.array_split(points, np.sort(rng.integers(0, len(points), n_parts - 1)))
    summaries = [BinnedPoints.from_points(part, bin_edge(1.0)) for part in parts]
    found, weights = find_modes(summaries[0].merge(*summaries[1:]), 1.0)
    whole = mean_shift(points, 1.0)
    np.testing.assert_array_equal(found, whole.modes)
    np.testing.assert_array_equal(weights, whole.weights)
    labels = np.concatenate([nearest_mode(part, found) for part in parts])
    np.testing.assert_array_equal(labels, whole.labels)


def test_modes_and_labels(rng):
    points, _ = clouds(rng, 7, 90, 2, spread=0.3)
    result = mean_shift(points, 1.0)
    assert (np.diff(result.weights) <= 0).all()
    distances = np.linalg.norm(points[:, None] - result.modes, axis=-1)
    np.testing.assert_array_equal(result.labels, distances.argmin(1))
    between = np.linalg.norm(result.modes[:, None] - result.modes, axis=-1)
    assert between[~np.eye(len(between), dtype=bool)].min() > 1.0


def test_weight_of_a_mode_counts_the_points_within_the_bandwidth():
    points = np.repeat([[0.0, 0.0], [0.5, 0.0], [9.0, 9.0]], [10, 10, 3], axis=0)
    result = mean_shift(points, 1.0)
    np.testing.assert_allclose(result.modes, [[0.25, 0], [9, 9]], atol=1e-4)
    np.testing.assert_array_equal(result.weights, [20, 3])


def test_identical_points_are_one_cluster_and_none_are_none():
    assert mean_shift(np.full((50, 8), 3.25, np.float32), 0.1).modes.tolist() == [[3.25] * 8]
    nothing = mean_shift(np.zeros((0, 4), np.float32), 1.0)
    assert nothing.modes.shape == (0, 4)
    assert nothing.labels.shape == (0,)


def test_few_points_far_apart_in_many_dimensions():
    corners = 1e6 * np.eye(16) - 5e5
    result = mean_shift(corners, 1.0)
    assert sorted(result.labels.tolist()) == list(range(16))
    np.testing.assert_allclose(result.modes[result.labels], corners)


def test_a_budget_bounds_the_work_on_noise(rng, monkeypatch):
    points = rng.normal(0, 3, (3000, 8)).astype(np.float32)
    monkeypatch.setattr(modes, "_FEWEST", (2**12, 2**14))
    monkeypatch.setattr(modes, "_SEEDING", 1)
    monkeypatch.setattr(modes, "_CLIMBING", 1)
    result = mean_shift(points, 1.0)
    again = mean_shift(points[::-1], 1.0)
    assert 1 < len(result.modes) < 1000
    np.testing.assert_array_equal(again.modes, result.modes)


@pytest.mark.parametrize("bandwidth", [0.0, -1.0, np.nan, np.inf])
def test_a_bandwidth_must_be_above_zero(bandwidth):
    with pytest.raises(InputError, match="above 0"):
        mean_shift(np.zeros((3, 2)), bandwidth)


def test_points_without_modes():
    with pytest.raises(InputError, match="3 points and no modes"):
        nearest_mode(np.zeros((3, 2)), np.zeros((0, 2)))
