import numpy as np
import pytest

from napari_shift_unet.gui.segment.prompt_layers import BOXES
from segment_desk import WAIT_MS, Desk


@pytest.fixture
def desk(make_napari_viewer, qtbot, model_path):
    desk = Desk(make_napari_viewer(show=True), qtbot, model_path)
    yield desk
    desk.widget.close_down()


def test_the_object_of_a_box_stays_whatever_the_sliders_do_and_is_measured(desk):
    layer, count = desk.open_discs()
    desk.predict()
    widget = desk.widget
    with desk.qtbot.waitSignal(widget.export.table.measured, timeout=WAIT_MS):
        desk.click(widget.prompting.buttons[BOXES])
        boxes = widget.session.result(layer, BOXES)
        first = np.argwhere(desk.labels.data == 1)
        (y0, x0), (y1, x1) = first.min(0) - 2, first.max(0) + 2
        boxes.add(np.array([(y0, x0), (y0, x1), (y1, x1), (y1, x0)]), shape_type="rectangle")
    made = int(boxes.features["object"].iloc[0])
    mask = desk.labels.data == made
    assert mask[tuple(first.T)].all()
    assert len(desk.labels.features) == count
    with desk.labelled():
        widget.clustering.min_size_spin.setValue(5)
    again = int(boxes.features["object"].iloc[0])
    np.testing.assert_array_equal(desk.labels.data == again, mask)
    assert sum("instances" in name for name in desk.names) == 1


def test_picking_and_prompting_end_each_other(desk):
    desk.open_discs()
    desk.predict()
    pick, prompt = desk.widget.picking.pick_button, desk.widget.prompting.buttons[BOXES]
    desk.click(prompt)
    desk.click(pick)
    assert (pick.isChecked(), prompt.isChecked()) == (True, False)
    desk.click(prompt)
    assert (pick.isChecked(), prompt.isChecked()) == (False, True)
