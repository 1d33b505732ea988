from math import log, sqrt

import numpy as np
import pytest
from napari.components import ViewerModel

from known_embedding import known_embedding, known_offsets
from napari_shift_unet.embeddings.offsets import RING
from napari_shift_unet.gui.segment.method_lines import (
    ELLIPSES,
    NO_OFFSETS,
    NO_SIGMA,
    NOT_PREDICTED,
    OFFSETS,
    STYLES,
    MethodLines,
)
from napari_shift_unet.gui.segment.result_layers import show_labels
from napari_shift_unet.gui.segment.session import Run, Session

CANVAS = (600, 800)
OFFSET = (2.0, -1.0)
SIGMA = 3.0
WAIT_MS = 60_000
RADIUS = SIGMA * sqrt(2 * log(2))


class Desk:
    """A viewer without a window, runs that are given, and the lines over them."""

    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.viewer = ViewerModel()
        self.viewer.canvas.size = CANVAS
        self.session = Session(self.viewer)
        self.lines = MethodLines(self.session)

    def open(self, objects, axes="yx", name="cells", **known):
        """Open an image, predict it, and label it with its objects."""
        embedded = known_offsets(objects, axes, **({"offset": OFFSET, "sigma": SIGMA} | known))
        image = embedded.selection.image
        self.image = self.viewer.add_image(
            image.data,
            name=name,
            axis_labels=tuple(axes),
            scale=image.scale_along(axes),
            translate=image.translate_along(axes),
        )
        self.viewer.reset_view()
        self.predict(embedded, objects)

    def predict(self, embedded, objects):
        self.run = Run(self.image, embedded, embedded.default_clustering)
        self.session.set_run(self.run)
        self.label(objects)

    def label(self, objects):
        layer = show_labels(self.session, self.run, objects.copy(), {})
        self.session.set_labels(self.run, layer)

    def show(self, *kinds):
        for kind in kinds:
            self.lines.set_visible(kind, True)

    def measured(self):
        """Return a context that waits until ellipses are measured."""
        return self.qtbot.waitSignal(self.lines.jobs.returned, timeout=WAIT_MS)

    def layer(self, kind):
        return self.lines.layers.by_kind[kind]

    def segments(self, kind):
        """Starts and displacements in px of the image."""
        return np.asarray(self.layer(kind).data) * self.layer(kind).scale / self.image.scale


@pytest.fixture
def desk(qtbot):
    desk = Desk(qtbot)
    yield desk
    desk.lines.close()
    desk.session.disconnect_viewer()


def test_pixels_point_from_the_foreground_to_their_embedding(desk, objects):
    desk.open(objects, scale=(0.5, 0.5), units=("micrometer",) * 2, translate=(3, 4))
    desk.show(OFFSETS)
    data, layer = desk.segments(OFFSETS), desk.layer(OFFSETS)
    spacing = layer.metadata["shift_unet"]["spacing_px"]
    expected = np.argwhere(objects > 0)
    expected = expected[(expected % spacing == 0).all(axis=1)]
    np.testing.assert_allclose(data[:, 0], expected, atol=1e-4)
    np.testing.assert_allclose(data[:, 1], np.broadcast_to(OFFSET, expected.shape), atol=1e-4)
    labels = desk.run.labels_layer
    np.testing.assert_allclose(layer.data_to_world((8, 6)), labels.data_to_world((8, 6)))
    assert layer.units == labels.units
    assert layer.name == "cells: offset vectors"
    turn = np.arctan2(*OFFSET) / (np.pi / 2) - 1
    between = np.array(RING[1]) * (1 - turn) + np.array(RING[2]) * turn
    np.testing.assert_allclose(layer.edge_color[:, :3], len(data) * [between], atol=1e-5)
    width = layer.edge_width * 0.5 * desk.viewer.scene.camera.zoom
    assert width == pytest.approx(STYLES[OFFSETS].width, rel=0.05)
    desk.lines.set_visible(OFFSETS, False)
    assert not layer.visible


def test_more_vectors_of_less_of_the_image_are_shown_nearby(desk, objects):
    desk.open(np.tile(objects, (8, 8)))
    desk.show(OFFSETS)
    layer, wide = desk.layer(OFFSETS), desk.segments(OFFSETS)[:, 0]
    assert layer.metadata["shift_unet"]["spacing_px"] > 1
    desk.viewer.scene.camera.zoom *= 16
    desk.qtbot.waitUntil(lambda: layer.metadata["shift_unet"]["spacing_px"] == 1)
    near = desk.segments(OFFSETS)[:, 0]
    assert len(near) > 50
    assert np.ptp(near, axis=0).max() < np.ptp(wide, axis=0).max() / 4
    desk.viewer.scene.camera.center = (0, 45, 60)
    desk.qtbot.waitUntil(lambda: desk.segments(OFFSETS)[:, 0].max() < near.max())


def test_ellipses_lie_where_the_objects_are_one_half_and_follow_the_labels(desk, objects):
    desk.open(objects)
    with desk.measured():
        desk.show(ELLIPSES)
    corners = desk.segments(ELLIPSES)[:, 0].reshape(4, -1, 2)
    for label, polygon in zip((1, 2, 3, 4), corners, strict=True):
        centre = np.argwhere(objects == label).mean(axis=0) + OFFSET
        np.testing.assert_allclose(np.linalg.norm(polygon - centre, axis=1), RADIUS, rtol=1e-4)
    with desk.measured():
        desk.label(np.where(objects == 2, 1, objects))
    assert len(desk.segments(ELLIPSES)) == 3 * corners.shape[1]
    desk.viewer.layers.remove(desk.run.labels_layer)
    desk.lines.measure_again()
    assert len(desk.segments(ELLIPSES)) == 0


