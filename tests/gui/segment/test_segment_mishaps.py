import threading

import numpy as np
import pytest
from napari.utils.notifications import notification_manager
from napari.utils.theme import available_themes
from qtpy.QtCore import QCoreApplication, QEvent
from qtpy.QtWidgets import QApplication

from napari_shift_unet.gui.canvas.target import TILES
from napari_shift_unet.gui.segment.predictor import REMOVED, REPLACED
from napari_shift_unet.prediction.runner import OutOfMemory, Runner
from segment_desk import Desk

LARGEST_INPUT_PX = 60


@pytest.fixture
def desk(make_napari_viewer, qtbot, model_path):
    notification_manager.records.clear()
    return Desk(make_napari_viewer(show=True), qtbot, model_path)


def jobs():
    return [thread for thread in threading.enumerate() if thread.name == "shift-unet job"]


def many_tiles(desk):
    image, _ = desk.open_discs()
    desk.tiles(window=4, crop=4)
    return image


def test_cancel_stops_within_a_tile_and_changes_nothing(desk, qtbot):
    many_tiles(desk)
    before = desk.names
    desk.begin()
    with qtbot.waitSignal(desk.widget.predictor.cancelled):
        desk.click(desk.widget.bar.cancel_button)
    assert desk.status == "Cancelled."
    assert desk.names == before
    assert not desk.widget.bar.cancel_button.isVisible()
    assert not desk.widget.bar.progress.isVisible()
    assert desk.widget.images.isEnabled()
    assert desk.widget.bar.button.isEnabled()
    assert not jobs()


def test_progress_counts_tiles_and_tells_the_time_left(desk, qtbot):
    many_tiles(desk)
    desk.begin()
    bar = desk.widget.bar
    with qtbot.waitSignal(desk.widget.predictor.stepped):
        pass
    total = len(desk.widget.tiling.plan)
    assert bar.progress.maximum() == total
    assert bar.progress.value() >= 2
    assert bar.progress.text().endswith(" left")
    assert desk.status == f"Predicting {total} tiles on cpu"
    assert not desk.widget.images.isEnabled(), "what runs cannot be changed under it"
    desk.widget.predictor.cancel()


def test_an_image_removed_in_mid_run(desk, qtbot):
    image = many_tiles(desk)
    desk.begin()
    with qtbot.waitSignal(desk.widget.predictor.cancelled):
        desk.viewer.layers.remove(image)
    assert desk.names == []
    assert desk.widget.session.run is None
    assert REMOVED in desk.notified


def test_an_image_replaced_in_mid_run(desk, qtbot):
    image = many_tiles(desk)
    desk.begin()
    with qtbot.waitSignal(desk.widget.predictor.cancelled):
        image.data = np.full((40, 50), 7, np.uint8)
    assert desk.status == REPLACED
    assert desk.widget.tiling.plan.shape == (40, 50)


def test_an_image_replaced_after_its_run_needs_a_new_one(desk, qtbot):
    image, _ = desk.open_discs()
    desk.predict()
    with qtbot.waitSignal(desk.widget.session.cleared):
        image.data = np.roll(image.data, 5)
    assert desk.widget.session.run is None
    labels = desk.labels
    desk.predict()
    assert desk.labels is labels


def test_labels_deleted_while_they_are_computed_come_back(desk):
    _, count = desk.open_discs()
    desk.predict()
    with desk.labelled():
        desk.widget.clustering.min_size_spin.setValue(5)
        desk.viewer.layers.remove("cells: instances")
    assert desk.labels.data.max() == count


def test_an_image_removed_while_its_labels_are_computed(desk, qtbot):
    image, _ = desk.open_discs()
    desk.predict()
    with qtbot.waitSignal(desk.widget.labeller.jobs.idle):
        desk.widget.clustering.min_size_spin.setValue(1000)
        desk.viewer.layers.remove(image)
    assert desk.labels.data.max() > 0, "the labels of before are left to the user"


def test_a_viewer_closed_in_mid_run(desk):
    many_tiles(desk)
    desk.begin()
    assert jobs()
    widget = desk.widget
    desk.viewer.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not jobs()
    assert not widget.predictor.busy


