import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import Footprint, UNetSpec
from strategies import specs

footprints = specs(max_period=36).map(lambda spec: spec.footprint)


@given(footprints, st.data())
def test_window_at_least_is_the_smallest_that_is_large_enough(
    footprint: Footprint, data: st.DataObject
) -> None:
    size = data.draw(st.tuples(*[st.integers(1, 200)] * footprint.ndim))
    found = footprint.window_at_least(size)
    assert footprint.is_window(found)
    for axis in range(footprint.ndim):
        assert found[axis] >= size[axis]
        fewer = found[axis] - footprint.window_step[axis]
        assert fewer < size[axis] or not footprint.is_window(
            (*found[:axis], fewer, *found[axis + 1 :])
        )


@given(footprints, st.data())
def test_backing_off_halves_one_axis_at_a_time_down_to_the_smallest_legal_window(
    footprint: Footprint, data: st.DataObject
) -> None:
    size = data.draw(st.tuples(*[st.integers(1, 2000)] * footprint.ndim))
    smallest = footprint.window_at_least(footprint.period)
    window = footprint.window_at_least(tuple(map(max, size, smallest)))
    steps = 0
    while (smaller := footprint.next_smaller_window(window)) is not None:
        assert footprint.is_window(smaller)
        changed = [a for a in range(footprint.ndim) if smaller[a] != window[a]]
        assert len(changed) == 1
        axis = changed[0]
        assert smallest[axis] <= smaller[axis] < window[axis]
        assert smaller[axis] < window[axis] / 2 + footprint.window_step[axis]
        longest = max(n for n, low in zip(window, smallest, strict=True) if n > low)
        assert window[axis] == longest
        window, steps = smaller, steps + 1
    assert window == smallest
    assert steps <= 12 * footprint.ndim


def test_backing_off_from_the_window_of_the_paper() -> None:
    footprint = UNetSpec().footprint
    windows: list[tuple[int, ...]] = [(148, 148)]
    while (smaller := footprint.next_smaller_window(windows[-1])) is not None:
        windows.append(smaller)
    assert windows[1:4] == [(84, 148), (84, 84), (52, 84)]
    assert windows[-1] == (20, 20)
    assert footprint.next_smaller_window((4, 4)) is None


def test_backing_off_of_a_network_whose_windows_are_far_apart() -> None:
    footprint = Footprint((16,), (0,), (16,), (32,), (0,))
    assert footprint.next_smaller_window((48,)) == (16,)
    assert footprint.next_smaller_window((80,)) == (48,)
    assert footprint.next_smaller_window((16,)) is None


@given(footprints, st.data())
def test_legal_crops_are_multiples_of_the_period(footprint: Footprint, data: st.DataObject) -> None:
    window = data.draw(st.tuples(*[st.integers(1, 200)] * footprint.ndim))
    for crops, n, period in zip(
        footprint.legal_crops(window), window, footprint.period, strict=True
    ):
        assert list(crops) == [c for c in range(1, n + 1) if c % period == 0]


@given(footprints, st.data())
def test_larger_windows_cost_more(footprint: Footprint, data: st.DataObject) -> None:
    window = footprint.window_at_least(data.draw(st.tuples(*[st.integers(1, 99)] * footprint.ndim)))
    larger = tuple(n + step for n, step in zip(window, footprint.window_step, strict=True))
    assert footprint.work(larger) > footprint.work(window)
    assert footprint.activation_bytes(larger) > footprint.activation_bytes(window)


def test_a_network_of_unknown_layers_is_forecast_by_the_pixels_that_it_reads() -> None:
    known = UNetSpec().footprint
    unknown = Footprint(
        known.period, known.context, known.window_base, known.window_step, known.required_context
    )
    assert unknown.work((148, 148)) == 332**2
    assert unknown.ideal_work_per_pixel == 1
    guess = unknown.activation_bytes((148, 148)) / known.activation_bytes((148, 148))
    assert 1 < guess < 4


def test_padded_networks_can_be_read_with_another_context() -> None:
    footprint = UNetSpec(padding="same").footprint
    assert footprint.with_context((96, 96)) == footprint
    assert footprint.with_context((32, 0)).input_size((160, 160)) == (224, 160)
    for context in [(8, 96), (-16, 96), (96,)]:
        with pytest.raises(InputError, match=r"multiple of \[16, 16\] px .* Use \[96, 96\]"):
            footprint.with_context(context)


def test_unpadded_networks_cannot() -> None:
    footprint = UNetSpec().footprint
    assert footprint.with_context((92, 92)) == footprint
    with pytest.raises(InputError, match=r"always reads \[92, 92\] px; leave the context out"):
        footprint.with_context((96, 96))


def test_windows_have_the_axes_of_the_network() -> None:
    assert not UNetSpec().footprint.is_window((20, 20, 20))
    assert UNetSpec().footprint.is_window((20, 4))
    assert not UNetSpec().footprint.is_window((20, 0))
