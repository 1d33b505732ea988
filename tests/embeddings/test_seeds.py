"""Greedy seeds against a reference in plain numpy, written from the formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from napari_shift_unet.embeddings import ClusterConfig, PixelEmbedding, growth
from napari_shift_unet.embeddings.seeds import REST_OWN, REST_STEERED, decode_greedy_seeds
from napari_shift_unet.errors import InputError
from partitions import permuted_and_moved, same_partition


def reference(pixels, config):
    """[Nev], section 3.3, or [Nov], section 3.2, one pixel after the other."""
    points, scores = pixels.points.T.astype(np.float64), pixels.confidence
    labels, free, founders = np.full(len(points), -1), np.ones(len(points), bool), []
    for seed in np.argsort(-scores, kind="stable"):
        if scores[seed] < config.seed_threshold:
            break
        if not free[seed]:
            continue
        difference = points - points[seed]
        if pixels.sigma is None:
            kernel = np.exp(-np.sqrt((difference**2).sum(1)) / config.sigma)
            with np.errstate(divide="ignore"):
                joins = expit(np.log(scores / (1 - scores)) + np.log(kernel)) > 0.5
        else:
            sigma = pixels.sigma[:, seed].astype(np.float64)
            joins = np.exp(-(difference**2 / (2 * sigma**2)).sum(1)) > 0.5
        if joins.any() and 2 * free[joins].sum() >= joins.sum():
            labels[joins & free] = len(founders)
            founders.append(seed)
        free[joins] = free[seed] = False
    if config.assign_rest and founders:
        widths = np.full((1, len(points)), config.sigma) if pixels.sigma is None else pixels.sigma
        widths = widths[:, founders].T.astype(np.float64)
        limit = REST_STEERED if pixels.sigma is None else REST_OWN
        for pixel in np.flatnonzero(labels < 0):
            distances = (((points[pixel] - points[founders]) / widths) ** 2).sum(1)
            if distances.min() < limit**2:
                labels[pixel] = distances.argmin()
    return labels


def random_pixels(rng, n, dims, sigmas):
    """Points around a few centres and in between, in steps that translations keep exact."""
    centres = rng.uniform(0, 60, (5, dims))
    points = centres[rng.integers(0, 5, n)] + rng.normal(0, rng.uniform(0.5, 8), (n, dims))
    scores = rng.permutation(np.linspace(0.02, 0.98, n))
    sigma = None if sigmas is None else rng.uniform(0.5, 12, (sigmas, n)).astype(np.float32)
    steps = (np.round(points * 64) / 64).T.astype(np.float32)
    return PixelEmbedding(steps, scores.astype(np.float32), sigma)


CASES = st.sampled_from(
    [(2, None), (3, None), (8, None), (1, None), (2, 1), (2, 2), (3, 1), (3, 3)]
)
SETTINGS = st.builds(
    ClusterConfig,
    method=st.just("greedy-seeds"),
    seed_threshold=st.sampled_from([0.0, 0.5, 0.9]),
    sigma=st.sampled_from([0.3, 2.0, 10.0]),
    assign_rest=st.booleans(),
)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 300), case=CASES, config=SETTINGS)
def test_as_the_formulas_say(seed, n, case, config):
    pixels = random_pixels(np.random.default_rng(seed), n, *case)
    np.testing.assert_array_equal(decode_greedy_seeds(pixels, config), reference(pixels, config))


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 200), case=CASES, config=SETTINGS)
def test_neither_the_order_of_pixels_nor_where_they_are_matters(seed, n, case, config):
    rng = np.random.default_rng(seed)
    pixels = random_pixels(rng, n, *case)
    labels = decode_greedy_seeds(pixels, config)
    for points, order in permuted_and_moved(rng, pixels.points):
        sigma = None if pixels.sigma is None else pixels.sigma[:, order]
        other = PixelEmbedding(points, pixels.confidence[order], sigma)
        assert same_partition(decode_greedy_seeds(other, config), labels[order])


def line(positions, scores, sigma=None):
    points = np.array([positions], np.float32)
    widths = None if sigma is None else np.full((1, len(positions)), sigma, np.float32)
    return PixelEmbedding(points, np.array(scores, np.float32), widths)


GREEDY = ClusterConfig(method="greedy-seeds", seed_threshold=0.5, assign_rest=False)


def test_a_proposal_that_is_mostly_taken_is_no_object():
    # sigma 1: joins within 1.18. The second seed, at 2, finds 1 taken twice; the third is alone.
    pixels = line([0, 1, 1, 2, 9], [0.9, 0.1, 0.1, 0.8, 0.7], sigma=1)
    np.testing.assert_array_equal(decode_greedy_seeds(pixels, GREEDY), [0, 0, 0, -1, 1])
    half = line([0, 1, 2, 9], [0.9, 0.1, 0.8, 0.7], sigma=1)
    np.testing.assert_array_equal(decode_greedy_seeds(half, GREEDY), [0, 0, 1, 2])


def test_the_rest_joins_the_nearest_seed_unless_it_is_far():
    pixels = line([0, 8, 2.9, 5, 11.1], [0.9, 0.8, 0.1, 0.1, 0.1], sigma=1)
    joined = GREEDY.model_copy(update={"assign_rest": True})
    np.testing.assert_array_equal(decode_greedy_seeds(pixels, joined), [0, 1, 0, -1, -1])
    np.testing.assert_array_equal(decode_greedy_seeds(pixels, GREEDY), [0, 1, -1, -1, -1])


def test_points_that_all_reach_each_other_take_a_bounded_time(monkeypatch, rng):
    monkeypatch.setattr(growth, "VISITS", 2)
    monkeypatch.setattr(growth, "FEWEST_VISITS", 1)
    points = rng.normal(0, 1e-3, (2, 300)).astype(np.float32)
    scores = np.linspace(0.9, 0.4, 300, dtype=np.float32)
    sigma = np.full((1, 300), 1e-3, np.float32)
    labels = decode_greedy_seeds(PixelEmbedding(points, scores, sigma), GREEDY)
    assert 1 <= labels.max() + 1 <= 3
    everything = decode_greedy_seeds(PixelEmbedding(points, scores, 1e4 * sigma), GREEDY)
    assert (everything == 0).all()


def test_the_seed_threshold_counts_itself():
    pixels = line([0, 5, 10], [0.75, 0.5, 0.25], sigma=1)
    for threshold, expected in ((0.5, [0, 1, -1]), (0.51, [0, -1, -1]), (0.9, [-1, -1, -1])):
        config = GREEDY.model_copy(update={"seed_threshold": threshold})
        np.testing.assert_array_equal(decode_greedy_seeds(pixels, config), expected)


def test_ties_go_by_raster_order():
    pixels = line([0, 1, 2], [0.9, 0.9, 0.9], sigma=1)
    np.testing.assert_array_equal(decode_greedy_seeds(pixels, GREEDY), [0, 0, 1])


def test_a_certain_pixel_has_a_finite_reach():
    pixels = line([0, 15, 17], [1, 1, 1])
    np.testing.assert_array_equal(decode_greedy_seeds(pixels, GREEDY), [0, 0, 1])


@pytest.mark.parametrize("where", ["points", "sigma"])
def test_what_is_not_finite_is_refused(where):
    pixels = line([0, 1, 2], [0.9, 0.9, 0.9], sigma=1)
    getattr(pixels, where)[0, 1] = np.nan
    with pytest.raises(InputError, match="of 1 pixels is NaN"):
        decode_greedy_seeds(pixels, GREEDY)


def test_there_must_be_a_confidence():
    with pytest.raises(InputError, match="neither"):
        decode_greedy_seeds(PixelEmbedding(np.zeros((2, 4), np.float32)), GREEDY)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 50), sigmas=st.integers(1, 3))
def test_the_edge_of_cells_is_half_of_the_usual_reach(seed, n, sigmas):
    rng = np.random.default_rng(seed)
    widths, reach = rng.random((n, sigmas), np.float32), rng.random(n)
    expected = float(np.median(widths) * reach.max()) / 2
    assert growth.cell_edge(widths, reach) == expected
