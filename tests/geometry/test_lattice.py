import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import lattice_lines

positions = st.integers(-2000, 2000).map(lambda n: n / 8)


@given(positions, positions, st.integers(1, 64), st.integers(-40, 40))
def test_all_lines_of_the_interval_are_drawn_and_no_others(
    start: float, stop: float, step: int, offset: int
) -> None:
    lines = lattice_lines(start, stop, step, offset=offset)
    wanted = [n for n in range(-300, 300) if start <= n <= stop and (n - offset) % step == 0]
    assert list(lines) == wanted


@given(positions, st.integers(1, 64), st.integers(-40, 40), st.floats(0.1, 5000))
def test_a_grid_that_is_too_fine_is_thinned_to_a_part_of_itself(
    start: float, step: int, offset: int, min_gap: float
) -> None:
    every = lattice_lines(start, start + 20_000, step, offset=offset)
    drawn = lattice_lines(start, start + 20_000, step, offset=offset, min_gap=min_gap)
    assert set(drawn) <= set(every)
    assert drawn.step >= min_gap
    assert drawn.step == step or drawn.step < 2 * min_gap
    moved = lattice_lines(start + 100, start + 20_100, step, offset=offset, min_gap=min_gap)
    assert {n for n in drawn if n >= moved[0]} == {n for n in moved if n <= drawn[-1]}


def test_a_step_must_be_positive() -> None:
    with pytest.raises(InputError, match="step of the grid is 0 px"):
        lattice_lines(0, 10, 0)
