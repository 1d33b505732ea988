import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blobs import blobs
from napari_shift_unet.seams import AxisTiling, jumps
from napari_shift_unet.seams.comb import choose, search
from napari_shift_unet.seams.jumps import JumpProfile, compare, jump_comb, measure_jumps

LABELS = blobs((120, 200), radius=9, density=0.6)


def _embedding(labels: np.ndarray, seams: tuple[int, ...], axis: int = 1) -> np.ndarray:
    """Noise, and a step at every seam."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.3, (3, *labels.shape))
    steps = np.searchsorted(seams, np.arange(labels.shape[axis]), side="right") % 2
    return noise + 3 * np.moveaxis(steps[None, None], -1, axis + 1)[: labels.ndim + 1]


@given(st.integers(0, 100), st.sampled_from([(20, 30), (8, 14, 11)]), st.integers(1, 400))
def test_slabs_add_up_to_the_whole(seed, shape, slab):
    labels = blobs(shape, seed, radius=4, density=0.5)
    points = np.random.default_rng(seed).normal(size=(2, *shape))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jumps, "SLAB_VALUES", slab)
        for axis in range(len(shape)):
            found = measure_jumps(labels, points, axis)
            a, b = (np.moveaxis(labels, axis, 0)[part] for part in (slice(-1), slice(1, None)))
            distance = np.linalg.norm(np.diff(np.moveaxis(points, axis + 1, 1), axis=1), axis=0)
            others = tuple(range(1, len(shape)))
            inside, between = (a > 0) & (b > 0), (a > 0) & (b > 0) & (a != b)
            assert found.pixels[1:].tolist() == inside.sum(others).tolist()
            assert found.pixels_between[1:].tolist() == between.sum(others).tolist()
            np.testing.assert_allclose(found.total[1:], (distance * inside).sum(others), 1e-4)
            assert found.pixels[0] == found.total[0] == 0


def test_a_step_at_the_seams_is_measured():
    seams = AxisTiling(60).seams(200)
    jump = compare(measure_jumps(LABELS, _embedding(LABELS, seams), 1), seams)
    assert jump.ratio > 3
    assert jump.p_value == pytest.approx(1 / 199)
    assert 0 <= jump.disagreement < 0.2
    elsewhere = compare(measure_jumps(LABELS, _embedding(LABELS, ()), 1), seams)
    assert elsewhere.ratio == pytest.approx(1, abs=0.1)
    assert elsewhere.p_value > 0.02


def test_nothing_to_compare():
    profile = measure_jumps(LABELS, _embedding(LABELS, ()), 1)
    assert compare(profile, ()) is None
    empty = JumpProfile(*(np.zeros(9, kind) for kind in (float, int, float, int)))
    assert compare(empty, (4,)) is None
    assert not jump_comb(empty).rows.any()


@pytest.mark.parametrize("tiling", [AxisTiling(60), AxisTiling(45, 20), AxisTiling(45, 0, True)])
def test_tiles_are_found_in_an_embedding(tiling):
    profile = measure_jumps(LABELS, _embedding(LABELS, tiling.seams(200)), 1)
    comb = jump_comb(profile)
    best = choose(search(comb, comb.sizes(40)))
    assert best.tiling == tiling
    assert best.evidence > 0


def test_the_pattern_of_a_network_is_no_tiling():
    pattern = np.tile(np.repeat([0.0, 1.0], 16), 10)[:200]
    points = np.random.default_rng(0).normal(0, 0.1, (1, *LABELS.shape)) + pattern
    comb = jump_comb(measure_jumps(LABELS, points, 1))
    assert choose(search(comb, comb.sizes(40))).evidence < 0
