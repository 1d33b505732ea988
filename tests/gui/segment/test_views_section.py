from functools import partial
from math import log

import numpy as np
import pytest
from qtpy.QtCore import QPoint, Qt

from napari_shift_unet.gui.layers import EMBEDDING, FOREGROUND, SEED_MAP
from napari_shift_unet.gui.segment.method_lines import (
    ELLIPSES,
    NO_OFFSETS,
    NO_SIGMA,
    NOT_PREDICTED,
    OFFSETS,
)
from napari_shift_unet.gui.segment.views_section import DELETED, NO_FOREGROUND
from seeing_model import write_seeing_model
from segment_desk import WAIT_MS, Desk

SMALL = (60, 80)
AIM = (2.0, -1.0)
LOG_SIGMA = log(3 / 8)


class ViewsDesk(Desk):
    """A desk whose section of views is unfolded."""

    def __init__(self, *args):
        super().__init__(*args)
        self.box = self.widget.views.boxes
        self.click(self.widget.views.parentWidget().header)
        self.qtbot.waitUntil(self.widget.views.isVisible)

    def tick(self, kind):
        """Click a box."""
        box = self.box[kind]
        self.widget.scroll_area.ensureWidgetVisible(box)
        middle = QPoint(8, box.height() // 2)
        self.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=middle)

    def wait_for(self, kind, count=None):
        """Wait until so many lines are drawn, or any."""

        def drawn():
            lines = self.count(kind) if f"cells: {kind}" in self.names else 0
            return lines > 0 if count is None else lines == count

        self.qtbot.waitUntil(drawn, timeout=WAIT_MS)

    def layer(self, kind):
        return self.viewer.layers[f"cells: {kind}"]

    def count(self, kind):
        return len(self.layer(kind).data)

    def use(self, model):
        self.widget.models.load(model)
        self.predict()

    @property
    def reasons(self):
        """The last line of each tooltip."""
        return {kind: box.toolTip().split("\n")[-1] for kind, box in self.box.items()}


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A model of each method, and one without a foreground."""
    folder = tmp_path_factory.mktemp("methods")
    write = {
        "semi-convolutional": partial(write_seeing_model, embedding=AIM),
        "spatial-embedding": partial(
            write_seeing_model, embedding=(*AIM, LOG_SIGMA), embedding_dims=3
        ),
        "discriminative": partial(write_seeing_model, embedding_dims=3),
    }
    made = {
        method: make(folder / f"{method}.safetensors", method=method)
        for method, make in write.items()
    }
    bare = folder / "bare.safetensors"
    made["bare"] = write_seeing_model(bare, method="discriminative", foreground=False)
    return made


@pytest.fixture
def desk(make_napari_viewer, qtbot, models):
    return ViewsDesk(make_napari_viewer(show=True), qtbot, models["spatial-embedding"])


def test_each_method_has_its_own_views(desk, models):
    desk.open_discs(SMALL)
    assert set(desk.reasons.values()) == {NOT_PREDICTED}
    assert not any(box.isEnabled() for box in desk.box.values())

    desk.predict()
    assert all(box.isEnabled() for box in desk.box.values())
    assert desk.box[FOREGROUND].text() == SEED_MAP
    desk.tick(FOREGROUND)
    assert desk.layer(SEED_MAP).visible
    desk.tick(OFFSETS)
    desk.tick(ELLIPSES)
    assert desk.count(OFFSETS) > 0
    desk.wait_for(ELLIPSES)
    layers = set(desk.viewer.layers)

    desk.widget.models.load(models["discriminative"])
    assert desk.box[OFFSETS].isChecked(), "the views are those of the run"
    desk.predict()
    assert desk.reasons[OFFSETS] == NO_OFFSETS
    assert desk.reasons[ELLIPSES] == NO_SIGMA
    for kind in (OFFSETS, ELLIPSES):
        assert not desk.box[kind].isEnabled()
        assert not desk.box[kind].isChecked()
        assert not desk.layer(kind).visible
        assert desk.count(kind) == 0
    assert desk.box[FOREGROUND].text() == FOREGROUND
    assert desk.layer(FOREGROUND).visible

    desk.use(models["semi-convolutional"])
    assert desk.box[OFFSETS].isChecked()
    assert desk.layer(OFFSETS).metadata["shift_unet"]["model"]["method"] == "semi-convolutional"
    assert desk.reasons[ELLIPSES] == NO_SIGMA

    desk.use(models["spatial-embedding"])
    assert desk.box[ELLIPSES].isChecked()
    desk.wait_for(ELLIPSES)
    assert set(desk.viewer.layers) == layers, "no layer was made twice"

    desk.use(models["bare"])
    assert desk.reasons[FOREGROUND] == NO_FOREGROUND
    assert f"cells: {SEED_MAP}" not in desk.names


def test_ellipses_follow_sliders_edits_and_undo(desk):
    _, count = desk.open_discs(SMALL, dim=2)
    desk.predict()
    desk.tick(ELLIPSES)
    desk.wait_for(ELLIPSES)
    sides = desk.count(ELLIPSES) // count
    desk.widget.clustering.foreground_slider.setValue(0.95)
    desk.wait_for(ELLIPSES, sides * (count - 2))
    desk.labels.data_setitem(np.nonzero(desk.labels.data == 1), 0)
    desk.wait_for(ELLIPSES, sides * (count - 3))
    desk.labels.undo()
    desk.wait_for(ELLIPSES, sides * (count - 2))


def test_boxes_and_the_list_of_layers_say_the_same(desk):
    desk.open_discs(SMALL)
    desk.predict()
    layer = desk.layer(EMBEDDING)
    desk.tick(EMBEDDING)
    assert layer.visible
    layer.visible = False
    assert not desk.box[EMBEDDING].isChecked()
    desk.viewer.layers.remove(layer)
    assert desk.reasons[EMBEDDING] == DELETED
    assert not desk.box[EMBEDDING].isEnabled()
    desk.tick(OFFSETS)
    desk.layer(OFFSETS).visible = False
    assert not desk.box[OFFSETS].isChecked()
    desk.viewer.layers.remove(desk.layer(OFFSETS))
    desk.tick(OFFSETS)
    assert desk.count(OFFSETS) > 0
    desk.predict()
    assert desk.box[EMBEDDING].isEnabled()


def test_lines_go_with_the_dock(desk):
    desk.open_discs(SMALL)
    desk.predict()
    desk.tick(OFFSETS)
    desk.viewer.window.remove_dock_widget(desk.dock)
    assert f"cells: {OFFSETS}" not in desk.names
    assert "cells: instances" in desk.names
    desk.viewer.scene.camera.zoom *= 3
