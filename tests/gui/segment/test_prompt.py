import numpy as np
import pytest
from qtpy.QtCore import Qt

from canvas_desk import CTRL, SHIFT, CanvasDesk
from napari_shift_unet.gui.segment.prompt import DRAW, IDLE, NO_BOX, READY, SLICES, PromptSection
from napari_shift_unet.gui.segment.prompt_layers import BOXES, CLICKS


@pytest.fixture
def open_desk(make_napari_viewer, objects):
    """Return a function that opens a desk whose labels lack objects 2 and 4."""
    made = []

    def open_one(**given):
        labels = np.where(np.isin(objects, (2, 4)), 0, objects)
        given = {"objects": objects, "labels": labels, "alike": {3: 1}, **given}
        made.append(CanvasDesk(make_napari_viewer(show=True), PromptSection, **given))
        return made[-1]

    yield open_one
    for desk in made:
        desk.close()


@pytest.fixture
def desk(open_desk):
    return open_desk()


def test_a_drawn_box_is_an_object_at_once_and_undone_by_ctrl_z(desk, objects):
    before = desk.labels.data.copy()
    desk.section.buttons[BOXES].click()
    assert desk.said() == DRAW[BOXES]
    desk.drag((37, 52), (52, 72))
    np.testing.assert_array_equal(desk.labels.data == 4, objects == 4)
    assert desk.said() == "Object 4: 150 px. Ctrl+Z: undo."
    desk.drag((8, 31), (32, 52))
    np.testing.assert_array_equal(desk.labels.data == 5, objects == 2)
    assert len(desk.shown(BOXES).data) == 2
    desk.key(Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(desk.labels.data == 4, objects == 4)
    assert 5 not in desk.labels.data
    desk.key(Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(desk.labels.data, before)


def test_a_box_is_moved_resized_and_deleted_with_napari_s_tools(desk, objects):
    before = desk.labels.data.copy()
    desk.section.buttons[BOXES].click()
    desk.drag((37, 52), (52, 72))
    layer = desk.shown(BOXES)
    layer.mode = "select"
    assert not desk.section.buttons[BOXES].isChecked()
    desk.click((45, 62))
    desk.drag((45, 62), (24, 42))
    assert 4 in desk.labels.data[objects == 2]
    assert not desk.labels.data[objects == 4].any()
    bottom = np.max(layer.data[0], axis=0)
    desk.drag(bottom, bottom - (9, 4))
    rows, _ = np.nonzero(desk.labels.data == 4)
    assert rows.max() == int(np.max(layer.data[0][:, 0])) < int(bottom[0]) - 5
    desk.key(Qt.Key.Key_Delete)
    np.testing.assert_array_equal(desk.labels.data, before)
    assert desk.said() == "1 object removed."


def test_a_clicked_point_is_an_object(desk, objects):
    desk.section.buttons[CLICKS].click()
    assert desk.said() == DRAW[CLICKS]
    desk.click((45, 60))
    desk.click((20, 40))
    np.testing.assert_array_equal(desk.labels.data == 4, objects == 4)
    np.testing.assert_array_equal(desk.labels.data == 5, objects == 2)
    desk.key(Qt.Key.Key_Z, CTRL)
    assert 5 not in desk.labels.data


def test_a_click_leaves_no_box(desk):
    before = desk.labels.data.copy()
    desk.section.buttons[BOXES].click()
    desk.click((45, 60))
    assert desk.said() == NO_BOX
    assert len(desk.shown(BOXES).data) == 0
    np.testing.assert_array_equal(desk.labels.data, before)
    desk.drag((37, 52), (52, 72))
    assert 4 in desk.labels.data


def test_the_keys_toggle_the_drawing_and_one_ends_the_other(desk):
    boxes, clicks = desk.section.buttons[BOXES], desk.section.buttons[CLICKS]
    desk.key(Qt.Key.Key_B, SHIFT)
    assert desk.shown(BOXES).mode == "add_rectangle"
    desk.key(Qt.Key.Key_C, SHIFT)
    assert (boxes.isChecked(), clicks.isChecked()) == (False, True)
    assert desk.shown(BOXES).mode == "pan_zoom"
    assert desk.viewer.layers.selection.active is desk.shown(CLICKS)
    desk.key(Qt.Key.Key_C, SHIFT)
    assert not clicks.isChecked()
    assert desk.shown(CLICKS).mode == "pan_zoom"
    assert desk.said() == READY


def test_another_layer_or_tool_ends_the_drawing(desk):
    button = desk.section.buttons[BOXES]
    button.click()
    desk.viewer.layers.selection.active = desk.image
    assert not button.isChecked()
    button.click()
    assert desk.viewer.layers.selection.active is desk.shown(BOXES)
    desk.shown(BOXES).mode = "direct"
    assert not button.isChecked()
    assert desk.shown(BOXES).mode == "direct"


def test_scale_and_place_of_the_image_do_not_matter(open_desk, objects):
    place = {"scale": (0.5, 0.25), "translate": (100, -7), "rotate": 20}
    desk = open_desk(place=place)
    desk.section.buttons[BOXES].click()
    desk.drag((37, 52), (52, 72))
    np.testing.assert_array_equal(desk.labels.data == 4, objects == 4)


def test_in_a_stack_the_slice_that_is_shown_gets_the_object(open_desk, objects):
    stack = np.stack([objects, objects, objects])
    desk = open_desk(objects=stack, labels=np.zeros_like(stack), axes="tyx")
    desk.viewer.dims.set_current_step(0, 2)
    desk.section.buttons[BOXES].click()
    desk.drag((37, 52), (52, 72))
    np.testing.assert_array_equal(desk.labels.data[2] == 1, objects == 4)
    assert not desk.labels.data[:2].any()
    desk.viewer.dims.set_current_step(0, 0)
    desk.section.buttons[CLICKS].click()
    desk.click((20, 40))
    np.testing.assert_array_equal(desk.labels.data[0] == 2, objects == 2)


def test_in_a_volume_a_box_reaches_through_the_slices(open_desk, objects):
    volume = np.stack([0 * objects, objects, objects])
    desk = open_desk(objects=volume, labels=np.zeros_like(volume), axes="zyx", ndim=3)
    desk.viewer.dims.set_current_step(0, 1)
    desk.section.buttons[BOXES].click()
    desk.drag((37, 52), (52, 72))
    np.testing.assert_array_equal(desk.labels.data == 1, volume == 4)


def test_in_3d_it_says_that_a_slice_is_needed(desk):
    desk.viewer.dims.ndisplay = 3
    desk.section.buttons[BOXES].click()
    assert desk.said() == SLICES
    assert not desk.section.buttons[BOXES].isChecked()


def test_the_options_change_what_is_there(desk, objects):
    desk.section.buttons[BOXES].click()
    desk.drag((8, 8), (32, 52))
    made = desk.labels.data == 4
    assert made.any()
    desk.section.keep_box.click()
    kept = desk.labels.data == 4
    assert not kept[np.isin(objects, (1, 3))].any()
    desk.section.keep_box.click()
    np.testing.assert_array_equal(desk.labels.data == 4, made)
    desk.section.sigma_slider.setValue(desk.section.sigma_slider.maximum())
    assert "made" in desk.said() or "Object 4" in desk.said()


def test_without_a_run_there_is_nothing_to_prompt(desk):
    desk.section.buttons[BOXES].click()
    desk.viewer.layers.remove(desk.image)
    assert desk.said() == IDLE
    assert not any(button.isEnabled() for button in desk.section.buttons.values())
    assert not desk.section.buttons[BOXES].isChecked()


def test_closing_gives_the_keys_back_and_leaves_the_boxes(desk):
    desk.section.buttons[BOXES].click()
    desk.drag((37, 52), (52, 72))
    layer = desk.shown(BOXES)
    desk.section.close_down()
    assert layer in desk.viewer.layers
    assert layer.mode == "pan_zoom"
    assert "Shift+B" not in map(str, desk.viewer.keymap)
    before = desk.labels.data.copy()
    layer.data = []
    np.testing.assert_array_equal(desk.labels.data, before)
