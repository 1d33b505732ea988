import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core.caching import CacheImpl

from napari_shift_unet.embeddings.neighbours import build_grid, compiled, cover, shift

UNLIMITED = 2**62


def some_points(seed, dims, n=60):
    return np.random.default_rng(seed).uniform(-3, 3, (n, dims))


seeds = st.integers(0, 2**32 - 1)
dims = st.integers(1, 6)
radii = st.floats(0.05, 4)


@given(seeds, dims, radii)
def test_cover_takes_points_in_order_unless_one_is_near(seed, dims, radius):
    points = some_points(seed, dims)
    priority = np.random.default_rng(seed).permutation(len(points))
    chosen = cover(build_grid(points, np.ones(len(points)), radius), priority, UNLIMITED)
    wanted = []
    for i in priority:
        if all(np.linalg.norm(points[i] - points[j]) > radius for j in wanted):
            wanted.append(i)
    assert chosen.tolist() == wanted


@given(seeds, dims, radii, st.sampled_from([0.0, 0.7]), st.integers(1, 3))
def test_a_step_leads_to_the_weighted_mean_of_the_neighbours(seed, dims, radius, falloff, threads):
    points = some_points(seed, dims)
    counts = np.random.default_rng(seed).integers(1, 9, len(points))
    grid = build_grid(points, counts, radius)
    found, weights, settled, spent = shift(grid, points[:7], falloff, 1, 0.0, threads)
    distance2 = ((points[:7, None] - points) ** 2).sum(-1)
    shares = counts * np.exp(-falloff * distance2) * (distance2 <= radius**2)
    np.testing.assert_allclose(weights, shares.sum(1))
    np.testing.assert_allclose(found, shares @ points / shares.sum(1, keepdims=True), atol=1e-9)
    stayed = np.linalg.norm(found - points[:7], axis=1) == 0
    np.testing.assert_array_equal(settled, stayed)
    assert np.count_nonzero(shares) <= spent <= 7 * len(points)


def test_a_seed_rests_once_it_does_not_move():
    points = np.array([[0.0], [1.0], [1.5], [9.0]])
    grid = build_grid(points, np.ones(4), 1.0)
    found, weights, settled, _ = shift(grid, points[:1], 0.0, 50, 1e-9, 1)
    np.testing.assert_allclose(found, [[2.5 / 3]])
    assert (weights[0], settled[0]) == (3, True)
    assert not shift(grid, points[:1], 0.0, 2, 1e-9, 1)[2][0]


def test_an_exhausted_budget_leaves_points_out():
    points = np.arange(100.0)[:, None]
    grid = build_grid(points, np.ones(100), 0.5)
    assert len(cover(grid, np.arange(100), UNLIMITED)) == 100
    assert cover(grid, np.arange(100), 10).tolist() == list(range(11))


def test_a_grid_without_end_spans_fewer_axes():
    points = np.array([[0.0] * 5, [2.0**30] * 5])
    grid = build_grid(points, np.ones(2), 1.0)
    assert len(grid.extent) == 2
    assert len(cover(grid, np.arange(2), UNLIMITED)) == 2


def test_kernels_compile_where_nothing_can_be_written(monkeypatch):
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])

    def double(x):
        return 2 * x

    assert compiled(double)(21) == 42


@pytest.mark.parametrize("n", [1, 2, 50])
def test_any_number_of_threads_gives_the_same_bits(n):
    points = some_points(3, 4, 200)
    grid = build_grid(points, np.ones(200), 1.5)
    results = [shift(grid, points[:n], 0.3, 5, 1e-3, threads) for threads in (1, 2, 7, None)]
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(a, b)
