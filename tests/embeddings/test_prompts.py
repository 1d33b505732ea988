import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import binary_fill_holes, label
from scipy.special import expit, logit

from napari_shift_unet.embeddings import ClusterConfig, PixelEmbedding
from napari_shift_unet.embeddings.prompts import (
    SURE,
    Region,
    contest,
    default_sigma,
    find_region,
    find_seed,
)
from napari_shift_unet.errors import InputError

SIGMA = 2.0


def whole(space):
    return tuple(slice(0, length) for length in space)


def around(pixel):
    return tuple(slice(at, at + 1) for at in pixel)


def found(pixels, limits, seeds, sigma=SIGMA):
    """Return the mask of a prompt in the whole image."""
    region = find_region(pixels.__getitem__, limits, seeds, sigma)
    mask = np.zeros(pixels.space, bool)
    mask[region.box] = region.scores > 0
    return mask


def expected(pixels, seed, limits, joins):
    """Return what hangs together with a seed, without holes, of the pixels that join it."""
    inside = np.zeros(pixels.space, bool)
    inside[limits] = joins(
        pixels.points - pixels.points[(slice(None), *seed, *[None] * len(seed))]
    )[limits]
    inside[seed] = True
    parts, _ = label(inside)
    return binary_fill_holes(parts == parts[seed])


@st.composite
def prompted(draw):
    """An embedding of patches, and a box or a pixel of it."""
    space = draw(st.sampled_from([(9, 14), (4, 6, 7)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    coarse = rng.normal(0, 3, (2, *(-(-n // 3) for n in space)))
    for axis in range(1, len(space) + 1):
        coarse = coarse.repeat(3, axis)
    points = coarse[(slice(None), *whole(space))] + rng.normal(0, 0.3, (2, *space))
    confidence = expit(rng.normal(2, 3, space))
    pixels = PixelEmbedding(points.astype(np.float32), confidence.astype(np.float32))
    sides = [sorted((draw(st.integers(0, n)), draw(st.integers(0, n)))) for n in space]
    box = tuple(slice(min(a, n - 1), max(b, a + 1)) for (a, b), n in zip(sides, space, strict=True))
    return pixels, box


@given(prompted())
def test_the_mask_of_a_box_is_the_formula(drawn):
    pixels, box = drawn
    seed = tuple(a.start + at for a, at in zip(box, find_seed(pixels[box]), strict=True))
    raised = logit(pixels.confidence.astype(np.float64))
    raised = np.minimum(raised + max(0, SURE - raised[seed]), SURE)

    def joins(offset):
        return expit(raised - np.sqrt((offset.astype(np.float64) ** 2).sum(0)) / SIGMA) > 0.5

    np.testing.assert_array_equal(found(pixels, box, box), expected(pixels, seed, box, joins))


@given(prompted(), st.data())
def test_a_click_gives_the_same_however_small_the_first_look(drawn, data):
    pixels, _ = drawn
    seed = tuple(data.draw(st.integers(0, n - 1)) for n in pixels.space)
    limits = whole(pixels.space)
    at_once = found(pixels, limits, around(seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("napari_shift_unet.embeddings.prompts._FIRST_MARGIN_PX", 1)
        step_by_step = found(pixels, limits, around(seed))
    np.testing.assert_array_equal(step_by_step, at_once)
    assert at_once[seed]


def test_pixels_with_a_sigma_of_their_own_use_that_of_the_seed(rng):
    points = rng.normal(0, 4, (2, 8, 9)).astype(np.float32)
    sigma = rng.uniform(3, 9, (2, 8, 9)).astype(np.float32)
    pixels = PixelEmbedding(points, np.full((8, 9), 0.99, np.float32), sigma)
    seed = (4, 4)

    def joins(offset):
        width = sigma[:, 4, 4, None, None]
        return np.exp(-((offset / width) ** 2).sum(0) / 2) > 0.5

    limits = whole((8, 9))
    mask = found(pixels, limits, around(seed), sigma=1e-9)
    np.testing.assert_array_equal(mask, expected(pixels, seed, limits, joins))


def test_a_dim_object_is_found_and_the_background_beside_it_is_not():
    confidence = np.full((20, 20), 1e-6, np.float32)
    confidence[5:15, 5:15] = 0.2
    pixels = PixelEmbedding(np.zeros((2, 20, 20), np.float32), confidence)
    box = (slice(2, 18), slice(2, 18))
    np.testing.assert_array_equal(found(pixels, box, box), confidence > 0.1)


def test_without_a_foreground_the_embedding_decides():
    points = np.zeros((1, 12, 12), np.float32)
    points[:, :, 6:] = 20
    mask = found(PixelEmbedding(points), whole((12, 12)), around((3, 2)))
    np.testing.assert_array_equal(mask, points[0] == 0)


def test_a_surer_object_next_to_a_dim_one_does_not_join_it():
    points = np.zeros((1, 10, 20), np.float32)
    points[:, :, 10:] = 30
    confidence = np.full((10, 20), 0.01, np.float32)
    confidence[:, 10:] = 1
    mask = found(PixelEmbedding(points, confidence), whole((10, 20)), around((5, 4)))
    assert not mask[:, 10:].any()


def test_the_seed_is_the_middle_one_of_those_that_are_nearly_as_sure():
    confidence = np.full((9, 9), 0.2, np.float32)
    confidence[1:8, 1:8] = 0.93
    confidence[1, 1] = 0.99
    space = PixelEmbedding(np.zeros((1, 9, 9), np.float32), confidence)
    assert find_seed(space) == (4, 4)
    confidence[4, 4] = 0.5
    assert find_seed(space) in {(3, 4), (4, 3), (4, 5), (5, 4)}
    assert find_seed(PixelEmbedding(np.zeros((1, 5, 2), np.float32))) == (2, 0)


def test_a_pixel_goes_to_the_region_of_the_higher_score():
    first = Region((slice(2, 5),), np.array([1, 3, 0], np.float32))
    second = Region((slice(3, 7),), np.array([2, 2, 2, 3], np.float32))
    owners = contest({7: first, 9: second}, (slice(1, 8),))
    np.testing.assert_array_equal(owners, [0, 7, 7, 9, 9, 9, 0])
    equal = Region((slice(2, 5),), first.scores)
    np.testing.assert_array_equal(contest({4: first, 5: equal}, (slice(2, 5),)), [4, 4, 0])


def test_the_width_follows_what_the_model_was_validated_with():
    assert default_sigma(ClusterConfig(bandwidth=12.0, sigma=3.0)) == 6.0
    assert default_sigma(ClusterConfig(method="greedy-seeds", bandwidth=12.0, sigma=3.0)) == 3.0


def test_an_embedding_that_is_nowhere_is_refused():
    points = np.full((2, 4, 4), np.nan, np.float32)
    with pytest.raises(InputError, match="16 pixels is NaN"):
        found(PixelEmbedding(points), whole((4, 4)), around((1, 1)))
