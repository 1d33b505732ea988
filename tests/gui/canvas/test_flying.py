import numpy as np
import pytest
from napari.components import ViewerModel

from napari_shift_unet.gui.canvas.flying import FILLS, fly_to
from napari_shift_unet.gui.canvas.view import slice_point, visible_spans

CANVAS = (600, 800)


@pytest.fixture
def viewer(qapp):
    viewer = ViewerModel()
    viewer.canvas.size = CANVAS
    return viewer


def test_the_box_is_in_the_middle_and_large_enough_to_see(viewer):
    layer = viewer.add_labels(np.zeros((500, 600), int), scale=(0.5, 0.25), translate=(10, 20))
    viewer.scene.camera.zoom = 1
    fly_to(viewer, layer, (100, 200), (121, 281))
    rows, columns = visible_spans(viewer, layer)
    assert sum(rows) / 2 == pytest.approx(110)
    assert sum(columns) / 2 == pytest.approx(240)
    assert 81 * 0.25 * viewer.scene.camera.zoom == pytest.approx(FILLS * 600)


def test_a_place_that_can_be_seen_keeps_the_zoom(viewer):
    layer = viewer.add_labels(np.zeros((500, 600), int))
    viewer.scene.camera.zoom = 3
    for low, high in (((10, 10), (40, 30)), ((300, 400), (301, 500)), ((7, 7), (7, 7))):
        fly_to(viewer, layer, low, high)
        assert viewer.scene.camera.zoom == 3


def test_the_zoom_lets_a_large_box_fit(viewer):
    layer = viewer.add_labels(np.zeros((500, 600), int))
    viewer.scene.camera.zoom = 3
    fly_to(viewer, layer, (0, 0), (500, 600))
    assert viewer.scene.camera.zoom * 600 < min(CANVAS)


def test_sliders_go_to_the_box_of_a_layer_with_fewer_axes_than_the_viewer(viewer):
    viewer.add_image(np.zeros((3, 9, 60, 80)))
    layer = viewer.add_labels(np.zeros((9, 60, 80), int), scale=(2, 1, 1))
    fly_to(viewer, layer, (4, 10, 10), (8, 20, 30))
    assert viewer.dims.point[0] == 1
    assert slice_point(viewer, layer)[0] == 5
    assert viewer.scene.camera.center == (0, 14.5, 19.5)


def test_it_flies_in_three_dimensions_too(viewer):
    layer = viewer.add_labels(np.zeros((9, 60, 80), int), scale=(2, 1, 1))
    viewer.dims.ndisplay = 3
    fly_to(viewer, layer, (4, 10, 10), (7, 21, 31))
    assert viewer.scene.camera.center == (10, 15, 20)
