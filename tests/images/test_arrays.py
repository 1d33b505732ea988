import dask.array
import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.images.arrays import Stack, View, blocks, chunk_lengths, read_block

SHAPES = st.lists(st.integers(1, 13), min_size=1, max_size=4)


@given(shape=SHAPES, data=st.data(), max_pixels=st.integers(1, 400))
def test_blocks_cover_every_pixel_once_and_begin_at_chunks(lazy, shape, data, max_pixels):
    chunks = tuple(data.draw(st.integers(1, 6)) for _ in shape)
    count = np.zeros(shape, int)
    for box in blocks(lazy(count, chunks=chunks), max_pixels):
        count[box] += 1
        assert all(s.start % n == 0 for s, n in zip(box, chunks, strict=True))
        assert count[box].size <= max(max_pixels, int(np.prod(np.minimum(chunks, shape))))
    assert (count == 1).all()


def test_blocks_of_an_empty_array_are_none():
    assert list(blocks(np.zeros((3, 0)))) == []


def test_a_small_array_is_one_block():
    assert list(blocks(np.zeros((3, 4)))) == [(slice(0, 3), slice(0, 4))]


@pytest.mark.parametrize("kind", ["zarr", "dask", "numpy"])
def test_chunk_lengths(kind):
    pixels = np.zeros((7, 9))
    arrays = {
        "zarr": (zarr.create_array({}, data=pixels, chunks=(2, 5)), (2, 5)),
        "dask": (dask.array.from_array(pixels, chunks=(2, 5)), (2, 5)),
        "numpy": (pixels, (1, 1)),
    }
    array, expected = arrays[kind]
    assert chunk_lengths(array) == expected


KEYS = [
    ...,
    0,
    -1,
    (slice(1, 3), 2),
    (..., slice(None, None, 2)),
    (0, ..., slice(0, 2)),
    (slice(0, 2), slice(1, 3), slice(2, 4)),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_view_reads_what_numpy_would(key, rng, lazy):
    pixels = rng.integers(0, 99, (2, 4, 3, 5, 6))
    view = View(lazy(pixels, chunks=(1, 2, 3, 4, 5)), (1, None, 2, None, None))
    expected = pixels[1, :, 2]
    assert (view.shape, view.dtype, view.ndim) == (expected.shape, expected.dtype, 3)
    assert view.chunks == (2, 4, 5)
    np.testing.assert_array_equal(view[key], expected[key])
    np.testing.assert_array_equal(np.asarray(view), expected)


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_stack_reads_what_numpy_would(key, rng, lazy):
    pixels = rng.integers(0, 99, (3, 4, 5))
    stack = Stack(tuple(lazy(part, chunks=(2, 3)) for part in pixels))
    assert (stack.shape, stack.dtype, stack.ndim) == (pixels.shape, pixels.dtype, 3)
    assert stack.chunks == (1, 2, 3)
    np.testing.assert_array_equal(stack[key], pixels[key])
    np.testing.assert_array_equal(np.asarray(stack), pixels)


def test_a_view_reads_only_what_is_asked(lazy):
    source = lazy(np.zeros((5, 100, 100)), limit=6)
    assert View(source, (3, None, None))[10:12, 5:8].shape == (2, 3)
    assert source.reads == [6]


def test_too_many_indices_are_refused():
    with pytest.raises(IndexError, match="3 indices were given; the array has 2 axes"):
        View(np.zeros((2, 3, 4)), (0, None, None))[0, 0, 0]


def test_a_chunk_that_cannot_be_decoded_is_one_sentence(tmp_path):
    array = zarr.create_array(tmp_path / "a.zarr", data=np.ones((8, 8)), chunks=(4, 4))
    (tmp_path / "a.zarr" / "c" / "1" / "0").write_bytes(b"junk")
    assert read_block(array, (slice(0, 4), slice(0, 4))).all()
    with pytest.raises(InputError, match=r"block at \(4, 0\) cannot be read"):
        read_block(array, (slice(4, 8), slice(0, 4)))
