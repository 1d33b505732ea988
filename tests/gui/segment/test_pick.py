import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from canvas_desk import ALT, CTRL, SHIFT, CanvasDesk
from napari_shift_unet.gui.segment.pick import (
    CLICK,
    IDLE,
    NOTHING,
    OUTSIDE,
    READY,
    SLICES,
    PickSection,
)
from napari_shift_unet.gui.segment.pick_layers import SIMILARITY


@pytest.fixture
def desk(make_napari_viewer, objects):
    """A desk whose labels are split where the embedding is not."""
    desk = CanvasDesk(make_napari_viewer(show=True), PickSection, objects, alike={3: 1})
    yield desk
    desk.close()


def test_a_click_shows_what_is_alike_and_enter_makes_it_one_object(desk, objects):
    desk.section.pick_button.click()
    assert desk.said() == CLICK
    desk.click((20, 14))
    similarity, region = desk.shown(SIMILARITY), desk.shown("region")
    both = np.isin(objects, (1, 3))
    np.testing.assert_allclose(similarity.data[both], 1)
    assert similarity.data[~both].max() == pytest.approx(np.exp(-10 / 2), rel=1e-3)
    np.testing.assert_array_equal(region.data > 0, both)
    assert similarity.visible
    assert "400 px" in desk.section.make_button.text()
    desk.key(Qt.Key.Key_Return)
    np.testing.assert_array_equal(desk.labels.data == 1, both)
    assert 3 not in desk.labels.data
    assert "object 1" in desk.said()


@pytest.mark.parametrize("active", ["instances", "image"])
def test_ctrl_z_takes_back_one_edit_whatever_layer_is_active(desk, objects, active):
    desk.section.pick_button.click()
    if active == "image":
        desk.viewer.layers.selection.active = desk.image
    desk.click((20, 14))
    desk.key(Qt.Key.Key_Return)
    desk.click((45, 60), ALT)
    assert 4 not in desk.labels.data
    desk.key(Qt.Key.Key_Z, CTRL)
    assert 4 in desk.labels.data
    assert 3 not in desk.labels.data
    desk.key(Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(desk.labels.data, objects)


def test_shift_click_merges_and_is_one_step(desk, objects):
    desk.section.pick_button.click()
    desk.click((20, 40))
    desk.click((20, 14), SHIFT)
    np.testing.assert_array_equal(desk.labels.data == 2, np.isin(objects, (1, 2, 3)))
    assert "object 2" in desk.said()
    desk.key(Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(desk.labels.data, objects)


def test_alt_click_cuts_only_where_an_object_is(desk, objects):
    desk.section.pick_button.click()
    desk.click((55, 10), ALT)
    assert desk.said() == NOTHING
    np.testing.assert_array_equal(desk.labels.data, objects)
    desk.click((45, 60), CTRL)
    assert 4 not in desk.labels.data


def test_sliders_change_the_region_at_once(desk, objects):
    desk.section.pick_button.click()
    desk.click((20, 40))
    small = desk.shown("region").data.sum()
    desk.section.sigma_slider.setValue(desk.section.sigma_slider.maximum())
    desk.section.threshold_slider.setValue(0.1)
    assert desk.shown("region").data.sum() == small
    assert desk.shown(SIMILARITY).data[20, 15] == pytest.approx(np.exp(-10 / 8), rel=1e-3)
    desk.section.threshold_slider.setValue(1)
    assert desk.shown("region").data.sum() == small


def test_a_drag_moves_the_image_and_picks_nothing(desk):
    desk.section.pick_button.click()
    centre = desk.viewer.scene.camera.center
    desk.click((20, 40), drag=(60, 30))
    assert desk.viewer.scene.camera.center != centre
    assert desk.shown(SIMILARITY) is None


def test_the_mode_gives_back_what_it_took(desk, objects):
    viewer, layer = desk.viewer, desk.labels
    drags, doubles = list(viewer.mouse_drag_callbacks), list(viewer.mouse_double_click_callbacks)
    keys, layer_keys = dict(viewer.keymap), dict(layer.keymap)
    desk.section.pick_button.click()
    assert layer.contour == 1
    desk.click((20, 40))
    desk.key(Qt.Key.Key_Escape)
    assert not desk.shown(SIMILARITY).visible
    assert desk.section.pick_button.isChecked()
    desk.key(Qt.Key.Key_Escape)
    assert not desk.section.pick_button.isChecked()
    assert desk.said() == READY
    assert list(viewer.mouse_drag_callbacks) == drags
    assert list(viewer.mouse_double_click_callbacks) == doubles
    assert viewer.keymap == keys
    assert layer.keymap == layer_keys
    assert layer.contour == 0
    desk.click((20, 14))
    desk.key(Qt.Key.Key_Return)
    np.testing.assert_array_equal(layer.data, objects)


def test_closing_the_section_ends_the_mode(desk):
    drags = list(desk.viewer.mouse_drag_callbacks)
    desk.section.pick_button.click()
    desk.click((20, 40))
    desk.section.close_down()
    assert list(desk.viewer.mouse_drag_callbacks) == drags
    assert "Enter" not in map(str, desk.viewer.keymap)
    assert "Shift+K" not in map(str, desk.viewer.keymap)
    assert desk.labels.contour == 0


def test_the_key_toggles_the_mode(desk):
    for on in (True, False):
        desk.key(Qt.Key.Key_K, SHIFT)
        assert desk.section.pick_button.isChecked() is on


def test_enter_on_a_slider_makes_the_object(desk, objects):
    desk.section.pick_button.click()
    desk.click((20, 14))
    desk.section.threshold_slider.setFocus()
    QTest.keyClick(desk.section.threshold_slider, Qt.Key.Key_Return)
    assert 3 not in desk.labels.data


def test_without_a_run_there_is_nothing_to_pick(desk):
    drags = list(desk.viewer.mouse_drag_callbacks)
    desk.section.pick_button.click()
    desk.click((20, 14))
    desk.viewer.layers.remove(desk.image)
    assert desk.said() == IDLE
    assert not desk.section.pick_button.isEnabled()
    assert not desk.section.pick_button.isChecked()
    assert list(desk.viewer.mouse_drag_callbacks) == drags


def test_without_labels_the_user_hears_why_nothing_can_be_made(desk):
    desk.section.pick_button.click()
    desk.click((20, 14))
    desk.viewer.layers.remove(desk.labels)
    desk.key(Qt.Key.Key_Return)
    assert "layer was deleted" in desk.said()


def test_outside_and_in_3d_it_says_so(desk):
    desk.section.pick_button.click()
    desk.click((-3, -3))
    assert desk.said() == OUTSIDE
    desk.viewer.dims.ndisplay = 3
    desk.click((20, 14))
    assert desk.said() == SLICES
