"""Images that are worked on chunk by chunk, in front of the user."""

from time import thread_time

import numpy as np
import pytest
import zarr
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication

from napari_shift_unet.gui.files import reading
from napari_shift_unet.gui.segment.large_section import IN_FOLDER, NO_FOLDER, REPLACES
from napari_shift_unet.gui.segment.large_way import RESTS
from napari_shift_unet.images import discs
from segment_desk import Desk

SHAPE = (256, 640)
LONGEST_CALL_S = 0.25


@pytest.fixture
def desk(make_napari_viewer, qtbot, model_path):
    return Desk(make_napari_viewer(show=True), qtbot, model_path)


@pytest.fixture
def way(desk):
    return desk.widget.large


def open_lazily(desk, folder, shape=SHAPE, **place):
    """Open discs from the disk; returns the layer and their number."""
    _, truth = discs(shape, radius=5, spacing=24)
    array = zarr.create_array(folder / "cells.zarr", shape=shape, chunks=(64, 64), dtype="uint8")
    array[:] = np.where(truth > 0, 200, 0)
    return desk.open(array, contrast_limits=(0, 255), **place), int(truth.max())


def choose_folder(desk, folder):
    """Choose, by hand, to have small chunks in a folder."""
    section = desk.widget.large.section
    section.memory_spin.setValue(0.1)
    place = section.way_choice.findText(IN_FOLDER)
    section.way_choice.setCurrentIndex(place)
    section.way_choice.activated.emit(place)
    section.folder_edit.setText(str(folder))
    desk.qtbot.keyClick(section.folder_edit, Qt.Key.Key_Return)
    desk.tiles(64, 64)


def finish(desk):
    with desk.qtbot.waitSignal(desk.widget.large.runner.finished):
        desk.click(desk.widget.bar.button)


def read(layer, level=0):
    return np.asarray(layer.data[level])


def test_an_image_in_memory_sees_nothing_of_it(desk, way):
    desk.open_discs()
    assert not way.section.isVisible()
    assert not way.chosen
    assert desk.widget.picking.isEnabled()


def test_an_image_that_does_not_fit_goes_to_a_folder(desk, way, tmp_path):
    open_lazily(desk, tmp_path)
    assert way.section.isVisible()
    assert not way.chosen
    way.section.memory_spin.setValue(0.1)
    assert not way.chosen
    big = zarr.create_array(
        tmp_path / "big.zarr", shape=(2000, 2000), chunks=(500, 500), dtype="uint8"
    )
    desk.open(big, name="big", contrast_limits=(0, 255))
    assert way.chosen
    assert desk.status == NO_FOLDER
    assert not desk.widget.bar.button.isEnabled()
    assert not desk.widget.picking.isEnabled()
    assert desk.widget.picking.pick_button.toolTip() == RESTS
    way.section.folder_edit.setText(str(tmp_path / "out"))
    desk.qtbot.keyClick(way.section.folder_edit, Qt.Key.Key_Return)
    assert desk.widget.bar.button.isEnabled()


def test_layers_fill_in_nearest_to_the_view_first(desk, way, tmp_path):
    image, count = open_lazily(desk, tmp_path)
    choose_folder(desk, tmp_path / "out")
    camera = desk.viewer.scene.camera
    camera.zoom, camera.center = 8.0, (200.0, 590.0)
    filled = []
    way.runner.jobs.yielded.connect(
        lambda event: filled.append(event) if hasattr(event, "what") else None
    )
    finish(desk)
    colours = [event.box for event in filled if event.what == "colours"]
    assert len(colours) > 2
    assert colours[0][0].start <= 200 < colours[0][0].stop
    assert colours[0][1].start <= 590 < colours[0][1].stop
    assert {event.what for event in filled} == {"colours", "labels"}
    layer = desk.labels
    assert layer.multiscale
    assert read(layer).max() == count == len(layer.features)
    assert np.array_equal(read(layer, 1), read(layer)[::2, ::2])
    shown = desk.viewer.layers["cells: embedding (PCA)"]
    assert read(shown).shape == (*SHAPE, 4)
    assert (read(shown)[..., 3] > 127).sum() == (np.asarray(image.data) > 100).sum()
    assert desk.status == f"{count} objects, in out"
    assert way.section.notice.text == REPLACES


def test_results_open_from_the_disk(desk, way, tmp_path, monkeypatch):
    _, count = open_lazily(desk, tmp_path, scale=(0.5, 0.5), units=("um", "um"))
    choose_folder(desk, tmp_path / "out")
    finish(desk)
    monkeypatch.setattr(reading, "LAZY_FROM_PX", 1000)
    before = list(desk.viewer.layers)
    desk.click(way.section.notice.button)
    colours, labels = (layer for layer in desk.viewer.layers if layer not in before)
    assert labels.multiscale
    assert colours.multiscale
    assert not isinstance(labels.data[0], np.ndarray)
    assert read(labels).max() == count == len(labels.features)
    assert read(colours).shape == (*SHAPE, 4)
    assert tuple(labels.scale) == tuple(colours.scale) == (0.5, 0.5)


