import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import (
    Image,
    Normalisation,
    measure_channels,
    measure_intensity,
    normalise,
    sample_image,
    select,
)

PERCENTS = st.tuples(st.floats(0, 100), st.floats(0, 100)).map(sorted)
INTEGERS = st.sampled_from([np.uint8, np.int8, np.uint16, np.int16, np.bool_])


@given(
    pixels=INTEGERS.flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(max_dims=3, max_side=9))),
    percents=PERCENTS,
)
def test_small_integers_are_exact(pixels, percents):
    expected = np.percentile(pixels.astype(float), percents)
    if percents[0] == percents[1] or np.ptp(pixels.astype(int)) == 0:
        with pytest.raises(InputError):
            measure_intensity(pixels, *percents)
    elif expected[1] - expected[0] > 1e-6:
        found = measure_intensity(pixels, *percents)
        np.testing.assert_allclose([found.low, found.high], expected, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_blocks_do_not_matter(dtype, lazy, monkeypatch, rng):
    pixels = (rng.gamma(2, 20, (70, 90)) % 256).astype(dtype)
    whole = measure_intensity(pixels)
    monkeypatch.setattr("napari_shift_unet.images.arrays.BLOCK_PIXELS", 500)
    assert measure_intensity(lazy(pixels, limit=500, chunks=(7, 11))) == whole
    assert measure_intensity(zarr.create_array({}, data=pixels, chunks=(8, 8))) == whole
    assert whole.low == pytest.approx(np.percentile(pixels, 1.0))
    assert whole.high == pytest.approx(np.percentile(pixels, 99.8))


@pytest.mark.parametrize("shape", [(300, 400), (3, 100, 400), (120_000,)])
def test_large_float_images_are_sampled_alike_every_time(shape, lazy, monkeypatch, rng):
    monkeypatch.setattr("napari_shift_unet.images.tallies.SAMPLE_PIXELS", 10_000)
    pixels = rng.normal(100, 10, shape)
    first, second = measure_intensity(pixels), measure_intensity(pixels.copy())
    assert first == second
    assert first.low == pytest.approx(np.percentile(pixels, 1), abs=1.5)
    assert first.high == pytest.approx(np.percentile(pixels, 99.8), abs=4)
    assert first.high != np.percentile(pixels, 99.8)


def test_a_sample_meets_every_column(monkeypatch):
    monkeypatch.setattr("napari_shift_unet.images.tallies.SAMPLE_PIXELS", 1000)
    pixels = np.zeros((100, 100), np.float32)
    pixels[:, 55] = 1.0  # a stride of 10 along the rows would never see this column
    assert measure_intensity(pixels, 0, 99.5).high == 1.0


def test_a_few_bright_pixels_still_give_a_range():
    dark = np.zeros((256, 256), np.uint8)
    dark[100, 100:104] = 200
    assert measure_intensity(dark) == Normalisation(0.0, 200.0)
    assert measure_intensity(dark.astype(np.float32)) == Normalisation(0.0, 200.0)
    assert measure_intensity(200 - dark) == Normalisation(0.0, 200.0)


def test_percentiles_of_a_real_image():
    image, _ = sample_image("u2os-nuclei")
    pixels = np.asarray(image.data)
    found = measure_intensity(pixels, 2.0, 99.0)
    assert [found.low, found.high] == list(np.percentile(pixels, [2.0, 99.0]))
    normalised = found.apply(pixels)
    assert np.percentile(normalised, [2.0, 99.0]) == pytest.approx([0, 1], abs=1e-6)


@pytest.mark.parametrize("percents", [(50, 50), (99, 1), (-1, 99), (1, 101)])
def test_percentiles_out_of_order_are_refused(percents):
    with pytest.raises(InputError, match="must rise"):
        measure_intensity(np.arange(9), *percents)


@pytest.mark.parametrize(
    "pixels", [np.zeros((0, 3)), np.full((3, 3), 5), np.full((3, 3), 0.5), np.array([np.nan, 1.0])]
)
def test_an_image_without_a_range_is_refused(pixels):
    with pytest.raises(InputError):
        measure_intensity(pixels)


@pytest.mark.parametrize("bounds", [(1.0, 1.0), (2.0, 1.0), (0.0, np.inf), (np.nan, 1.0)])
def test_a_range_must_rise(bounds):
    with pytest.raises(InputError, match="must be finite and rising"):
        Normalisation(*bounds)


@given(
    low=st.floats(-1e6, 1e6),
    span=st.floats(1e-3, 1e6),
    pixels=hnp.arrays(np.float64, 8, elements=st.floats(-1e6, 1e6)),
)
def test_low_becomes_zero_and_high_one_and_order_stays(low, span, pixels):
    normalisation = Normalisation(low, low + span)
    ends = normalisation.apply(np.array([low, low + span]))
    assert ends.tolist() == [0.0, 1.0]
    rising = normalisation.apply(np.sort(pixels))
    assert rising.dtype == np.float32
    assert (np.diff(rising) >= 0).all()


@pytest.mark.parametrize("dtype", [bool, np.uint8, ">u2", np.uint32, np.int64, np.float16])
def test_a_part_is_scaled_like_the_whole(dtype, rng):
    pixels = rng.integers(0, 2, (9, 33)).astype(dtype)
    normalisation = Normalisation(-0.3, 0.9)
    whole = normalisation.apply(pixels)
    np.testing.assert_array_equal(normalisation.apply(pixels[2:7, 5:18]), whole[2:7, 5:18])
    np.testing.assert_allclose(whole, (pixels.astype(float) + 0.3) / 1.2, atol=1e-6)


def test_channels_are_measured_over_all_planes(rng):
    pixels = rng.integers(0, 1000, (3, 2, 20, 30), np.uint16)
    pixels[2] += 2000  # the last time point is brighter
    selection = select(Image(pixels, "tcyx"), 2, [1, 0])
    found = measure_channels(selection, 5, 95)
    assert found == tuple(measure_intensity(pixels[:, c], 5, 95) for c in (1, 0))
    (_, plane), *_ = selection
    block = normalise(plane, found)
    np.testing.assert_array_equal(block[0], found[0].apply(pixels[0, 1]))
    np.testing.assert_array_equal(block[1], found[1].apply(pixels[0, 0]))
    with pytest.raises(ValueError, match="shorter"):
        normalise(plane, found[:1])
