"""Percentiles of an array that is read in parts are those of the array in memory, to the bit."""

from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import check_pixels, measure_intensity
from napari_shift_unet.images.arrays import boxes
from napari_shift_unet.images.checking import Findings
from napari_shift_unet.images.intensity import range_of
from napari_shift_unet.images.tallies import Tally, sample_step

DTYPES = st.sampled_from(["?", "u1", "i1", "u2", ">i2", "i4", "u8", "f2", "f4", ">f8"])
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=9)
WITH_GAPS = st.floats(-100, 100, width=16) | st.sampled_from([-0.0, np.nan, np.inf])


def outcome(function, *arguments):
    """What a function returns, or the text of the error that it raises."""
    try:
        return function(*arguments)
    except InputError as error:
        return str(error)


def parts_of(pixels, lengths, seed):
    """Boxes of a length per axis, in any order."""
    found = list(boxes(pixels.shape, lengths))
    np.random.default_rng(seed).shuffle(found)
    return found


@given(pixels=hnp.arrays(DTYPES, SHAPES), data=st.data(), most=st.integers(1, 60))
def test_tallies_of_parts_give_the_range_of_the_whole(pixels, data, most):
    pixels = np.nan_to_num(pixels, posinf=99, neginf=-99) if pixels.dtype.kind == "f" else pixels
    lengths = tuple(data.draw(st.integers(1, n)) for n in pixels.shape)
    percents = data.draw(st.sampled_from([(1.0, 99.8), (0.0, 100.0), (10.0, 11.5)]))
    with patch("napari_shift_unet.images.tallies.SAMPLE_PIXELS", most):
        whole = outcome(measure_intensity, pixels, *percents)
        tallies = [
            Tally.from_arrays(Tally.of(pixels[box], box, pixels.shape).to_arrays())
            for box in parts_of(pixels, lengths, most)
        ]
        found = outcome(range_of, Tally.together(tallies), *percents)
    assert repr(found) == repr(whole)


@given(pixels=hnp.arrays("f4", SHAPES, elements=st.floats(-9, 9, width=32)), most=st.integers(1, 9))
def test_a_sample_is_every_nth_pixel_of_the_whole(pixels, most):
    with patch("napari_shift_unet.images.tallies.SAMPLE_PIXELS", most):
        taken = pixels.ravel()[:: sample_step(pixels.shape)]
        boxes_ = parts_of(pixels, (2,) * pixels.ndim, most)
        tally = Tally.together(Tally.of(pixels[box], box, pixels.shape) for box in boxes_)
    np.testing.assert_array_equal(np.sort(tally.sample), np.sort(taken))


@given(
    pixels=hnp.arrays("f8", SHAPES, elements=WITH_GAPS) | hnp.arrays("u1", SHAPES),
    data=st.data(),
    seed=st.integers(0, 9),
)
def test_what_is_wrong_is_said_alike_however_it_is_read(pixels, data, seed):
    lengths = tuple(data.draw(st.integers(1, n)) for n in pixels.shape)
    found = Findings.together(
        Findings.of(pixels[box], [side.start for side in box])
        for box in parts_of(pixels, lengths, seed)
    )
    said = outcome(found.check, "image")
    assert said == outcome(check_pixels, pixels)
    bad = ~np.isfinite(pixels.astype(float))
    assert (said is None) == (not bad.any() and np.ptp(pixels.astype(float)) > 0)
