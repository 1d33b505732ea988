import numpy as np
import pytest
from napari.components import ViewerModel

from napari_shift_unet.geometry import UNetSpec, plan_tiles
from napari_shift_unet.gui.canvas.grid import SEAM_COLOUR, STYLES, Grid
from napari_shift_unet.gui.canvas.target import CONTEXT, LATTICE, TILES, Target

PAPER = UNetSpec().footprint
VOLUME = UNetSpec(ndim=3, width=2, factors=(2, 2)).footprint
CANVAS = (600, 800)
EVERYTHING = 4000


class Desk:
    """A viewer without a window, an image, and its grid."""

    def __init__(self, shape, axes="yx", **place):
        self.viewer = ViewerModel()
        self.viewer.canvas.size = CANVAS
        self.axes = axes
        # One pixel that is repeated: an image of any size needs no memory.
        pixels = np.broadcast_to(np.zeros((), np.uint8), shape)
        self.image = self.viewer.add_image(pixels, name="cells", contrast_limits=(0, 1), **place)
        self.viewer.reset_view()
        self.grid = Grid(self.viewer)
        self.grid.set_visible(TILES, True)
        self.grid.set_visible(LATTICE, True)

    def plan(self, footprint=PAPER, **sizes):
        space = "zyx"[-footprint.ndim :]
        shape = [self.image.data.shape[self.axes.index(letter)] for letter in space]
        plan = plan_tiles(shape, footprint, **sizes)
        self.grid.set_target(Target(self.image, self.axes, space, plan))
        return plan

    def borders(self, kind, axis):
        """Where the lines across an axis are, in px of the image."""
        layer = self.grid.layers[kind]
        data = np.asarray(layer.data)
        data = data[np.abs(data[:, 1, axis]) < 1e-6][:, 0] * layer.scale / self.image.scale
        return sorted(set(np.round(data[:, axis] + 0.5, 3).tolist()))

    def colours(self, kind):
        return {tuple(np.round(c, 3)) for c in self.grid.layers[kind].edge_color}


@pytest.fixture
def desk(qapp):
    made = []

    def make(*args, **kwargs):
        made.append(Desk(*args, **kwargs))
        return made[-1]

    yield make
    for each in made:
        each.grid.close()


def rgb(colour):
    return tuple(np.round([*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)), 1.0], 3))


def test_the_grid_is_drawn_before_anything_runs_and_follows_every_change(desk):
    cells = desk((520, 696))
    cells.plan(tile=148, crop=144)
    assert cells.borders(TILES, 0) == [0, 144, 288, 432, 520]
    assert cells.borders(TILES, 1) == [0, 144, 288, 432, 576, 696]
    assert cells.borders(LATTICE, 0) == list(range(16, 520, 16))
    assert cells.colours(TILES) == {rgb(STYLES[TILES].colour)}
    cells.plan(tile=148, crop=148)
    assert cells.borders(TILES, 0) == [0, 148, 296, 444, 520]
    assert cells.colours(TILES) == {rgb(STYLES[TILES].colour), rgb(SEAM_COLOUR)}
    facts = cells.grid.layers[TILES].metadata["shift_unet"]
    assert (facts["crop"], facts["legal"]) == ([148, 148], False)


def test_lines_lie_on_a_scaled_and_shifted_image_and_move_with_it(desk):
    cells = desk((520, 696), scale=(0.5, 0.25), translate=(10, 20), units=("um", "um"))
    cells.plan(tile=148, crop=144)
    assert cells.borders(TILES, 1) == [0, 144, 288, 432, 576, 696]
    layer = cells.grid.layers[TILES]
    assert layer.units == cells.image.units
    corner = layer.data_to_world(np.min(layer.data[:, 0], axis=0))
    assert np.allclose(corner, cells.image.data_to_world((-0.5, -0.5)))
    cells.image.scale = (3, 2)
    cells.image.translate = (7, 5)
    cells.image.name = "renamed"
    corner = layer.data_to_world(np.min(layer.data[:, 0], axis=0))
    assert np.allclose(corner, cells.image.data_to_world((-0.5, -0.5)))
    assert layer.name == "renamed: tiles"


def test_a_large_image_needs_few_lines_at_any_zoom(qtbot, desk):
    slide = desk((20_000, 20_000))
    slide.plan(tile=148, crop=148)
    fit = slide.viewer.scene.camera.zoom
    for zoom in (fit, 8 * fit, 100 * fit, 1000 * fit):
        slide.viewer.scene.camera.zoom = zoom
        slide.grid.redraw()
        for kind in (TILES, LATTICE):
            assert len(slide.grid.layers[kind].data) <= EVERYTHING
            width = slide.grid.layers[kind].edge_width * zoom
            assert width == pytest.approx(STYLES[kind].width, rel=0.05)
    assert len(slide.grid.layers[LATTICE].data) > 0, "the lattice is drawn where it can be seen"


def test_the_camera_is_followed(qtbot, desk):
    slide = desk((20_000, 20_000))
    slide.plan(tile=148, crop=144)
    camera = slide.viewer.scene.camera
    camera.zoom = 1
    camera.center = (0, 3000, 5000)
    low, high = 5000 - CANVAS[1], 5000 + CANVAS[1]
    expected = [at for at in range(0, 20_000, 144) if low <= at <= high]
    qtbot.waitUntil(lambda: slide.borders(TILES, 1) == expected)


