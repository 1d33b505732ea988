"""Nearest places by cells of space, against all distances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.embeddings.nearest import nearest


def _distances2(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    squared: np.ndarray = np.square(points[:, None].astype(np.float64) - places[None]).sum(axis=-1)
    return squared


@given(st.integers(1, 5), st.integers(1, 3000), st.integers(1, 300), st.integers(0, 99))
def test_it_is_the_place_of_the_least_distance(d: int, n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    stretch = rng.choice([0.0, 1.0, 1e4], d)
    points = (rng.normal(size=(n, d)) * stretch).astype(np.float32)
    places = rng.normal(size=(k, d)) * rng.choice([0.1, 1.0], d) * stretch
    found = nearest(points, places)
    squared = _distances2(points, places)
    assert (squared[np.arange(n), found] == squared.min(axis=1)).all()


@pytest.mark.parametrize("n", [1, 40, 20_000])
def test_of_places_equally_near_it_is_the_first_in_any_company(n: int) -> None:
    rng = np.random.default_rng(0)
    points = rng.integers(0, 9, (n, 2)).astype(np.float32)
    places = 2.0 * np.stack(np.meshgrid(range(5), range(5)), axis=-1).reshape(-1, 2)
    found = nearest(points, places)
    np.testing.assert_array_equal(found, _distances2(points, places).argmin(axis=1))
    np.testing.assert_array_equal(found[: n // 2 + 1], nearest(points[: n // 2 + 1], places))
