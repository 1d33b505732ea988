from functools import partial
from math import log, sqrt

import numpy as np
import pytest
from napari.layers import Vectors
from qtpy.QtCore import QPoint, Qt

from napari_shift_unet.embeddings.offsets import RING
from napari_shift_unet.gui.layers import EMBEDDING, FOREGROUND, SEED_MAP
from napari_shift_unet.gui.method_lines import (
    ELLIPSES,
    NO_OFFSETS,
    NO_SIGMA,
    NOT_PREDICTED,
    OFFSETS,
    STYLES,
)
from napari_shift_unet.gui.views_section import DELETED, NO_FOREGROUND
from seeing_model import write_seeing_model
from segment_desk import Desk

POINTS_TO = (2.0, -1.0)
SIGMA = 3.0
RADIUS = SIGMA * sqrt(2 * log(2))


class ViewsDesk(Desk):
    """A desk whose section of views is open."""

    def __init__(self, *args):
        super().__init__(*args)
        section = self.widget.views.parentWidget()
        self.click(section.header)
        assert self.widget.views.isVisible()
        self.box = self.widget.views.boxes

    def tick(self, kind):
        """Click a box."""
        box = self.box[kind]
        self.widget.scroll_area.ensureWidgetVisible(box)
        self.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))

    def measured(self):
        """Return a context that waits until ellipses are measured."""
        return self.qtbot.waitSignal(self.widget.views.lines._jobs.returned)

    def lines(self, kind) -> Vectors:
        return self.viewer.layers[f"cells: {kind}"]

    def segments(self, kind):
        """Starts and displacements in px of the image."""
        layer = self.lines(kind)
        return np.asarray(layer.data) * layer.scale / self.viewer.layers["cells"].scale

    def reasons(self):
        return {kind: box.toolTip().split("\n")[-1] for kind, box in self.box.items()}


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """A model of each method."""
    folder = tmp_path_factory.mktemp("methods")
    write = {
        "semi-convolutional": partial(write_seeing_model, embedding=POINTS_TO),
        "spatial-embedding": partial(
            write_seeing_model, embedding=(*POINTS_TO, log(SIGMA / 8)), embedding_dims=3
        ),
        "discriminative": partial(write_seeing_model, embedding_dims=3),
    }
    return {
        method: make(folder / f"{method}.safetensors", method=method)
        for method, make in write.items()
    }


@pytest.fixture
def desk(make_napari_viewer, qtbot, models):
    return ViewsDesk(make_napari_viewer(show=True), qtbot, models["spatial-embedding"])


def test_before_a_prediction_there_is_nothing_to_show(desk):
    desk.open_discs()
    assert not any(box.isEnabled() for box in desk.box.values())
    assert set(desk.reasons().values()) == {NOT_PREDICTED}


def test_pixels_point_from_the_foreground_to_their_embedding(desk):
    desk.open_discs(scale=(0.5, 0.5), translate=(3, 4), units=("um", "um"))
    desk.predict()
    desk.tick(OFFSETS)
    data, layer = desk.segments(OFFSETS), desk.lines(OFFSETS)
    assert len(data) > 50
    np.testing.assert_allclose(data[:, 1], np.broadcast_to(POINTS_TO, (len(data), 2)), atol=1e-3)
    assert (desk.labels.data[tuple(data[:, 0].astype(int).T)] > 0).all()
    np.testing.assert_allclose(layer.data_to_world((0, 0)), desk.labels.data_to_world((0, 0)))
    assert layer.units == desk.labels.units
    down_and_left = np.array(RING[1]) * 0.705 + np.array(RING[2]) * 0.295
    np.testing.assert_allclose(layer.edge_color[:, :3], len(data) * [down_and_left], atol=0.01)
    width = layer.edge_width * 0.5 * desk.viewer.scene.camera.zoom
    assert width == pytest.approx(STYLES[OFFSETS].width, rel=0.05)
    desk.tick(OFFSETS)
    assert not layer.visible


