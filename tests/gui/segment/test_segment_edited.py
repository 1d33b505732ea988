import pytest
from napari.utils.notifications import notification_manager

from napari_shift_unet.gui.segment.predictor import EDITED
from segment_desk import WAIT_MS, Desk


@pytest.fixture
def desk(make_napari_viewer, qtbot, model_path):
    notification_manager.records.clear()
    return Desk(make_napari_viewer(show=True), qtbot, model_path)


def test_an_image_that_is_painted_on_in_mid_run(desk, qtbot):
    image, count = desk.open_discs()
    with qtbot.waitSignal(desk.widget.labeller.jobs.returned, timeout=WAIT_MS):
        desk.click(desk.widget.bar.button)
        image.data[...] = 0
        image.refresh()
    assert desk.labels.data.max() == count, "the result belongs to the pixels of before"
    assert EDITED in desk.notified
    assert desk.labels.features["mean_intensity"].min() > 0


def test_an_image_that_nobody_touches_needs_no_warning(desk):
    desk.open_discs()
    desk.predict()
    assert EDITED not in desk.notified


def test_two_viewers_predict_at_once(desk, make_napari_viewer, qtbot, model_path):
    other = Desk(make_napari_viewer(show=True), qtbot, model_path)
    counts = [desk.open_discs()[1], other.open_discs((60, 70))[1]]
    both = (desk, other)
    with qtbot.waitSignals([d.widget.labeller.jobs.returned for d in both], timeout=WAIT_MS):
        for one in both:
            one.click(one.widget.bar.button)
    assert [int(d.labels.data.max()) for d in both] == counts
    other.viewer.close()
    with desk.labelled():
        desk.widget.clustering.min_size_spin.setValue(9)
    assert desk.labels.data.max() == counts[0]
