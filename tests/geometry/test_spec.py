import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.geometry import UNetSpec
from strategies import specs


def test_sizes_of_the_paper() -> None:
    spec = UNetSpec()
    assert (spec.levels, spec.period, spec.context) == (4, (16, 16), (92, 92))
    for size, output in [(204, 20), (220, 36), (332, 148)]:
        assert spec.output_size((size, size)) == (output, output)
    assert spec.legal_inputs(0, near=0, count=3) == [188, 204, 220]
    assert spec.footprint.window_base == (4, 4)


def test_plain_integers_hold_for_all_axes() -> None:
    spec = UNetSpec(ndim=3, factors=(2, (1, 3, 3)), kernel=np.int64(5))
    assert spec.factors == ((2, 2, 2), (1, 3, 3))
    assert spec.kernel == (5, 5, 5)
    assert spec.period == (2, 6, 6)
    assert spec == UNetSpec.model_validate_json(spec.model_dump_json())
    assert UNetSpec(ndim=np.int64(3), factors=np.array([2, 2]).tolist()).period == (4, 4, 4)


def test_a_network_without_pooling_has_a_period_of_one() -> None:
    spec = UNetSpec(factors=())
    assert (spec.period, spec.context, spec.output_size((9, 12))) == ((1, 1), (2, 2), (5, 8))


def test_the_context_of_a_same_padded_network_is_on_the_lattice_and_no_larger_than_needed() -> None:
    spec = UNetSpec(padding="same")
    assert spec.footprint.required_context == (94, 94)
    assert spec.context == (96, 96)
    assert spec.receptive_reach == (107, 107)


@given(specs(max_period=36), st.data())
def test_legal_inputs_are_the_nearest_that_are_legal(spec: UNetSpec, data: st.DataObject) -> None:
    axis = data.draw(st.integers(0, spec.ndim - 1))
    near, count = data.draw(st.integers(-50, 900)), data.draw(st.integers(1, 4))
    smallest = [spec.legal_inputs(a, near=0, count=1)[0] for a in range(spec.ndim)]
    last = max(near, smallest[axis]) + (count + 1) * spec.period[axis]
    sizes = ((*smallest[:axis], n, *smallest[axis + 1 :]) for n in range(1, last + 1))
    every = [size[axis] for size in sizes if spec.is_legal_input(size)]
    assert every[0] == smallest[axis]
    wanted = sorted(sorted(every, key=lambda n: (abs(n - near), n))[:count])
    assert spec.legal_inputs(axis, near=near, count=count) == wanted


@given(specs(max_period=36), st.data())
def test_output_size_takes_the_context_off_both_sides(spec: UNetSpec, data: st.DataObject) -> None:
    footprint = spec.footprint
    wanted = data.draw(st.tuples(*[st.integers(1, 200)] * spec.ndim))
    window = footprint.window_at_least(wanted)
    size = footprint.input_size(window)
    assert spec.is_legal_input(size)
    assert spec.output_size(size) == (window if spec.padding == "valid" else size)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size", [(203, 204), (0, 204), (-4, 204), (4, 4)])
def test_other_inputs_are_refused_with_the_nearest_legal_ones(
    padding: str, size: tuple[int, int]
) -> None:
    spec = UNetSpec(padding=padding)
    near = spec.legal_inputs(0, near=size[0])
    with pytest.raises(InputError, match=rf"{size[0]}, .* one of \[\[{near[0]}, {near[1]}\]"):
        spec.output_size(size)


def test_inputs_of_other_axes_are_refused() -> None:
    with pytest.raises(InputError, match="has 3 axes; this network has 2"):
        UNetSpec().output_size((204, 204, 204))
    assert not UNetSpec().is_legal_input((204,))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"ndim": 4}, "ndim is 4: input should be 2 or 3"),
        ({"ndim": 2.5}, r"ndim is 2\.5"),
        ({"factors": 2}, "factors is 2: "),
        ({"factors": (2, "a")}, r"factors\.1 is 'a'"),
        ({"factors": ((2, 2), (2, 2, 2))}, "factors has 3 axes; the network has 2"),
        ({"factors": (0,)}, "greater than or equal to 1"),
        ({"factors": (10**9,)}, "less than or equal to 16"),
        ({"factors": (2,) * 10**4}, "at most 12 items"),
        ({"factors": (16,) * 4}, r"period is \[65536, 65536\] px; it must not exceed 4096"),
        ({"kernel": 2}, r"kernel is \[2, 2\] px; it must be odd"),
        ({"kernel": None}, "kernel is None"),
        ({"kernel": (3, 3, 3)}, "kernel has 3 axes; the network has 2"),
        ({"width": 0}, "width is 0: "),
        ({"width": 10**9}, "less than or equal to 4096"),
        ({"width": 4096, "growth": 8}, r"3\.2e\+15 parameters"),
        ({"convs": 10**6}, "less than or equal to 16"),
        ({"widht": 16}, "widht is no setting; check its spelling"),
        ({"padding": "reflect"}, "padding is 'reflect'"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    settings: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        UNetSpec(**settings)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert not str(caught.value).endswith("..")


def test_a_description_never_changes() -> None:
    spec = UNetSpec()
    with pytest.raises(ValueError, match="frozen"):
        spec.width = 3  # type: ignore[misc]
    assert hash(spec) == hash(UNetSpec())