def test_zooming_in_shows_more_vectors_of_less_of_the_image(desk):
    desk.open_discs((400, 400))
    desk.predict()
    desk.tick(OFFSETS)
    wide = desk.segments(OFFSETS)[:, 0]
    desk.viewer.scene.camera.zoom *= 8
    layer = desk.lines(OFFSETS)
    desk.qtbot.waitUntil(lambda: layer.metadata["shift_unet"]["spacing_px"] == 1)
    near = desk.segments(OFFSETS)[:, 0]
    assert np.ptp(near, axis=0).max() < np.ptp(wide, axis=0).max() / 2


def test_ellipses_lie_where_the_objects_are_one_half(desk):
    _, count = desk.open_discs()
    desk.predict()
    with desk.measured():
        desk.tick(ELLIPSES)
    corners = desk.segments(ELLIPSES)[:, 0].reshape(count, -1, 2)
    for label, polygon in enumerate(corners, start=1):
        middle = np.argwhere(desk.labels.data == label).mean(axis=0) + POINTS_TO
        distance = np.linalg.norm(polygon - middle, axis=1)
        np.testing.assert_allclose(distance, RADIUS, rtol=1e-3)


def test_ellipses_follow_the_labels_live(desk):
    _, count = desk.open_discs(dim=5)
    desk.predict()
    with desk.measured():
        desk.tick(ELLIPSES)
    layer = desk.lines(ELLIPSES)
    edges = len(layer.data) // count
    with desk.labelled(), desk.measured():
        desk.widget.clustering.foreground_slider.setValue(0.95)
    assert len(layer.data) == edges * (count - 5)
    with desk.measured():
        desk.labels.data_setitem(np.nonzero(desk.labels.data == 1), 0)
    assert len(layer.data) == edges * (count - 6)
    with desk.measured():
        desk.labels.undo()
    assert len(layer.data) == edges * (count - 5)


def test_each_method_has_its_own_views(desk, models):
    desk.open_discs()
    desk.predict()
    assert desk.box[FOREGROUND].text() == SEED_MAP
    assert f"cells: {SEED_MAP}" in desk.names
    for kind in (OFFSETS, ELLIPSES):
        desk.tick(kind)
    desk.qtbot.waitUntil(lambda: f"cells: {ELLIPSES}" in desk.names)
    layers = list(desk.viewer.layers)

    desk.widget.models.load(models["discriminative"])
    assert desk.box[OFFSETS].isChecked(), "the views are those of the run"
    desk.predict()
    assert desk.reasons()[OFFSETS] == NO_OFFSETS
    assert desk.reasons()[ELLIPSES] == NO_SIGMA
    for kind in (OFFSETS, ELLIPSES):
        assert not desk.box[kind].isEnabled()
        assert not desk.box[kind].isChecked()
        assert not desk.lines(kind).visible
        assert len(desk.lines(kind).data) == 0, "of an earlier run"
    assert f"cells: {FOREGROUND}" in desk.names
    assert f"cells: {SEED_MAP}" not in desk.names

    desk.widget.models.load(models["semi-convolutional"])
    desk.predict()
    assert desk.box[OFFSETS].isChecked()
    assert desk.lines(OFFSETS).metadata["shift_unet"]["model"]["method"] == "semi-convolutional"
    assert desk.reasons()[ELLIPSES] == NO_SIGMA
    assert not desk.lines(ELLIPSES).visible

    desk.widget.models.load(models["spatial-embedding"])
    desk.predict()
    assert desk.box[ELLIPSES].isChecked()
    assert f"cells: {SEED_MAP}" in desk.names
    assert set(desk.viewer.layers) == set(layers), "no layer was made twice"


def test_a_model_without_foreground_leaves_none_of_an_earlier_run(desk, tmp_path):
    desk.open_discs((40, 50))
    desk.predict()
    model = write_seeing_model(
        tmp_path / "m.safetensors", method="discriminative", foreground=False
    )
    desk.widget.models.load(model)
    desk.predict()
    assert f"cells: {SEED_MAP}" not in desk.names
    assert desk.reasons()[FOREGROUND] == NO_FOREGROUND


