from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.seams.comb import Candidate, Comb, as_p_value, choose, search
from napari_shift_unet.seams.grid import AxisTiling


def _comb(rows: np.ndarray) -> Comb:
    rows[:, 0] = 0
    return Comb(rows, np.full(len(rows), -log(len(rows))))


@given(st.integers(0, 2**32 - 1), st.integers(6, 40), st.integers(1, 3), st.integers(1, 6))
def test_the_search_is_that_of_all_tilings_one_by_one(seed, length, rows, smallest):
    comb = _comb(np.random.default_rng(seed).integers(-3, 4, (rows, length)).astype(float))
    sizes = comb.sizes(smallest)
    expected: dict[tuple[bool, bool], float] = {}
    for tile in sizes:
        for offset in range(tile):
            if offset and offset + tile >= length:
                continue  # a single seam: known by the tilings that begin at the edge
            for moved in (False, True):
                tiling = AxisTiling(tile, offset, moved)
                if moved and tiling.seams(length) == AxisTiling(tile, offset).seams(length):
                    continue
                if moved and (comb.rows[:, length - tile] < 0).all():
                    continue  # its own last seam speaks against it
                lines = list(tiling.seams(length))
                evidence = (comb.rows[:, lines].sum(axis=1) + comb.log_prior).max()
                evidence -= log(len(sizes)) + (log(tile - 1) if offset else 0)
                style = offset == 0, moved
                expected[style] = max(expected.get(style, -np.inf), evidence)
    found = {candidate.style: candidate.evidence for candidate in search(comb, sizes)}
    assert found == pytest.approx(expected, abs=1e-4)


def test_an_axis_too_short_for_tiles_has_no_candidate():
    assert search(_comb(np.zeros((1, 8))), _comb(np.zeros((1, 8))).sizes()) == []
    assert choose([]) is None


def test_the_prior_of_a_style_adds_up_to_one():
    styles = [AxisTiling(9, offset, moved) for offset in (0, 4) for moved in (False, True)]
    for like in (None, *styles):
        weights = [choose([Candidate(tiling, 0.0)], like).evidence for tiling in styles]
        assert np.exp(weights).sum() == pytest.approx(1)
    assert choose([Candidate(t, 0.0) for t in styles], styles[3]).tiling == styles[3]


def test_the_p_value_of_known_lines_is_a_mean_over_assumptions():
    comb = _comb(np.array([[0.0, 2.0, 3.0], [0.0, -1.0, 0.0]]))
    assert comb.p_value([1, 2]) == pytest.approx(1 / ((np.exp(5) + np.exp(-1)) / 2))
    assert comb.p_value([]) == 1
    assert as_p_value(-4) == 1
    assert as_p_value(1e4) == 1e-300