def test_a_dock_closed_in_mid_run_takes_its_lines_along(desk):
    image = many_tiles(desk)
    desk.begin()
    desk.viewer.window.remove_dock_widget(desk.dock)
    assert not jobs()
    assert list(desk.viewer.layers) == [image]
    desk.viewer.scene.camera.zoom *= 2
    image.name = "renamed"
    desk.viewer.layers.remove(image)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("pixels", "text"),
    [
        (np.where(np.eye(60, 70) > 0, np.nan, 1.0), "NaN or infinite"),
        (np.full((60, 70), 3.0), "constant"),
    ],
    ids=["nan", "constant"],
)
def test_pixels_that_cannot_be_used(desk, qtbot, pixels, text):
    desk.open(pixels, contrast_limits=(0, 1))
    with qtbot.waitSignal(desk.widget.predictor.errored):
        desk.click(desk.widget.bar.button)
    assert text in desk.widget.images.notice.text
    assert text in desk.status
    assert any(text in message for message in desk.notified)
    assert desk.widget.bar.button.isEnabled()


def test_memory_that_runs_short_is_said_and_drawn(desk, qtbot, monkeypatch):
    predict = Runner.__call__

    def short_of_memory(self, block, window):
        if block.shape[-1] > LARGEST_INPUT_PX:
            raise OutOfMemory
        return predict(self, block, window)

    monkeypatch.setattr(Runner, "__call__", short_of_memory)
    _, count = desk.open_discs()
    desk.tiles(window=36)
    heard, drawn = [], []
    desk.widget.predictor.backed_off.connect(lambda text, plan: heard.append((text, plan)))
    desk.widget.predictor.backed_off.connect(lambda *_: drawn.append(desk.widget.grid.target.plan))
    desk.predict()
    assert [plan.output_window for _, plan in heard] == [(20, 36), (20, 20)]
    assert drawn == [plan for _, plan in heard]
    for text, _ in heard:
        assert text.startswith("Out of memory at an output window of ")
        assert text in desk.notified
    assert desk.labels.data.max() == count
    assert desk.facts["tile"] == [20, 20]


def test_an_error_nobody_expected_is_told(desk, qtbot, monkeypatch):
    def broken(*_):
        yield None
        raise RuntimeError("the sky fell")

    monkeypatch.setattr("napari_shift_unet.segmentation.embed_image", broken)
    desk.open_discs()
    with qtbot.waitSignal(desk.widget.predictor.errored):
        desk.click(desk.widget.bar.button)
    assert desk.status == "the sky fell"
    assert "the sky fell" in desk.notified
    assert desk.widget.bar.button.isEnabled()


def test_settings_that_fail_are_said_below_them(desk, qtbot, monkeypatch):
    desk.open_discs()
    desk.predict()

    def broken(*_):
        raise ValueError("no such kernel")

    monkeypatch.setattr("napari_shift_unet.segmentation.embedded.label_listed", broken)
    with qtbot.waitSignal(desk.widget.labeller.errored):
        desk.widget.clustering.min_size_spin.setValue(9)
    assert desk.widget.clustering.notice.text == "No such kernel"


@pytest.mark.parametrize("theme", sorted({"dark", "light"} & set(available_themes())))
def test_nothing_is_cut_off_at_1280_by_720(desk, theme, model_path_3d):
    desk.viewer.theme = theme
    desk.open_discs()
    desk.tiles(window=36, crop=34)
    widget = desk.widget
    for model in (None, model_path_3d):
        if model is not None:
            widget.models.load(model)
            desk.open_discs((20, 60, 70), name="volume")
        inside, port = widget.scroll_area.widget(), widget.scroll_area.viewport()
        desk.qtbot.waitUntil(
            lambda inside=inside, port=port: (
                inside.minimumSizeHint().width() <= port.width() == inside.width()
            )
        )
        assert widget.bar.button.visibleRegion().boundingRect().height() >= 20
    assert desk.viewer.window._qt_window.width() <= 1280


def test_the_grid_can_be_switched_off_in_the_layer_list_too(desk):
    desk.open_discs()
    box = desk.widget.tiling.show_boxes[TILES]
    assert box.isChecked()
    desk.viewer.layers["cells: tiles"].visible = False
    assert not box.isChecked()
    desk.click(box)
    assert desk.viewer.layers["cells: tiles"].visible
    desk.viewer.layers.remove("cells: tiles")
    assert not box.isChecked()
