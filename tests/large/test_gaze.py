"""What is looked at comes first, also when the view moves meanwhile."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from napari_shift_unet.large import Gaze, View
from napari_shift_unet.large.layout import Unit

SIDE = 10


def run_of(rows, columns, planes=1):
    """Return what stands for a run of square chunks."""

    def unit(number):
        plane, place = divmod(number, rows * columns)
        chunk = divmod(place, columns)
        box = tuple(slice(SIDE * at, SIDE * (at + 1)) for at in chunk)
        return Unit((plane,), chunk, box)

    return SimpleNamespace(layout=SimpleNamespace(unit=unit))


def view(plane, y, x):
    return View((plane,), (slice(y, y + 2), slice(x, x + 2)))


@given(rows=st.integers(1, 5), columns=st.integers(1, 5), y=st.integers(-20, 60), data=st.data())
def test_all_come_once_and_the_nearest_first(rows, columns, y, data):
    units = sorted(data.draw(st.sets(st.integers(0, rows * columns - 1), min_size=1)))
    gaze = Gaze()
    gaze.view = view(0, y, 12)
    order = list(gaze.nearest_first(run_of(rows, columns), units))
    assert sorted(order) == units

    def away(number):
        box = run_of(rows, columns).layout.unit(number).box
        sides = zip(box, gaze.view.box, strict=True)
        return sum(max(0, b.start - v.stop, v.start - b.stop) ** 2 for b, v in sides)

    assert [away(number) for number in order] == sorted(map(away, units))


def test_without_a_view_the_order_is_that_of_the_raster():
    assert list(Gaze().nearest_first(run_of(2, 2), [3, 1, 2])) == [3, 1, 2]


def test_the_view_may_move_meanwhile():
    gaze = Gaze()
    gaze.view = view(0, 5, 5)
    order = iter(gaze.nearest_first(run_of(4, 4, 2), range(32)))
    assert next(order) == 0
    gaze.view = view(1, 35, 35)
    assert next(order) == 31
    assert next(order) // 16 == 1
