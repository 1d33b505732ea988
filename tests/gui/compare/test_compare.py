import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Labels
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QApplication

from napari_shift_unet.evaluation.differences import Kind
from napari_shift_unet.gui.canvas.view import slice_point
from napari_shift_unet.gui.compare.runs_form import WORDS as RUNS
from napari_shift_unet.gui.compare.widget import WORDS, CompareWidget
from napari_shift_unet.gui.layers import METADATA_KEY
from napari_shift_unet.gui.objects.flipping import Shown

NAME = WORDS.layer
WAIT_MS = 20_000
SHAPE = (60, 80)
FACTS = {
    "crop": [30, 30],
    "legal": False,
    "model_hash": "ab",
    "image": {"name": "cells"},
    "seconds": 2.0,
    "seconds_of": {"prediction": 1.5},
}


@pytest.fixture
def run_a() -> np.ndarray:
    """Four objects."""
    labels = np.zeros(SHAPE, np.int32)
    labels[5:15, 5:25], labels[30:40, 40:60], labels[50:55, 5:15], labels[5:10, 60:70] = 1, 2, 3, 4
    return labels


@pytest.fixture
def run_b(run_a) -> np.ndarray:
    """The first one split, the second with another outline, the third gone; other numbers."""
    labels = np.where(run_a > 0, run_a + 10, 0)
    labels[5:15, 15:25] = 3
    labels[30:40, 58:60] = 0
    labels[50:55, 5:15] = 0
    return labels


@pytest.fixture
def viewer(qapp):
    """A viewer without a window."""
    viewer = ViewerModel()
    viewer.canvas.size = (600, 800)
    return viewer


class Desk:
    """What a user sees and does."""

    def __init__(self, viewer, qtbot):
        self.viewer, self.qtbot = viewer, qtbot
        self.widget = CompareWidget(viewer)
        if hasattr(viewer, "window"):
            self.dock = viewer.window.add_dock_widget(self.widget, name="Compare runs")
        else:
            qtbot.addWidget(self.widget, before_close_func=CompareWidget.close_down)
            self.widget.show()
        QApplication.processEvents()

    def click(self, button):
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def compare(self):
        with self.qtbot.waitSignal(self.widget.jobs.returned, timeout=WAIT_MS):
            self.click(self.widget.button)

    def show(self, what):
        self.click(self.widget.show_row.buttons[what])

    def click_row(self, row):
        table = self.widget.table
        place = table.visualRect(table.model().index(row, 1)).center()
        self.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    @property
    def kinds(self):
        return [one.kind for one in self.widget.table.findings.rows]

    @property
    def differences(self):
        return self.viewer.layers[NAME]

    @property
    def status(self):
        return self.widget.status.full_text

    def visible(self):
        return {layer.name for layer in self.viewer.layers if layer.visible}


@pytest.fixture
def desk(viewer, qtbot, run_a, run_b):
    """A desk with two results."""
    return desk_with(viewer, qtbot, run_a, run_b)


def desk_with(viewer, qtbot, run_a, run_b):
    viewer.add_labels(run_a, name="a", metadata={METADATA_KEY: FACTS})
    viewer.add_labels(run_b, name="b")
    desk = Desk(viewer, qtbot)
    assert (desk.widget.pair.a.name, desk.widget.pair.b.name) == ("a", "b")
    return desk


def test_differences_are_listed_coloured_and_counted(desk, run_a, run_b):
    desk.compare()
    assert desk.kinds == [Kind.SPLIT, Kind.ONLY_A]
    assert desk.widget.legend.boxes[Kind.OUTLINE].text() == "outline: 1"
    assert desk.status == "2 differences, 1 changed outline, 1 the same"
    np.testing.assert_array_equal(desk.differences.data > 0, _differ(run_a, run_b))
    lines = desk.widget.numbers.lines
    assert [line.full_text for line in lines["objects"]] == ["4", "4"]
    assert [line.full_text for line in lines["crop"]] == ["30 x 30 px", "–"]
    assert [layer.name for layer in desk.viewer.layers] == [NAME, "a", "b"]


def _differ(a, b):
    changed = (a > 0) != (b > 0)
    changed[5:15, 5:25] = True
    return changed


def test_a_click_flies_to_the_objects(desk):
    desk.compare()
    desk.click_row(1)
    assert desk.viewer.scene.camera.center[1:] == (52, 9.5)
    assert desk.status == "only in A: 3 in A, – in B; 50 px and 0 px"
    table = desk.widget.table
    desk.qtbot.keyClick(table, Qt.Key.Key_Up)
    assert desk.viewer.scene.camera.center[1:] == (9.5, 14.5)


def test_the_table_is_sorted_by_a_click_on_its_head(desk):
    desk.compare()
    header = desk.widget.table.horizontalHeader()
    place = header.sectionViewportPosition(3) + 10
    for expected in ([Kind.ONLY_A, Kind.SPLIT], [Kind.SPLIT, Kind.ONLY_A]):
        desk.qtbot.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place, header.height() // 2)
        )
        assert desk.kinds == expected


def test_the_legend_chooses_what_is_listed_and_coloured(desk):
    desk.compare()
    desk.click(desk.widget.legend.boxes[Kind.SPLIT])
    assert desk.kinds == [Kind.ONLY_A]
    colour = desk.differences.colormap.color_dict
    assert colour[Kind.SPLIT.number][3] == 0
    assert colour[Kind.ONLY_A.number][3] == 1
    desk.widget.legend.below_spin.setValue(0.95)
    assert desk.kinds == [Kind.ONLY_A, Kind.OUTLINE]


