"""The window stays responsive while work goes on behind it."""

import sys
from itertools import cycle
from time import perf_counter, thread_time

import numpy as np
import pytest
import zarr
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication

from napari_shift_unet.gui.segment.large_section import IN_FOLDER
from napari_shift_unet.images import discs
from segment_desk import Desk

TICK_MS, MOVE_MS = 10, 500
BAR_S = 0.25
SHAPE = (400, 800)


class Pulse:
    """A timer that tells how long the event loop was away: computing, and by the clock, in s.

    Only the first can be asserted: other programs of a busy machine make no difference to it.
    """

    def __init__(self, viewer):
        self.computing, self.clock, self._last = [], [], None
        self._timer, self._mover = QTimer(), QTimer()
        self._timer.timeout.connect(self._tick)
        zooms = cycle((0.2, 1.0, 3.0))
        self._mover.timeout.connect(lambda: setattr(viewer.scene.camera, "zoom", next(zooms)))

    def __enter__(self):
        self._timer.start(TICK_MS)
        self._mover.start(MOVE_MS)
        return self

    def __exit__(self, *_):
        self._timer.stop()
        self._mover.stop()

    def _tick(self):
        now = thread_time(), perf_counter()
        if self._last is not None:
            self.computing.append(now[0] - self._last[0])
            self.clock.append(now[1] - self._last[1])
        self._last = now

    def facts(self):
        return {
            "longest_computing_ms": round(1000 * max(self.computing)),
            "longest_gap_ms": round(1000 * max(self.clock)),
            "ticks": len(self.clock),
        }


@pytest.fixture
def desk(make_napari_viewer, qtbot, model_path):
    """A desk at which something was predicted: what a first time compiles and loads is done."""
    desk = Desk(make_napari_viewer(show=True), qtbot, model_path)
    desk.open_discs(name="first")
    desk.predict()
    desk.viewer.layers.clear()
    return desk


@pytest.fixture
def making_a_layer(desk):
    """Time that napari computes to make one layer of labels and to draw it, whoever asks, in s."""
    began = thread_time()
    desk.viewer.add_labels(np.zeros(SHAPE, np.int32))
    QApplication.processEvents()
    took = thread_time() - began
    desk.viewer.layers.clear()
    return took


@pytest.fixture
def checked(record_property, making_a_layer):
    """Assert that no time between two ticks was long, and log all that was measured."""

    def check(pulse):
        for name, value in pulse.facts().items():
            record_property(name, value)
        sys.stdout.write(f"{pulse.facts()}, making a layer {1000 * making_a_layer:.0f} ms\n")
        assert pulse.computing
        assert max(pulse.computing) < BAR_S + making_a_layer, pulse.facts()

    return check


def test_while_a_large_image_is_predicted(desk, tmp_path, checked):
    truth = discs(SHAPE, radius=5, spacing=24)[1]
    stored = zarr.create_array(tmp_path / "cells.zarr", shape=SHAPE, chunks=(64, 64), dtype="uint8")
    stored[:] = np.where(truth > 0, 200, 0)
    desk.open(stored, contrast_limits=(0, 255))
    section = desk.widget.large.section
    section.memory_spin.setValue(0.1)
    section.way_choice.setCurrentIndex(section.way_choice.findText(IN_FOLDER))
    section.way_choice.activated.emit(section.way_choice.currentIndex())
    section.folder_edit.setText(str(tmp_path / "out"))
    section.folder_edit.editingFinished.emit()
    desk.tiles(128, 128)
    runner = desk.widget.large.runner
    with Pulse(desk.viewer) as pulse, desk.qtbot.waitSignal(runner.finished):
        desk.click(desk.widget.bar.button)
    checked(pulse)


def test_while_an_image_in_memory_is_predicted_and_grouped_again(desk, checked):
    desk.open_discs((500, 600))
    desk.predict()  # makes the layers, several at once
    with Pulse(desk.viewer) as pulse:
        desk.predict()
        for threshold in (0.4, 0.6):
            with desk.labelled():
                run = desk.widget.session.run
                settings = run.clustering.model_copy(update={"foreground_threshold": threshold})
                desk.widget.labeller.label(run, settings)
    checked(pulse)