def test_boxes_and_the_list_of_layers_say_the_same(desk):
    desk.open_discs()
    desk.predict()
    layer = desk.viewer.layers[f"cells: {EMBEDDING}"]
    desk.tick(EMBEDDING)
    assert layer.visible
    layer.visible = False
    assert not desk.box[EMBEDDING].isChecked()
    desk.viewer.layers.remove(layer)
    assert desk.reasons()[EMBEDDING] == DELETED
    assert not desk.box[EMBEDDING].isEnabled()
    desk.tick(OFFSETS)
    desk.lines(OFFSETS).visible = False
    assert not desk.box[OFFSETS].isChecked()
    desk.viewer.layers.remove(desk.lines(OFFSETS))
    desk.tick(OFFSETS)
    assert len(desk.lines(OFFSETS).data) > 0
    desk.predict()
    assert desk.box[EMBEDDING].isEnabled()


def test_another_image_has_no_views_yet(desk):
    first, _ = desk.open_discs()
    desk.predict()
    desk.tick(OFFSETS)
    layer = desk.lines(OFFSETS)
    desk.open_discs(name="other")
    assert not layer.visible
    assert len(layer.data) == 0
    desk.widget.images.choose(first)
    assert layer.visible
    assert len(layer.data) > 0


def test_lines_are_those_of_the_plane_on_the_screen(desk):
    image, count = desk.open_discs()
    desk.viewer.layers.remove(image)
    film = np.stack([np.zeros_like(image.data), image.data])
    desk.open(film, axis_labels=("t", "y", "x"))
    desk.predict()
    desk.viewer.dims.set_point(0, 1)
    desk.tick(OFFSETS)
    with desk.measured():
        desk.tick(ELLIPSES)
    lines = [desk.lines(kind) for kind in STYLES]
    assert all(len(layer._view_data) > count for layer in lines)
    with desk.measured():
        desk.viewer.dims.set_point(0, 0)
    assert [len(layer.data) for layer in lines] == [0, 0]
    desk.viewer.dims.ndisplay = 3
    desk.qtbot.waitUntil(lambda: len(lines[1].data) > count)
    assert set(desk.segments(ELLIPSES)[:, 0, 0]) == {1}


def test_ellipsoids_of_a_volume_are_cut_where_it_is(desk, tmp_path):
    model = write_seeing_model(
        tmp_path / "m.safetensors",
        method="spatial-embedding",
        embedding=(0, 0, 0, log(SIGMA / 8)),
        ndim=3,
        factors=((1, 2, 2), (2, 2, 2)),
        embedding_dims=4,
    )
    desk.widget.models.load(model)
    _, count = desk.open_discs((20, 40, 60), scale=(2, 0.5, 0.5))
    desk.predict()
    middle = float(np.argwhere(desk.labels.data == 1).mean(axis=0)[0])
    z = round(middle) + 2
    desk.viewer.dims.set_point(0, 2 * z)
    with desk.measured():
        desk.tick(ELLIPSES)
    data = desk.segments(ELLIPSES)
    assert len(desk.lines(ELLIPSES)._view_data) == len(data)
    assert np.ptp(data[: len(data) // count, 0, 1]) / 2 == pytest.approx(
        sqrt(RADIUS**2 - (z - middle) ** 2), rel=0.02
    )
    edges = len(data)
    desk.viewer.dims.ndisplay = 3
    desk.qtbot.waitUntil(lambda: len(desk.lines(ELLIPSES).data) == 3 * edges)


def test_the_lines_go_with_the_dock(desk):
    desk.open_discs((40, 50))
    desk.predict()
    desk.tick(OFFSETS)
    desk.viewer.window.remove_dock_widget(desk.dock)
    assert f"cells: {OFFSETS}" not in desk.names
    desk.viewer.scene.camera.zoom *= 3
    assert "cells: instances" in desk.names
