from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.sweep import SweepConfig, parse_windows


@given(st.integers(1, 300), st.integers(0, 300), st.integers(1, 40))
def test_both_ends_are_included(first, more, step):
    windows = parse_windows(f"{first}:{first + more}:{step}")
    assert windows[0] == first
    assert first + more - step < windows[-1] <= first + more
    assert {b - a for a, b in pairwise(windows)} <= {step}


def test_windows_as_they_are_typed():
    assert parse_windows("112:152:8") == (112, 120, 128, 136, 144, 152)
    assert parse_windows("5:7") == (5, 6, 7)
    assert parse_windows(" 148 ") == (148,)


@pytest.mark.parametrize("text", ["", "112-152", "a:b:c", "1:2:3:4", "-4:8:4", "4:8:-1"])
def test_other_texts(text):
    with pytest.raises(InputError, match="give the first, the last and the step"):
        parse_windows(text)


@pytest.mark.parametrize("text", ["152:112:4", "112:152:0", "0:4:1", "1:5000:1"])
def test_windows_that_are_none_or_too_many(text):
    with pytest.raises(InputError, match="give 1 to 1000"):
        parse_windows(text)


def test_windows_are_put_in_order():
    assert SweepConfig(windows=(8, 4, 8)).windows == (4, 8)
    with pytest.raises(InputError, match="at least 1 px"):
        SweepConfig(windows=(0, 4))
    with pytest.raises(InputError, match="windows"):
        SweepConfig(windows=())