def test_the_users_selection_stays_and_lines_stay_on_top(desk):
    cells = desk((520, 696))
    assert cells.viewer.layers.selection.active is cells.image
    cells.plan(tile=148, crop=144)
    assert cells.viewer.layers.selection.active is cells.image
    labels = cells.viewer.add_labels(np.zeros((520, 696), int))
    cells.grid.raise_()
    names = [layer.name for layer in cells.viewer.layers]
    assert names == ["cells", labels.name, "cells: lattice", "cells: tiles"]
    assert cells.viewer.layers.selection.active is labels


def test_lines_are_hidden_and_shown_from_both_sides(qtbot, desk):
    cells = desk((520, 696))
    cells.plan(tile=148, crop=144)
    layer = cells.grid.layers[LATTICE]
    with qtbot.assertNotEmitted(cells.grid.toggled):
        cells.grid.set_visible(LATTICE, False)
    assert not layer.visible
    with qtbot.waitSignal(cells.grid.toggled, check_params_cb=lambda *a: a == (LATTICE, True)):
        layer.visible = True
    with qtbot.waitSignal(cells.grid.toggled, check_params_cb=lambda *a: a == (LATTICE, False)):
        cells.viewer.layers.remove(layer)
    assert LATTICE not in cells.grid.layers
    cells.grid.set_visible(LATTICE, True)
    assert cells.grid.layers[LATTICE] in cells.viewer.layers


def test_without_a_plan_nothing_is_shown_and_no_layer_is_lost(desk):
    cells = desk((520, 696))
    cells.plan(tile=148, crop=144)
    before = list(cells.viewer.layers)
    cells.grid.set_target(None)
    assert [layer.visible for layer in cells.grid.layers.values()] == [False, False]
    cells.plan(tile=148, crop=144)
    assert list(cells.viewer.layers) == before
    assert all(layer.visible for layer in cells.viewer.layers)


def test_removing_the_image_removes_its_lines(desk):
    cells = desk((520, 696))
    cells.plan(tile=148, crop=144)
    cells.viewer.layers.remove(cells.image)
    assert list(cells.viewer.layers) == []


def test_another_image_takes_the_lines_over_also_with_more_axes(desk):
    cells = desk((520, 696))
    cells.plan(tile=148, crop=144)
    cells.image = cells.viewer.add_image(np.zeros((3, 200, 300)), name="stack")
    cells.axes = "zyx"
    cells.plan(tile=148, crop=144)
    names = [layer.name for layer in cells.viewer.layers]
    assert names == ["cells", "stack", "stack: lattice", "stack: tiles"]
    assert cells.borders(TILES, 2) == [0, 144, 288, 300]


def test_lines_follow_the_slice_and_the_order_of_axes(desk):
    volume = desk((24, 60, 80), "zyx", scale=(2, 0.5, 0.5))
    volume.plan(VOLUME, tile=12, crop=12)
    for z in (0, 7, 23):
        volume.viewer.dims.set_point(0, 2 * z)
        layer = volume.grid.layers[TILES]
        assert len(layer._view_data) == len(layer.data), "all lines are in the slice"
    assert volume.viewer.dims.range[0].step == 2
    assert volume.borders(TILES, 1) == [0, 12, 24, 36, 48, 60]
    volume.viewer.dims.order = (1, 0, 2)
    assert volume.borders(TILES, 0) == [0, 12, 24]
    assert volume.borders(TILES, 2) == [*range(0, 80, 12), 80]
    assert volume.viewer.dims.range[1].step == 0.5


def test_time_and_z_are_not_tiled_by_a_flat_network(desk):
    movie = desk((5, 300, 400), "tyx")
    movie.plan(tile=148, crop=144)
    assert movie.borders(TILES, 1) == [0, 144, 288, 300]
    movie.viewer.dims.order = (1, 0, 2)
    assert movie.borders(TILES, 0) == [0, 5]
    assert movie.borders(TILES, 2) == [0, 144, 288, 400]


def test_a_volume_in_3d_shows_the_edges_of_its_tiles(desk):
    volume = desk((24, 60, 80), "zyx", scale=(2, 0.5, 0.5))
    volume.plan(VOLUME, tile=24, crop=24)
    volume.viewer.dims.ndisplay = 3
    assert len(volume.grid.layers[TILES].data) == 4 * 5 + 2 * 5 + 2 * 4
    assert len(volume.grid.layers[LATTICE].data) == 0
    volume.viewer.dims.ndisplay = 2
    assert len(volume.grid.layers[LATTICE].data) > 0


def test_the_context_of_the_tile_under_the_cursor_is_framed(desk):
    cells = desk((520, 696))
    cells.grid.set_visible(CONTEXT, True)
    cells.plan(tile=148, crop=144)
    move(cells, (200, 300))
    assert min(cells.borders(CONTEXT, 0)) == 144 - 92
    assert max(cells.borders(CONTEXT, 0)) == 144 + 148 + 92
    assert min(cells.borders(CONTEXT, 1)) == 288 - 92
    before = cells.grid.layers[CONTEXT].data
    move(cells, (201, 301))
    assert cells.grid.layers[CONTEXT].data is before, "the same tile is not drawn again"
    move(cells, (2, 1))
    assert min(cells.borders(CONTEXT, 0)) == -92


def move(cells, position):
    class Event:
        pass

    event = Event()
    event.position = position
    for callback in cells.viewer.mouse_move_callbacks:
        callback(cells.viewer, event)


def test_a_closed_grid_follows_nothing(desk):
    cells = desk((520, 696))
    cells.plan(tile=148, crop=144)
    data = cells.grid.layers[TILES].data
    cells.grid.close()
    cells.viewer.scene.camera.zoom *= 50
    cells.viewer.dims.ndisplay = 3
    move(cells, (2, 1))
    assert cells.grid.layers[TILES].data is data
    assert cells.viewer.mouse_move_callbacks == []