def test_cancel_keeps_and_predict_goes_on(desk, way, tmp_path):
    _, count = open_lazily(desk, tmp_path)
    choose_folder(desk, tmp_path / "out")
    done = []
    way.runner.stepped.connect(lambda *step: done.append(step[0]))
    way.runner.stepped.connect(
        lambda *step: desk.click(desk.widget.bar.cancel_button) if step[0] == 2 else None
    )
    with desk.qtbot.waitSignal(way.runner.cancelled):
        desk.click(desk.widget.bar.button)
    assert desk.status.startswith("Cancelled. What is done is kept")
    layer = desk.viewer.layers["cells: embedding (PCA)"]
    desk.qtbot.waitUntil(lambda: layer.thumbnail[..., 3].any())
    colours = read(layer)
    assert colours[..., 3].any()
    assert not colours[..., 3].all()
    assert "unfinished" in way.section.notice.text
    way.runner.stepped.disconnect()
    steps = []
    way.runner.stepped.connect(lambda *step: steps.append(step[0]))
    finish(desk)
    assert steps[0] >= 2
    assert read(desk.labels).max() == count
    assert desk.names.count("cells: instances") == 1


def test_other_settings_of_the_clustering_predict_nothing_again(desk, way, tmp_path):
    _, count = open_lazily(desk, tmp_path)
    choose_folder(desk, tmp_path / "out")
    finish(desk)
    section, stages = desk.widget.clustering, []
    before = section.config().bandwidth
    section.bandwidth_slider.setValue(0.8 * before)
    way.runner.jobs.yielded.connect(
        lambda event: stages.append(event.stage) if getattr(event, "unit", None) == 0 else None
    )
    finish(desk)
    assert "predicted" not in stages
    assert "cut" in stages
    assert desk.facts["clustering"]["bandwidth"] == section.config().bandwidth < before
    assert read(desk.labels).max() >= count
    assert read(desk.viewer.layers["cells: embedding (PCA)"])[..., 3].any()


def test_another_image_in_the_folder_can_be_begun_anew(desk, way, tmp_path):
    _, count = open_lazily(desk, tmp_path)
    choose_folder(desk, tmp_path / "out")
    way.runner.stepped.connect(
        lambda *step: desk.click(desk.widget.bar.cancel_button) if step[0] == 1 else None
    )
    with desk.qtbot.waitSignal(way.runner.cancelled):
        desk.click(desk.widget.bar.button)
    way.runner.stepped.disconnect()
    desk.tiles(64, 32)
    with desk.qtbot.waitSignal(way.runner.errored):
        desk.click(desk.widget.bar.button)
    assert "unfinished run" in way.section.notice.text
    with desk.qtbot.waitSignal(way.runner.finished):
        desk.click(way.section.notice.button)
    assert read(desk.labels).max() == count


def test_removing_the_image_cancels(desk, way, tmp_path):
    image, _ = open_lazily(desk, tmp_path)
    choose_folder(desk, tmp_path / "out")
    way.runner.stepped.connect(lambda *_: remove(desk, image))
    with desk.qtbot.waitSignal(way.runner.cancelled):
        desk.click(desk.widget.bar.button)
    assert "was removed" in desk.notified[-1]


def remove(desk, layer):
    if layer in desk.viewer.layers:
        desk.viewer.layers.remove(layer)


def test_no_call_holds_the_window_up(desk, way, tmp_path, monkeypatch):
    """Time of the GUI thread alone, per event of the run: a busy machine makes no difference."""
    open_lazily(desk, tmp_path, shape=(400, 800))
    choose_folder(desk, tmp_path / "out")
    longest = {}
    for name in ("_on_yielded", "_on_returned"):
        monkeypatch.setattr(way.runner, name, timed(name, getattr(way.runner, name), longest))
    refresher = way.runner.layers._refresher
    monkeypatch.setattr(refresher, "refresh", timed("refresh", refresher.refresh, longest))
    for signal, name in (
        (way.runner.jobs.yielded, "_on_yielded"),
        (way.runner.jobs.returned, "_on_returned"),
        (refresher._timer.timeout, "refresh"),
    ):
        signal.disconnect()
        owner = refresher if name == "refresh" else way.runner
        signal.connect(getattr(owner, name))
    finish(desk)
    desk.qtbot.waitUntil(lambda: "refresh" in longest)
    QApplication.processEvents()
    assert max(longest.values()) < LONGEST_CALL_S, longest


def timed(name, call, longest):
    def measured(*args):
        began = thread_time()
        call(*args)
        longest[name] = max(longest.get(name, 0.0), thread_time() - began)

    return measured