def test_many_ellipses_have_fewer_sides_and_only_those_on_the_screen(desk):
    labels = np.arange(1, 901, dtype=np.int32).reshape(30, 30)
    desk.open(np.kron(labels, np.pad(np.ones((3, 3), np.int32), 3)))
    with desk.measured():
        desk.show(ELLIPSES)
    assert len(desk.segments(ELLIPSES)) == 900 * 13
    desk.viewer.scene.camera.zoom *= 30
    desk.qtbot.waitUntil(lambda: len(desk.segments(ELLIPSES)) < 900)
    assert len(desk.segments(ELLIPSES)) % 32 == 0


def test_lines_are_those_of_the_plane_on_the_screen(desk, objects):
    film = np.stack([objects * 0, objects, objects])
    desk.open(film, "tyx")
    desk.viewer.dims.set_point(0, 1)
    with desk.measured():
        desk.show(OFFSETS, ELLIPSES)
    one = [len(desk.layer(kind)._view_data) for kind in STYLES]
    assert min(one) > 30
    assert len(desk.segments(ELLIPSES)) == one[1]
    with desk.measured():
        desk.viewer.dims.set_point(0, 0)
    assert [len(desk.segments(kind)) for kind in STYLES] == [0, 0]
    with desk.measured():
        desk.viewer.dims.ndisplay = 3
    assert [len(desk.segments(kind)) for kind in STYLES] == [2 * n for n in one]
    assert set(desk.segments(ELLIPSES)[:, 0, 0]) == {1, 2}


def test_ellipsoids_are_cut_at_the_plane_and_great_circles_in_3d(desk):
    ball = np.zeros((20, 30, 30), np.int32)
    ball[6:13, 10:20, 10:20] = 1
    desk.open(ball, "zyx", ndim=3, offset=(1.0, 0, 0), scale=(2, 0.5, 0.5))
    desk.viewer.dims.set_point(0, 2 * 12)
    with desk.measured():
        desk.show(ELLIPSES)
    data = desk.segments(ELLIPSES)
    assert len(desk.layer(ELLIPSES)._view_data) == len(data) > 0
    np.testing.assert_allclose(data[:, 0, 0], 12)
    width = np.ptp(data[:, 0, 1]) / 2
    assert width == pytest.approx(sqrt(RADIUS**2 - 2**2), rel=1e-3)
    desk.viewer.dims.set_point(0, 2 * 15)
    assert len(desk.segments(ELLIPSES)) == 0
    desk.viewer.dims.ndisplay = 3
    assert len(desk.segments(ELLIPSES)) == 3 * len(data)
    assert np.ptp(desk.segments(ELLIPSES)[:, 0, 0]) / 2 == pytest.approx(RADIUS, rel=1e-3)


def test_other_orders_of_the_axes_show_other_planes(desk):
    ball = np.zeros((20, 30, 30), np.int32)
    ball[6:13, 10:20, 10:20] = 1
    desk.open(ball, "zyx", ndim=3, offset=(1.0, 0, 0))
    desk.viewer.dims.order = (1, 0, 2)
    desk.viewer.dims.set_point(1, 12)
    with desk.measured():
        desk.show(OFFSETS, ELLIPSES)
    np.testing.assert_allclose(desk.segments(OFFSETS)[:, 0, 1], 12)
    np.testing.assert_allclose(desk.segments(ELLIPSES)[:, 0, 1], 12)
    assert np.ptp(desk.segments(ELLIPSES)[:, 0, 0]) > RADIUS


def test_nothing_of_an_earlier_run_or_another_image_is_left(desk, objects):
    assert [desk.lines.obstacle(kind) for kind in STYLES] == [NOT_PREDICTED] * 2
    desk.open(objects)
    first = desk.image
    with desk.measured():
        desk.show(OFFSETS, ELLIPSES)
    layers = [desk.layer(kind) for kind in STYLES]

    desk.predict(known_embedding(objects), objects)
    assert [desk.lines.obstacle(kind) for kind in STYLES] == [NO_OFFSETS, NO_SIGMA]
    assert not any(layer.visible or len(layer.data) for layer in layers)

    desk.predict(known_offsets(objects, method="semi-convolutional"), objects)
    assert [layer.visible for layer in layers] == [True, False]
    assert np.abs(desk.segments(OFFSETS)[:, 1]).max() == 0

    other = desk.viewer.add_image(objects, name="other")
    desk.session.choose(other)
    assert not any(layer.visible or len(layer.data) for layer in layers)
    desk.session.choose(first)
    assert [layer.visible for layer in layers] == [True, False]
    assert [desk.layer(kind) for kind in STYLES] == layers, "no layer was made twice"


def test_lines_move_with_their_image_and_lie_above_new_labels(desk, objects):
    desk.open(objects)
    with desk.measured():
        desk.show(OFFSETS, ELLIPSES)
    desk.image.scale = (3, 2)
    desk.image.name = "renamed"
    layer = desk.layer(OFFSETS)
    start = desk.segments(OFFSETS)[0, 0]
    np.testing.assert_allclose(layer.data_to_world(layer.data[0, 0]), start * (3, 2), rtol=1e-5)
    assert objects[tuple(np.rint(start).astype(int))] > 0
    assert layer.name == "renamed: offset vectors"
    desk.run.labels_layer.data_setitem((np.array([0]), np.array([0])), 9)
    desk.label(objects)
    names = [layer.name.split(": ")[1] for layer in desk.viewer.layers[-2:]]
    assert names == [OFFSETS, ELLIPSES]
