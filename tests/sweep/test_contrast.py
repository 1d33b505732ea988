import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.sweep import Measurement, contrast_of


def measurement(window, image, splits, ap=0.5):
    return Measurement(window, image, 50, 50, splits, 0, 0, 0, ap)


def sweep_of(on, off):
    """Two windows per kind, one row per image."""
    return [
        measurement(window, f"image {n}", splits, 0.9 if splits == 0 else 0.9 / splits)
        for windows, values in (((112, 128), on), ((116, 148), off))
        for window in windows
        for n, splits in enumerate(values)
    ]


def test_the_paper_as_an_example(rng):
    found = contrast_of(
        sweep_of(rng.poisson(6, 40).tolist(), rng.poisson(12.5, 40).tolist()), (16, 16)
    )
    assert found.images == 40
    assert found.false_splits_ratio == pytest.approx(12.5 / 6, rel=0.2)
    low, high = found.false_splits_ratio_interval
    assert 1.5 < low < found.false_splits_ratio < high < 3
    assert found.ap_difference == pytest.approx(found.ap_off - found.ap_on)
    assert found.ap_difference_interval[1] < 0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6))
def test_means_and_intervals(pairs):
    on, off = zip(*pairs, strict=True)
    rows = sweep_of(on, off)
    found = contrast_of(rows, (4, 8))
    assert found == contrast_of(rows[::-1], (8,))
    assert found.false_splits_on == pytest.approx(np.mean(on))
    assert found.false_splits_off == pytest.approx(np.mean(off))
    low, high = found.false_splits_difference_interval
    assert low <= found.false_splits_difference + 1e-9
    assert high >= found.false_splits_difference - 1e-9
    assert (found.false_splits_ratio is None) == (sum(on) == 0)


def test_nothing_split_on_the_lattice():
    found = contrast_of(sweep_of([0, 0], [3, 1]), (16,))
    assert found.false_splits_ratio is None
    assert found.false_splits_ratio_interval == (None, None)
    silent = contrast_of(sweep_of([0, 0], [0, 0]), (16,))
    assert silent.false_splits_ratio_interval == (1, 1)


def test_of_one_kind_there_is_no_contrast():
    assert contrast_of([measurement(112, "a", 1)], (16, 16)) is None
    assert contrast_of([measurement(113, "a", 1)], (16, 16)) is None
    assert contrast_of([], (16, 16)) is None
    mixed = [measurement(8, "a", 1), measurement(12, "a", 1)]
    assert contrast_of(mixed, (4, 8)).false_splits_on == 1, "a multiple along all axes"
