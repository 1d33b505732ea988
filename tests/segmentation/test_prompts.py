"""Boxes and clicks as places in an image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.errors import InputError
from napari_shift_unet.images import Image, Selection, select
from napari_shift_unet.segmentation import Prompt, prompt_of_point, prompt_of_shape
from napari_shift_unet.segmentation.prompts import make_prompt


def of(axes: str, shape: tuple[int, ...], ndim: int = 2) -> Selection:
    return select(Image(np.zeros(shape, np.uint8), axes), ndim, 0 if "c" in axes else None)


def rectangle(low: tuple[float, ...], high: tuple[float, ...]) -> np.ndarray:
    (*front, y0, x0), (*_, y1, x1) = low, high
    return np.array([(*front, y, x) for y, x in ((y0, x0), (y0, x1), (y1, x1), (y1, x0))])


PLANE = of("yx", (20, 30))


def test_a_box_holds_the_pixels_whose_centres_it_holds() -> None:
    found = prompt_of_shape(PLANE, rectangle((2.2, 4.0), (7.9, 9.0)))
    box = (slice(3, 8), slice(4, 10))
    assert found == Prompt((), box, box)


@given(st.tuples(*[st.floats(-5, 35)] * 4))
def test_any_box_keeps_inside_or_is_refused(ends: tuple[float, ...]) -> None:
    y0, y1, x0, x1 = *sorted(ends[:2]), *sorted(ends[2:])
    inside = np.zeros((20, 30), bool)
    rows, columns = np.indices(inside.shape)
    inside[(rows >= y0) & (rows <= y1) & (columns >= x0) & (columns <= x1)] = True
    if not inside.any() or y0 == y1 or x0 == x1:
        with pytest.raises(InputError):
            prompt_of_shape(PLANE, rectangle((y0, x0), (y1, x1)))
        return
    found = prompt_of_shape(PLANE, rectangle((y0, x0), (y1, x1)))
    expected = np.zeros_like(inside)
    expected[found.limits] = True
    np.testing.assert_array_equal(expected, inside)
    assert found.seeds == found.limits


def test_a_click_is_one_pixel_and_knows_no_limits() -> None:
    whole = (slice(0, 20), slice(0, 30))
    for position in ((3.0, 4.0), (2.5, 4.49), (3.49, 3.5)):
        found = prompt_of_point(PLANE, np.array(position))
        assert found == Prompt((), whole, (slice(3, 4), slice(4, 5)))


def test_the_plane_is_that_of_the_shape() -> None:
    movie = of("tcyx", (5, 2, 20, 30))
    for front in ((3.0,), (3.0, 1.0)):
        drawn = rectangle((*front, 1, 2), (*front, 4, 5))
        assert prompt_of_shape(movie, drawn).plane == (3,)
    assert prompt_of_point(of("ctzyx", (2, 4, 3, 9, 9)), np.array([2.1, 0.8, 5, 5])).plane == (2, 1)


def test_a_box_in_a_slice_of_a_volume_reaches_through_it() -> None:
    volume = of("zyx", (8, 20, 30), ndim=3)
    found = prompt_of_shape(volume, rectangle((5.0, 1, 2), (5.0, 4, 5)))
    assert found.limits == (slice(0, 8), slice(1, 5), slice(2, 6))
    assert found.seeds == (slice(5, 6), slice(1, 5), slice(2, 6))
    upright = np.array([(2, 7, 3), (2, 7, 9), (6, 7, 9), (6, 7, 3)], float)
    found = prompt_of_shape(volume, upright)
    assert found.limits == (slice(2, 7), slice(0, 20), slice(3, 10))
    assert found.seeds == (slice(2, 7), slice(7, 8), slice(3, 10))


@pytest.mark.parametrize(
    ("selection", "low", "high", "complaint"),
    [
        (PLANE, (3.2, 4), (3.8, 9), "holds no pixel along y"),
        (PLANE, (3, 4), (3, 9), "no extent along y"),
        (PLANE, (25, 4), (28, 9), "outside of the image along y: it reaches from 25 to 29 px"),
        (PLANE, (2, -9), (5, -3), "outside of the image along x"),
        (PLANE, (1, 2, 3), (1, 5, 6), "there are 3 axes; the image has y, x"),
        (of("tyx", (4, 20, 30)), (2, 3), (5, 9), "there are 2 axes; the image has t, y, x"),
        (of("tyx", (4, 20, 30)), (7, 2, 3), (7, 5, 9), "its t is 7; there are the planes 0 to 3"),
        (PLANE, (np.nan, 3), (5, 9), "NaN"),
    ],
)
def test_boxes_that_cannot_be_used(
    selection: Selection, low: tuple[float, ...], high: tuple[float, ...], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        prompt_of_shape(selection, rectangle(low, high))


def test_a_box_over_several_planes_is_refused() -> None:
    stack = of("zyx", (8, 20, 30))
    with pytest.raises(InputError, match="reaches over several planes along z"):
        prompt_of_shape(stack, np.array([(2, 7, 3), (2, 7, 9), (6, 7, 9), (6, 7, 3)], float))


def test_one_plane_need_not_be_named() -> None:
    sides = {"y": (1, 4), "x": (2, 5)}
    assert make_prompt(of("zyx", (1, 20, 30)), sides, sides).plane == (0,)
    with pytest.raises(InputError, match="does not say its z; the image has 2 planes"):
        make_prompt(of("zyx", (2, 20, 30)), sides, sides)


def test_a_click_outside_is_refused() -> None:
    with pytest.raises(InputError, match="the point lies outside of the image along x"):
        prompt_of_point(PLANE, np.array([3.0, 30.0]))