def test_flipping_shows_one_run_or_both(make_napari_viewer, qtbot, run_a, run_b):
    desk = desk_with(make_napari_viewer(show=True), qtbot, run_a, run_b)
    before = desk.viewer.layers["a"].colormap
    opacities = [desk.viewer.layers[name].opacity for name in "ab"]
    desk.compare()
    assert desk.visible() == {NAME, "a", "b"}
    desk.show(Shown.A)
    assert desk.visible() == {NAME, "a"}
    canvas = desk.viewer.window._qt_viewer.canvas.native
    desk.qtbot.keyClick(canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert desk.visible() == {NAME, "b"}
    assert desk.widget.show_row.buttons[Shown.B].isChecked()
    desk.show(Shown.BOTH)
    desk.viewer.layers["a"].opacity = 0.3
    assert desk.viewer.layers["b"].opacity == 0.3
    assert {desk.viewer.layers[name].contour for name in "ab"} == {1}
    desk.viewer.window.remove_dock_widget(desk.dock)
    assert desk.viewer.layers["a"].colormap == before
    assert [desk.viewer.layers[name].opacity for name in "ab"] == opacities
    assert desk.viewer.layers["a"].contour == 0
    desk.viewer.layers["a"].opacity = 0.2
    assert desk.viewer.layers["b"].opacity == opacities[1]


def test_a_kept_run_is_not_overwritten_and_is_compared_with_the_next(viewer, qtbot, run_a, run_b):
    viewer.add_image(np.zeros((*SHAPE, 3)), name="cells: embedding (PCA)", rgb=True)
    viewer.layers[0].metadata[METADATA_KEY] = {k: FACTS[k] for k in FACTS if k != "seconds"}
    viewer.add_labels(run_a, name="cells: instances", metadata={METADATA_KEY: FACTS})
    desk = Desk(viewer, qtbot)
    assert (desk.status, desk.widget.button.isEnabled()) == (RUNS.only_one, False)
    desk.click(desk.widget.pair.keep_button)
    names = ["cells: embedding (PCA)", "cells: instances"]
    assert [layer.name for layer in viewer.layers] == [
        name + end for name in names for end in ("", " (crop 30)")
    ]
    kept, original = viewer.layers["cells: instances (crop 30)"], viewer.layers["cells: instances"]
    assert "Kept as 'cells: instances (crop 30)'" in desk.status
    assert (desk.widget.pair.a, desk.widget.pair.b) == (kept, original)
    assert not desk.widget.pair.keep_button.isEnabled()
    original.data = run_b
    np.testing.assert_array_equal(kept.data, run_a)
    desk.compare()
    assert desk.kinds == [Kind.SPLIT, Kind.ONLY_A]
    assert [line.full_text for line in desk.widget.numbers.lines["crop"]] == ["30 x 30 px"] * 2
    viewer.layers["cells: embedding (PCA)"].visible = True
    desk.show(Shown.A)
    assert desk.visible() == {NAME, "cells: embedding (PCA) (crop 30)", kept.name}


def test_what_cannot_be_compared_says_why(viewer, qtbot, run_a):
    desk = Desk(viewer, qtbot)
    button = desk.widget.button
    assert (desk.status, button.isEnabled()) == (RUNS.missing, False)
    viewer.add_labels(run_a, name="a")
    assert (desk.status, button.isEnabled()) == (RUNS.only_one, False)
    viewer.add_labels(run_a[:50], name="b")
    assert desk.status == "A is 60 × 80 px and B 50 × 80 px; choose two results of one image."
    assert button.toolTip() == desk.status
    desk.widget.pair.b_choice.choose(viewer.layers["a"])
    assert desk.status == RUNS.same
    assert not desk.widget.show_row.buttons[Shown.A].isEnabled()


def test_labels_that_change_are_to_be_compared_again(desk, run_a):
    desk.compare()
    desk.viewer.layers["b"].data = run_a
    assert desk.status == WORDS.outdated
    assert desk.kinds == []
    assert not desk.differences.visible
    desk.compare()
    assert desk.status == "0 differences, 0 changed outlines, 4 the same"
    assert desk.differences.visible


def test_a_layer_that_goes_away_takes_the_comparison_along(desk):
    desk.click(desk.widget.button)
    assert desk.status == WORDS.working
    del desk.viewer.layers["a"]
    assert desk.status == RUNS.only_one
    desk.qtbot.waitUntil(lambda: not desk.widget.jobs.busy, timeout=WAIT_MS)
    assert NAME not in desk.viewer.layers


def test_a_deleted_layer_of_differences_comes_back(desk):
    desk.compare()
    del desk.viewer.layers[NAME]
    desk.compare()
    assert NAME in desk.viewer.layers


def test_volumes_are_compared_where_they_lie(viewer, qtbot, run_a, run_b):
    place = {"scale": (2, 1, 1), "translate": (3, 0, 0)}
    stacks = [np.stack([np.zeros_like(run), run, run]) for run in (run_a, run_b)]
    for name, stack in zip("ab", stacks, strict=True):
        viewer.add_labels(stack, name=name, **place)
    desk = Desk(viewer, qtbot)
    desk.compare()
    assert tuple(desk.differences.scale) == place["scale"]
    desk.click_row(0)
    assert slice_point(viewer, desk.differences)[0] == 1
    assert isinstance(desk.differences, Labels)
