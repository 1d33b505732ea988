"""One axis of a network, against sizes and receptive fields that are counted step by step."""

from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.geometry.axis import Axis

axes = st.builds(
    Axis, st.lists(st.integers(1, 4), max_size=4).map(tuple), st.integers(0, 6).map(lambda n: 2 * n)
)


def _output(axis: Axis, size: int) -> int | None:
    """Walk a size through an unpadded network; None where it does not fit."""
    for factor in axis.factors:
        size -= axis.loss
        if size < 1 or size % factor:
            return None
        size //= factor
    size -= axis.loss
    for factor in reversed(axis.factors):
        if size < 1:
            return None
        size = size * factor - axis.loss
    return size if size >= 1 else None


def _seen(axis: Axis, position: int) -> set[int]:
    """Collect the input pixels of an output pixel, one connection after the other."""
    reach = axis.loss // 2

    def convolved(pixels: set[int]) -> set[int]:
        return {p + step for p in pixels for step in range(-reach, reach + 1)}

    def on_level(pixels: set[int], level: int) -> set[int]:
        pixels = convolved(pixels)
        if level == len(axis.factors):
            return pixels
        factor = axis.factors[level]
        below = on_level({p // factor for p in pixels}, level + 1)
        return convolved(pixels | {p * factor + step for p in below for step in range(factor)})

    return on_level({position}, 0)


@given(axes)
def test_smallest_output_and_step_are_those_of_a_walk_through_all_sizes(axis: Axis) -> None:
    smallest = axis.smallest_output
    largest = smallest + axis.shrink + 2 * axis.period
    fitting = [n for n in range(1, largest + 1) if _output(axis, n)]
    assert [_output(axis, n) for n in fitting] == [smallest + k * axis.period for k in range(3)]
    assert all(n - axis.shrink == _output(axis, n) for n in fitting)


@given(axes, st.integers(-20, 20))
def test_receptive_field_is_the_hull_of_all_connections(axis: Axis, position: int) -> None:
    seen = _seen(axis, position)
    assert axis.seen_from(position) == (min(seen), max(seen))


@given(axes)
def test_margin_and_reach_follow_from_all_receptive_fields_of_a_block(axis: Axis) -> None:
    fields = [_seen(axis, phase) for phase in range(axis.period)]
    assert axis.margin == -min(map(min, fields)) == max(map(max, fields)) - (axis.period - 1)
    assert axis.reach == max(abs(p - phase) for phase, field in enumerate(fields) for p in field)


def test_the_network_of_the_paper() -> None:
    axis = Axis((2, 2, 2, 2), loss=4)
    assert (axis.period, axis.scales, axis.shrink) == (16, (1, 2, 4, 8, 16), 184)
    assert (axis.smallest_output, axis.margin, axis.reach) == (4, 94, 107)
