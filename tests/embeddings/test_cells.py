"""Points sorted into cells, against a stable sort of the cells' numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings.cells import sort_into_cells


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 300),
    dims=st.integers(1, 5),
    edge=st.sampled_from([1e-3, 0.3, 1.0, 50.0]),
)
def test_points_come_cell_by_cell_in_their_order(kind, seed, n, dims, edge):
    rng = np.random.default_rng(seed)
    points = (rng.normal(size=(n, dims)) * rng.choice([0.0, 1.0, 1e3], dims)).astype(kind)
    cells = sort_into_cells(points, edge)
    places = (points[:, cells.axes].astype(np.float64) - cells.origin) / cells.edge
    inside = np.minimum(places.astype(np.int64), cells.extent - 1)
    codes = np.ravel_multi_index(tuple(inside.T), tuple(cells.extent))
    np.testing.assert_array_equal(cells.order, np.argsort(codes, kind="stable"))
    np.testing.assert_array_equal(cells.points, points[cells.order])
    counts = np.bincount(codes, minlength=cells.extent.prod())
    np.testing.assert_array_equal(np.diff(cells.starts), counts)
    assert (cells.starts[0], cells.starts[-1]) == (0, n)
    assert cells.edge >= edge
    assert cells.extent.prod() <= n
