import numpy as np
import pytest
from napari.components import ViewerModel

from napari_shift_unet.gui.canvas.view import screen_pixel, shown_axes, slice_point, visible_spans

CANVAS = (600, 800)


@pytest.fixture
def viewer(qapp):
    viewer = ViewerModel()
    viewer.canvas.size = CANVAS
    return viewer


def test_the_visible_part_is_that_of_the_canvas(viewer):
    layer = viewer.add_image(np.zeros((500, 500)), scale=(0.5, 0.25), translate=(10, 20))
    viewer.scene.camera.zoom = 4  # screen pixels per unit of the world
    viewer.scene.camera.center = (0, 60, 70)
    rows, columns = visible_spans(viewer, layer)
    assert rows == pytest.approx(((60 - 75 - 10) / 0.5, (60 + 75 - 10) / 0.5))
    assert columns == pytest.approx(((70 - 100 - 20) / 0.25, (70 + 100 - 20) / 0.25))
    assert screen_pixel(viewer, layer) == pytest.approx((1 / (4 * 0.5), 1 / (4 * 0.25)))


def test_axes_are_those_of_the_layer_in_the_order_shown(viewer):
    volume = viewer.add_image(np.zeros((4, 5, 6, 7)))
    plane = viewer.add_image(np.zeros((6, 7)))
    assert shown_axes(viewer, volume) == (2, 3)
    assert shown_axes(viewer, plane) == (0, 1)
    viewer.dims.order = (0, 2, 1, 3)
    assert shown_axes(viewer, volume) == (1, 3)
    viewer.dims.ndisplay = 3
    assert shown_axes(viewer, volume) == (2, 1, 3)


def test_the_sliders_stand_on_a_pixel_of_the_layer(viewer):
    volume = viewer.add_image(np.zeros((4, 6, 7)), scale=(2, 1, 1), translate=(1, 0, 0))
    viewer.dims.set_point(0, 5)
    assert slice_point(viewer, volume)[0] == 2
    viewer.add_image(np.zeros((40, 6, 7)))
    viewer.dims.set_point(0, 39)
    assert slice_point(viewer, volume)[0] == 3
