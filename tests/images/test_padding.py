import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import read_padded, reflect_indices


@given(st.integers(1, 40), st.integers(0, 150), st.integers(0, 150))
def test_indices_are_those_of_numpy(length, before, after):
    expected = np.pad(np.arange(length), (before, after), mode="reflect")
    np.testing.assert_array_equal(reflect_indices(-before, length + after, length), expected)


@given(st.integers(-300, 300), st.integers(0, 60), st.integers(1, 25))
def test_an_interval_is_a_part_of_a_longer_one(start, size, length):
    whole = reflect_indices(-400, 400, length)
    part = reflect_indices(start, start + size, length)
    np.testing.assert_array_equal(part, whole[start + 400 : start + 400 + size])
    assert part.dtype == np.int64


@pytest.mark.parametrize(
    ("start", "stop", "length", "message"),
    [(0, 3, 0, "axis is 0 px long"), (5, 3, 9, "ends before it begins")],
)
def test_impossible_intervals_are_refused(start, stop, length, message):
    with pytest.raises(InputError, match=message):
        reflect_indices(start, stop, length)


@given(
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=3),
    leading=st.lists(st.integers(1, 3), max_size=2),
    data=st.data(),
)
def test_blocks_are_those_of_the_padded_image(lazy, sizes, leading, data):
    pixels = np.arange(np.prod([*leading, *sizes])).reshape(*leading, *sizes)
    reach = 30
    padded = np.pad(pixels, [(0, 0)] * len(leading) + [(reach, reach)] * len(sizes), mode="reflect")
    read = []
    for n in sizes:
        start = data.draw(st.integers(-reach, n + reach))
        read.append((start, data.draw(st.integers(start, n + reach))))
    inside = tuple(slice(a + reach, b + reach) for a, b in read)
    expected = padded[(..., *inside)]
    np.testing.assert_array_equal(read_padded(pixels, tuple(read)), expected)
    np.testing.assert_array_equal(read_padded(lazy(pixels), tuple(read)), expected)


def test_only_the_box_that_is_needed_is_read(lazy):
    source = lazy(np.zeros((2, 1000, 1000)))
    assert read_padded(source, ((-8, 20), (980, 1005))).shape == (2, 28, 25)
    assert source.reads == [2 * 20 * 20]


def test_a_block_within_the_image_is_a_view():
    pixels = np.zeros((20, 20))
    assert np.shares_memory(read_padded(pixels, ((2, 5), (3, 9))), pixels)


def test_zarr_blocks():
    pixels = np.arange(300).reshape(3, 10, 10)
    stored = zarr.create_array({}, data=pixels, chunks=(1, 4, 4))
    read = ((-3, 7), (5, 14))
    np.testing.assert_array_equal(read_padded(stored, read), read_padded(pixels, read))


def test_more_intervals_than_axes_are_refused():
    with pytest.raises(InputError, match="2 intervals were given; the image has 1 axes"):
        read_padded(np.zeros(4), ((0, 1), (0, 1)))
