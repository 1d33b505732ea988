import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.gui.canvas.lines import (
    HALF_PX,
    Plane,
    context_frame,
    lattice,
    tile_at,
    tile_edges,
    tile_lines,
)

FOOTPRINT = UNetSpec(width=2, factors=(2, 2)).footprint  # period 4 px, context 20 px
SCREEN_PX = 1000


def borders(segments, axis):
    """Where the lines across an axis are, in px of the image."""
    return sorted(segments[segments[:, 1, axis] == 0][:, 0, axis] + HALF_PX)


@st.composite
def views(draw):
    """An image of any size, a plan for it, and some part of it on a screen of 1,000 px."""
    shape = tuple(draw(st.tuples(st.integers(1, 20_000), st.integers(1, 20_000))))
    crop = draw(st.integers(1, 300))
    spans = [sorted(draw(st.tuples(*[st.floats(-500, n + 500)] * 2))) for n in shape]
    spans = [(low, max(high, low + 1)) for low, high in spans]
    per_pixel = tuple((high - low) / SCREEN_PX for low, high in spans)
    plane = Plane(shape, (0, 1), (spans[0], spans[1]), per_pixel)
    return plan_tiles(shape, FOOTPRINT, crop=crop), plane


@given(views())
def test_tile_lines_are_borders_of_crops(view):
    plan, plane = view
    segments, seams = tile_lines(plan, plane, 4)
    assert len(segments) == len(seams)
    for axis in (0, 1):
        for at in borders(segments, axis):
            assert at in (0, plan.shape[axis]) or at in plan.seams[axis]
            assert plane.drawn(axis)[0] <= at - HALF_PX <= plane.drawn(axis)[1]


@given(views())
def test_lattice_lines_are_multiples_of_the_period(view):
    plan, plane = view
    segments = lattice(plan, plane, 7)
    for axis in (0, 1):
        assert all(at % 4 == 0 for at in borders(segments, axis))


@given(views(), st.floats(1, 20))
def test_nothing_is_finer_than_the_screen_can_show(view, min_gap):
    plan, plane = view
    tiles, _ = tile_lines(plan, plane, min_gap)
    for segments in (tiles, lattice(plan, plane, min_gap)):
        for axis in (0, 1):
            inner = [at for at in borders(segments, axis) if 0 < at < plane.shape[axis]]
            gaps = np.diff(inner) / plane.px_per_screen_px[axis]
            assert (gaps >= min_gap * (1 - 1e-9)).all()
    # The screen and half of it on each side, two axes.
    assert len(tiles) <= 2 * (2 * SCREEN_PX / min_gap + 4)


@given(views())
def test_lines_do_not_leave_the_image(view):
    plan, plane = view
    for segments in (tile_lines(plan, plane, 4)[0], lattice(plan, plane, 7)):
        ends = segments.sum(axis=1)
        for points in (segments[:, 0], ends):
            assert (points >= -HALF_PX).all()
            assert (points <= np.array(plane.shape) - HALF_PX + 1e-6).all()


def whole(shape, tiled=(0, 1)):
    spans = tuple((-HALF_PX, n - HALF_PX) for n in shape)
    return Plane(shape, tiled, spans, tuple(n / SCREEN_PX for n in shape))


@pytest.mark.parametrize(("crop", "seam"), [(30, True), (28, False)])
def test_lines_off_the_lattice_warn(crop, seam):
    plan = plan_tiles((100, 90), FOOTPRINT, crop=crop)
    segments, seams = tile_lines(plan, whole((100, 90)), 1)
    inner = [
        any(
            0 < segment[0, axis] + HALF_PX < (100, 90)[axis] and segment[1, axis] == 0
            for axis in (0, 1)
        )
        for segment in segments
    ]
    assert seams.tolist() == [seam and is_inner for is_inner in inner]
    assert any(inner)


def test_only_the_wrong_axis_warns():
    plan = plan_tiles((100, 90), FOOTPRINT, crop=(28, 30))
    segments, seams = tile_lines(plan, whole((100, 90)), 1)
    assert set(segments[seams][:, 1, 1]) == {0}


def test_an_axis_that_is_not_tiled_has_edges_only():
    plan = plan_tiles((100, 90), FOOTPRINT, crop=28)
    segments, _ = tile_lines(plan, whole((7, 90), tiled=(None, 1)), 1)
    assert borders(segments, 0) == [0, 7]
    assert borders(segments, 1) == [0, 28, 56, 84, 90]
    assert len(lattice(plan, whole((7, 90), tiled=(None, None)), 1)) == 0


def test_the_frame_shows_what_a_tile_writes_and_reads():
    plan = plan_tiles((100, 90), FOOTPRINT, crop=28)
    segments = context_frame(plan, whole((100, 90)), (30, 60))
    write, read = segments[:4], segments[4:]
    assert borders(write, 0) == [28, 56]
    assert borders(write, 1) == [56, 84]
    window = plan.output_window[0]
    assert {min(borders(read, 0)), max(borders(read, 0))} == {28 - 20, 28 + window + 20}
    assert len(read) > 4, "dashed"


@given(st.tuples(st.floats(-100, 200), st.floats(-100, 200)))
def test_the_framed_tile_holds_the_cursor(position):
    plan = plan_tiles((100, 90), FOOTPRINT, crop=28)
    tile = plan.tile(tile_at(plan, position))
    for at, (start, stop), size in zip(position, tile.write, (100, 90), strict=True):
        inside = min(max(at, -HALF_PX), size - HALF_PX - 1e-9)
        assert start - HALF_PX <= inside < stop - HALF_PX + 1e-9


def test_edges_of_a_volume_and_of_too_many_tiles():
    footprint = UNetSpec(ndim=3, width=2, factors=(2,)).footprint
    plan = plan_tiles((4, 4, 6), footprint, crop=2)
    assert len(tile_edges(plan, plan.shape)) == 3 * 4 + 3 * 4 + 3 * 3
    many = plan_tiles((400, 400, 400), footprint, crop=2)
    assert len(tile_edges(many, many.shape)) == 12


def test_what_was_drawn_serves_while_the_camera_stays_near():
    plane = Plane((1000, 1000), (0, 1), ((100, 200), (100, 200)), (0.1, 0.1))
    near = Plane((1000, 1000), (0, 1), ((140, 240), (100, 200)), (0.1, 0.1))
    far = Plane((1000, 1000), (0, 1), ((160, 260), (100, 200)), (0.1, 0.1))
    closer = Plane((1000, 1000), (0, 1), ((140, 160), (140, 160)), (0.02, 0.02))
    assert plane.still_covers(near)
    assert not plane.still_covers(far)
    assert not plane.still_covers(closer)
