import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from napari_shift_unet.embeddings.binning import BinnedPoints, group_rows
from napari_shift_unet.errors import InputError

values = st.floats(-1000, 1000, width=32)
some_points = array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(
    lambda shape: arrays(np.float32, shape, elements=values)
)


def assert_same(a, b):
    assert a.edge == b.edge
    for name in ("keys", "counts", "sums"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


@given(some_points, st.randoms(use_true_random=False))
def test_any_order_and_any_parts_give_the_same_summary(points, random):
    whole = BinnedPoints.from_points(points, 0.7)
    shuffled = points[random.sample(range(len(points)), len(points))]
    cut = random.randint(0, len(points))
    parts = [BinnedPoints.from_points(p, 0.7) for p in (shuffled[:cut], shuffled[cut:])]
    assert_same(whole, parts[0].merge(parts[1]))
    assert_same(whole, parts[1].merge(parts[0]))


@given(some_points)
def test_every_point_is_counted_in_its_bin(points):
    edge = 0.5
    bins = BinnedPoints.from_points(points, edge)
    assert bins.counts.sum() == len(points)
    assert (np.abs(bins.means - (bins.keys + 0.5) * edge) <= 0.5 * edge).all()
    whole = bins.counts @ bins.means
    np.testing.assert_allclose(whole, points.sum(0, dtype=float), atol=len(points) * edge / 2**16)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 3000),
    dims=st.integers(1, 6),
    spread=st.sampled_from([0.1, 2.0, 300.0]),
    edge=st.sampled_from([0.25, 0.7, 3.0]),
)
def test_bins_are_those_of_one_point_after_the_other(kind, seed, n, dims, spread, edge):
    rng = np.random.default_rng(seed)
    points = (rng.normal(size=(n, dims)) * spread + rng.normal(0, 50, dims)).astype(kind)
    bins = {}
    for point in points.astype(np.float64):
        steps = np.rint(point * (2**16 / edge)).astype(int)
        count, sums = bins.get(key := tuple((steps // 2**16).tolist()), (0, 0))
        bins[key] = count + 1, sums + steps % 2**16
    found = BinnedPoints.from_points(points, edge)
    np.testing.assert_array_equal(found.keys, sorted(bins))
    np.testing.assert_array_equal(found.counts, [bins[key][0] for key in sorted(bins)])
    np.testing.assert_array_equal(found.sums, [bins[key][1] for key in sorted(bins)])
    assert {found.keys.dtype, found.counts.dtype, found.sums.dtype} == {np.dtype(np.int64)}


def test_mean_of_a_bin():
    points = np.array([[0.1, -0.1], [0.3, -0.3], [5.0, 5.0]])
    bins = BinnedPoints.from_points(points, 1.0)
    np.testing.assert_array_equal(bins.keys, [[0, -1], [5, 5]])
    np.testing.assert_array_equal(bins.counts, [2, 1])
    np.testing.assert_allclose(bins.means, [[0.2, -0.2], [5, 5]], atol=1e-5)


def test_coordinates_of_large_images_keep_their_precision():
    points = np.array([[999_999.0, 3.0]], np.float32)
    means = BinnedPoints.from_points(points, 1.25).means
    np.testing.assert_allclose(means, points, rtol=0, atol=1.25 / 2**16)


def test_no_points_at_all():
    nothing = BinnedPoints.from_points(np.zeros((0, 3)), 1.0)
    assert len(nothing) == 0
    assert nothing.means.shape == (0, 3)
    something = BinnedPoints.from_points(np.ones((2, 3)), 1.0)
    assert_same(nothing.merge(something), something)


@given(arrays(np.int64, (12, 16), elements=st.integers(-(2**40), 2**40)))
def test_group_rows_agrees_with_numpy_where_codes_overflow(rows):
    rows = np.concatenate([rows, rows[::3]])
    order, starts = group_rows(rows)
    np.testing.assert_array_equal(rows[order[starts]], np.unique(rows, axis=0))
    assert sorted(order.tolist()) == list(range(len(rows)))


def test_differing_summaries_are_not_merged():
    one, other = (BinnedPoints.from_points(np.ones((2, 3)), edge) for edge in (1.0, 2.0))
    with pytest.raises(InputError, match="differ in"):
        one.merge(other)


@pytest.mark.parametrize(
    ("points", "edge", "complaint"),
    [
        ([[0.0, np.nan], [1.0, np.inf], [0.0, 0.0]], 1.0, "of 2 pixels"),
        ([[np.inf], [np.nan], [-np.inf]], 1.0, "of 3 pixels"),
        ([[1e9]], 1e-3, "larger bandwidth"),
        ([[-1e9]], 1e-3, "larger bandwidth"),
        ([[0.0]], 0.0, "above 0"),
    ],
)
def test_what_cannot_be_binned(points, edge, complaint):
    with pytest.raises(InputError, match=complaint):
        BinnedPoints.from_points(np.array(points), edge)
