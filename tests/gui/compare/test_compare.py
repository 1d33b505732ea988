import numpy as np
import pytest
from napari.layers import Labels
from qtpy.QtCore import QPoint, Qt

from napari_shift_unet.evaluation.differences import Kind
from napari_shift_unet.gui.canvas.view import slice_point
from napari_shift_unet.gui.compare.runs_form import WORDS as RUNS
from napari_shift_unet.gui.compare.widget import WORDS, CompareWidget
from napari_shift_unet.gui.layers import METADATA_KEY
from napari_shift_unet.gui.objects.flipping import Shown
from pair_desk import WAIT_MS, PairDesk, viewer_without_window

NAME = WORDS.layer
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
    return viewer_without_window()


@pytest.fixture
def desk(viewer, qtbot, run_a, run_b):
    """A desk with two results."""
    return desk_with(viewer, qtbot, run_a, run_b)


def compare_desk(viewer, qtbot):
    return PairDesk(viewer, qtbot, CompareWidget, NAME)


def desk_with(viewer, qtbot, run_a, run_b):
    viewer.add_labels(run_a, name="a", metadata={METADATA_KEY: FACTS})
    viewer.add_labels(run_b, name="b")
    desk = compare_desk(viewer, qtbot)
    assert (desk.widget.pair.a.name, desk.widget.pair.b.name) == ("a", "b")
    return desk


def test_differences_are_listed_coloured_and_counted(desk, run_a, run_b):
    desk.run()
    assert desk.kinds == [Kind.SPLIT, Kind.ONLY_A]
    assert desk.widget.legend.boxes[Kind.OUTLINE].text() == "outline: 1"
    assert desk.status == "2 differences, 1 changed outline, 1 the same"
    np.testing.assert_array_equal(desk.coloured.data > 0, _differ(run_a, run_b))
    lines = desk.widget.numbers.lines
    assert [line.full_text for line in lines["objects"]] == ["4", "4"]
    assert [line.full_text for line in lines["crop"]] == ["30 x 30 px", "–"]
    assert [layer.name for layer in desk.viewer.layers] == [NAME, "a", "b"]


def _differ(a, b):
    changed = (a > 0) != (b > 0)
    changed[5:15, 5:25] = True
    return changed


def test_a_click_flies_to_the_objects(desk):
    desk.run()
    desk.click_row(1)
    assert desk.viewer.scene.camera.center[1:] == (52, 9.5)
    assert desk.status == "only in A: A 3, B –; 50 and 0 px"
    table = desk.widget.table
    desk.qtbot.keyClick(table, Qt.Key.Key_Up)
    assert desk.viewer.scene.camera.center[1:] == (9.5, 14.5)


def test_the_table_is_sorted_by_a_click_on_its_head(desk):
    desk.run()
    header = desk.widget.table.horizontalHeader()
    place = header.sectionViewportPosition(3) + 10
    for expected in ([Kind.ONLY_A, Kind.SPLIT], [Kind.SPLIT, Kind.ONLY_A]):
        desk.qtbot.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place, header.height() // 2)
        )
        assert desk.kinds == expected


def test_the_legend_chooses_what_is_listed_and_coloured(desk):
    desk.run()
    desk.click(desk.widget.legend.boxes[Kind.SPLIT])
    assert desk.kinds == [Kind.ONLY_A]
    colour = desk.coloured.colormap.color_dict
    assert colour[Kind.SPLIT.number][3] == 0
    assert colour[Kind.ONLY_A.number][3] == 1
    desk.widget.legend.below_spin.setValue(0.95)
    assert desk.kinds == [Kind.ONLY_A, Kind.OUTLINE]


def test_flipping_shows_one_run_or_both(make_napari_viewer, qtbot, run_a, run_b):
    desk = desk_with(make_napari_viewer(show=True), qtbot, run_a, run_b)
    before = desk.viewer.layers["a"].colormap
    opacities = [desk.viewer.layers[name].opacity for name in "ab"]
    desk.run()
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
    desk = compare_desk(viewer, qtbot)
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
    desk.run()
    assert desk.kinds == [Kind.SPLIT, Kind.ONLY_A]
    assert [line.full_text for line in desk.widget.numbers.lines["crop"]] == ["30 x 30 px"] * 2
    viewer.layers["cells: embedding (PCA)"].visible = True
    desk.show(Shown.A)
    assert desk.visible() == {NAME, "cells: embedding (PCA) (crop 30)", kept.name}


def test_what_cannot_be_compared_says_why(viewer, qtbot, run_a):
    desk = compare_desk(viewer, qtbot)
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
    desk.run()
    desk.viewer.layers["b"].data = run_a
    assert desk.status == WORDS.outdated
    assert desk.kinds == []
    assert not desk.coloured.visible
    desk.run()
    assert desk.status == "0 differences, 0 changed outlines, 4 the same"
    assert desk.coloured.visible


def test_a_layer_that_goes_away_takes_the_comparison_along(desk):
    desk.click(desk.widget.button)
    assert desk.status == WORDS.working
    del desk.viewer.layers["a"]
    assert desk.status == RUNS.only_one
    desk.qtbot.waitUntil(lambda: not desk.widget.jobs.busy, timeout=WAIT_MS)
    assert NAME not in desk.viewer.layers


def test_a_deleted_layer_of_differences_comes_back(desk):
    desk.run()
    del desk.viewer.layers[NAME]
    desk.run()
    assert NAME in desk.viewer.layers


def test_volumes_are_compared_where_they_lie(viewer, qtbot, run_a, run_b):
    place = {"scale": (2, 1, 1), "translate": (3, 0, 0)}
    stacks = [np.stack([np.zeros_like(run), run, run]) for run in (run_a, run_b)]
    for name, stack in zip("ab", stacks, strict=True):
        viewer.add_labels(stack, name=name, **place)
    desk = compare_desk(viewer, qtbot)
    desk.run()
    assert tuple(desk.coloured.scale) == place["scale"]
    desk.click_row(0)
    assert slice_point(viewer, desk.coloured)[0] == 1
    assert isinstance(desk.coloured, Labels)
