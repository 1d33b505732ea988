import numpy as np
import pandas as pd
import pytest
import zarr
from napari.components import ViewerModel
from qtpy.QtCore import QPoint, Qt

from inspect_desk import TILE, InspectDesk, cut_blobs
from known_embedding import known_embedding
from napari_shift_unet.gui.canvas.canvas_mode import CanvasMode
from napari_shift_unet.gui.inspect.labels_section import NO_LABELS, OF_RUN
from napari_shift_unet.gui.inspect.marks import PAIR, PAIRS, SEAMS
from napari_shift_unet.gui.inspect.pair_table import CONTACT
from napari_shift_unet.gui.inspect.review_section import DONE, FIRST, IS_MERGED, NO_PAIRS
from napari_shift_unet.gui.inspect.reviewer import NO_EMBEDDING
from napari_shift_unet.gui.inspect.widget import InspectWidget
from napari_shift_unet.gui.runs import remember_run

PLUGIN = "napari-shift-unet"


@pytest.fixture
def desk(qtbot):
    viewer = ViewerModel()
    widget = InspectWidget(viewer)
    qtbot.addWidget(widget)
    widget.show()
    yield InspectDesk(widget, viewer, qtbot)
    widget.close_down()


def test_keys_on_the_canvas_lead_through_the_queue(make_napari_viewer, plugins, qtbot):
    viewer = make_napari_viewer(show=True)
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Inspect seams")
    desk = InspectDesk(widget, viewer, qtbot)
    _, cut = cut_blobs()
    layer = desk.open(cut)
    desk.audit()
    keys, layer_keys = dict(viewer.keymap), dict(layer.keymap)
    desk.click(desk.review.mode_button)
    table, inspection = desk.review.table, desk.inspection
    first = table.pair_at(0)
    assert inspection.current == first
    centre = layer.data_to_world(inspection.pairs[first].centre)
    assert np.abs(np.array(viewer.scene.camera.center[-2:]) - centre).max() < 20
    assert len(viewer.layers[f"cells: {PAIR}"].data)

    desk.press(Qt.Key.Key_M)
    assert desk.shown_verdict(first) == "merged"
    assert (
        layer.data[tuple(inspection.subject.audited.witnesses[first, 1])]
        == inspection.ids[first, 0]
    )
    second = inspection.current
    assert second == table.pair_at(1)
    desk.press(Qt.Key.Key_K)
    assert desk.shown_verdict(second) == "kept"
    desk.press(Qt.Key.Key_P)
    assert inspection.current == second
    desk.press(Qt.Key.Key_N)
    assert inspection.current == table.pair_at(2)

    control = Qt.KeyboardModifier.ControlModifier
    desk.press(Qt.Key.Key_Z, control)
    assert (desk.verdict(first), desk.verdict(second)) == ("merged", "open")
    desk.press(Qt.Key.Key_Z, control)
    assert desk.verdict(first) == "open"
    np.testing.assert_array_equal(layer.data, cut)
    for _ in range(2):
        desk.press(Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert (desk.verdict(first), desk.verdict(second)) == ("merged", "kept")
    desk.press(Qt.Key.Key_Escape)
    assert not desk.review.mode_button.isChecked()
    assert viewer.keymap == keys
    assert layer.keymap == layer_keys


def test_a_click_on_a_row_shows_its_pair(desk):
    layer = desk.open(cut_blobs()[1])
    desk.audit()
    table = desk.review.table
    index = table.model().index(3, 0)
    table.scrollTo(index)
    at = table.visualRect(index).center()
    desk.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    pair = desk.inspection.current
    assert pair == table.pair_at(3)
    assert desk.said.startswith("Pair 4 of ")
    lines = desk.viewer.layers[f"cells: {PAIR}"].data
    low, high = lines[:, 0].min(axis=0), (lines[:, 0] + lines[:, 1]).max(axis=0)
    both = np.argwhere(np.isin(layer.data, desk.inspection.ids[pair]))
    np.testing.assert_allclose(low, both.min(axis=0) - 0.5)
    np.testing.assert_allclose(high, both.max(axis=0) + 0.5)


def test_tiles_are_found_and_shown(desk):
    desk.open(cut_blobs((200, 300))[1])
    desk.audit()
    assert desk.status.startswith(f"Tiles {TILE} × {TILE} px, offset 0 px, p < 1e-6")
    audit = desk.inspection.subject.audit
    assert len(desk.viewer.layers[f"cells: {SEAMS}"].data) == len(audit.seams) == 4 + 6
    assert len(desk.viewer.layers[f"cells: {PAIRS}"].data) == len(audit.pairs)
    assert [cell.text() for cell in desk.widget.summary.cells[6:9]] == ["y", "48 px", "0 px"]
    desk.click(desk.widget.summary.boxes[SEAMS])
    assert not desk.viewer.layers[f"cells: {SEAMS}"].visible
    desk.viewer.layers.remove("cells")
    assert desk.inspection.subject is None
    assert not [layer.name for layer in desk.viewer.layers]
    assert desk.status == NO_LABELS


def test_merging_all_gives_the_truth_back_in_one_step(desk):
    _, cut = cut_blobs()
    layer = desk.open(cut)
    desk.give(TILE)
    desk.audit()
    objects = f"{len(np.unique(cut)) - 1}"
    assert desk.number("objects", "audited") == desk.number("objects", "now") == objects
    assert int(desk.number("objects", "no suspects")) < int(objects)
    with desk.counted():
        desk.click(desk.review.merge_all.button)
    merged = int(desk.said.split()[0])
    assert merged == sum(pair.score >= 0.9 for pair in desk.inspection.pairs)
    assert desk.number("objects", "audited") == objects
    assert desk.number("objects", "now") == f"{len(np.unique(layer.data)) - 1}"
    assert not desk.review.merge_all.button.isEnabled()
    assert not layer.features["suspected"].to_numpy(bool)[layer.features["touches_seam"]].all()
    with desk.counted():
        layer.undo()
    np.testing.assert_array_equal(layer.data, cut)
    assert desk.number("objects", "now") == objects
    assert desk.review.merge_all.button.isEnabled()
    desk.review.merge_all.slider.setValue(1)
    assert "≥ 1.00" in desk.review.merge_all.button.text()


def test_verdicts_follow_edits_by_hand(desk):
    layer = desk.open(cut_blobs()[1])
    desk.audit()
    one, other = desk.inspection.ids[0].tolist()
    with desk.qtbot.waitSignal(desk.inspection.decided, timeout=20_000):
        layer.data_setitem(np.nonzero(layer.data == other), one)
    assert desk.shown_verdict(0) == "merged"
    with desk.qtbot.waitSignal(desk.inspection.decided, timeout=20_000):
        layer.data_setitem(np.nonzero(layer.data == one), 0)
    assert desk.shown_verdict(0) == "gone"


def test_a_decision_is_refused_with_a_reason(desk):
    desk.open(cut_blobs()[1])
    desk.audit()
    review = desk.review
    assert review.merge_button.toolTip() == FIRST
    desk.click(review.next_button)
    first = desk.inspection.current
    assert review.split_button.toolTip() == NO_EMBEDDING
    desk.click(review.merge_button)
    review.look_at(first)
    for button in (review.merge_button, review.keep_button):
        desk.click(button)
        assert desk.said == IS_MERGED
    review.go(1)
    for _ in desk.inspection.pairs[1:]:
        desk.click(review.keep_button)
    assert desk.said == DONE
    assert desk.verdict(desk.inspection.current) == "kept"


def test_a_pair_is_split_by_the_embedding(desk):
    labels = np.zeros((60, 90), np.int32)
    labels[20:40, 20:45], labels[20:40, 45:70], labels[50:55, 3:9] = 1, 2, 3
    channels = np.zeros((2, 60, 90), np.float32)
    channels[0, 30:] = 5
    layer = desk.open(labels)
    desk.viewer.add_image(channels, name="channels")
    choice = desk.widget.labels.embedding_choice
    choice.setCurrentIndex(choice.findText("channels"))
    desk.give(45)
    desk.audit()
    desk.click(desk.review.next_button)
    desk.click(desk.review.split_button)
    assert desk.shown_verdict(0) == "split"
    halves = [
        np.unique(layer.data[rows, 20:70]).tolist() for rows in (slice(20, 30), slice(30, 40))
    ]
    assert halves[0] != halves[1]
    assert [len(half) for half in halves] == [1, 1]
    layer.undo()
    desk.inspection.look()
    assert desk.shown_verdict(0) == "open"
    np.testing.assert_array_equal(layer.data, labels)


def test_labels_of_a_run_bring_its_embedding_and_its_image(desk):
    objects = np.zeros((60, 90), np.int32)
    objects[20:40, 20:70], objects[2:9, 70:80] = 1, 2
    embedded = known_embedding(objects)
    image = desk.viewer.add_image(np.asarray(embedded.selection.image.data), name="image")
    desk.viewer.add_image(np.zeros((60, 90)), name="other")
    cut = np.where((objects == 1) & (np.arange(90) >= 45), 3, objects)
    layer = desk.viewer.add_labels(cut, name="cells", metadata={"shift_unet": {"crop": [45, 45]}})
    remember_run(layer, embedded, image)
    labels = desk.widget.labels
    labels.labels_choice.switched.emit()
    assert labels.embedding_choice.currentText() == OF_RUN
    assert labels.intensity_choice.layer is image
    desk.audit()
    subject = desk.inspection.subject
    assert subject.run.embedded is embedded
    assert subject.audited.embedding.shape == (2, 60, 90)
    assert subject.audit.jumps is not None
    desk.click(desk.review.next_button)
    desk.click(desk.review.split_button)
    assert "one object" in desk.said


def test_pairs_and_flags_are_exported(desk, tmp_path):
    layer = desk.open(cut_blobs()[1])
    layer.features = pd.DataFrame({"index": [1, 2], "kind": ["a", "b"]})
    desk.audit()
    table = layer.features
    assert list(table) == ["index", "kind", "touches_seam", "suspected"]
    assert table["index"].tolist() == np.unique(layer.data)[1:].tolist()
    assert table["kind"].tolist()[:2] == ["a", "b"]
    assert table["touches_seam"][table["suspected"]].all()
    desk.click(desk.review.next_button)
    desk.click(desk.review.keep_button)
    desk.widget.export.export_to(tmp_path / "pairs.csv")
    pairs = pd.read_csv(tmp_path / "pairs.csv")
    assert len(pairs) == len(desk.inspection.pairs)
    assert sorted(pairs["verdict"].unique()) == ["kept", "open"]
    assert {"label_a", "label_b", "axis", "position_px", "centre_x_px"} < set(pairs)
    layer.features = table[["index"]]  # as whoever measures the objects anew
    assert layer.features["suspected"].any()
    desk.widget.export.flag_check.setChecked(False)
    assert list(layer.features) == ["index"]
    desk.widget.export.export_to(tmp_path / "missing" / "pairs.csv")
    assert "no folder" in desk.widget.export.status.full_text


def test_tiles_of_a_run_are_taken_from_its_facts(desk):
    layer = desk.open(cut_blobs()[1])
    tiling = desk.widget.tiling
    assert not tiling.buttons["of the run"].isEnabled()
    desk.open(layer.data, metadata={"shift_unet": {"crop": [48, 400]}})
    assert tiling.way == "of the run"
    assert tiling.tile == (48, 150)
    desk.audit()
    assert {seam.axis for seam in desk.inspection.subject.audit.seams} == {0}
    desk.widget.labels.labels_choice.choose(layer)
    assert tiling.way == "find them"
    assert desk.inspection.subject is None


def test_labels_without_seams_are_said_to_have_none(desk):
    desk.open(cut_blobs()[0])
    desk.audit()
    assert desk.status == "No evidence of tiles."
    assert desk.said == NO_PAIRS
    assert not desk.review.mode_button.isEnabled()


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.zeros((40, 50), np.int32), "no object"),
        (np.pad(np.full((9, 9), 7, np.int32), 9), "one object"),
        (np.pad(np.arange(-3, 6).reshape(3, 3), 9), "-3"),
    ],
)
def test_labels_that_cannot_be_audited(desk, labels, said):
    desk.open(labels)
    assert said in desk.refused()
    assert desk.inspection.subject is None


def test_labels_on_the_disk_are_refused_with_their_size(desk):
    sides = (40_000, 20_000)
    levels = [zarr.create_array({}, shape=[n // by for n in sides], dtype="i4") for by in (1, 100)]
    layer = desk.viewer.add_labels(levels, multiscale=True)
    desk.widget.labels.labels_choice.choose(layer)
    assert "piece by piece, 3.2 GB in all" in desk.widget.labels.notice.text
    assert not desk.widget.bar.button.isEnabled()


def test_what_does_not_fit_is_said_at_once(desk):
    desk.open(cut_blobs()[1])
    labels, bar = desk.widget.labels, desk.widget.bar
    desk.viewer.add_image(np.zeros((3, 9, 9)), name="small")
    labels.embedding_choice.setCurrentIndex(1)
    assert "(3, 9, 9)" in labels.notice.text
    assert not bar.button.isEnabled()
    labels.embedding_choice.setCurrentIndex(0)
    assert bar.button.isEnabled()
    labels.intensity_choice.setCurrentIndex(1)
    assert "was segmented" in labels.notice.text
    labels.intensity_choice.setCurrentIndex(0)
    desk.give(500)
    assert "500 px" in desk.widget.tiling.notice.text
    assert bar.button.toolTip() == desk.widget.tiling.notice.text
    desk.give(40, 41)
    assert "offset" in desk.widget.tiling.notice.text


def test_pairs_of_a_volume_are_found_in_their_slice(desk):
    layer = desk.open(cut_blobs((30, 60, 70), 24)[1], scale=(2, 1, 1))
    desk.give(24)
    desk.audit()
    inspection = desk.inspection
    pair = next(at for at, found in enumerate(inspection.pairs) if found.axis == 0)
    desk.review.look_at(pair)
    assert layer.world_to_data(desk.viewer.dims.point)[0] == inspection.pairs[pair].position - 1
    assert len(desk.viewer.layers[f"cells: {PAIR}"].data)
    desk.click(desk.review.merge_button)
    assert desk.shown_verdict(pair) == "merged"
    desk.viewer.dims.ndisplay = 3
    desk.widget.marks.redraw()
    assert len(desk.viewer.layers[f"cells: {SEAMS}"].data) > len(inspection.subject.audit.seams)


def test_the_table_is_sorted_by_any_column(desk):
    desk.open(cut_blobs()[1])
    desk.audit()
    table, pairs = desk.review.table, desk.inspection.pairs
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(CONTACT) + 5, header.height() // 2)
    desk.qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    contacts = [pairs[table.pair_at(row)].contact_px for row in range(len(pairs))]
    assert contacts in (sorted(contacts), sorted(contacts, reverse=True))
    desk.click(desk.review.next_button)
    assert pairs[desk.inspection.current].contact_px == contacts[0]


def test_one_mode_takes_the_keys_from_another_and_closing_gives_them_back(desk):
    desk.open(cut_blobs()[1])
    desk.audit()
    viewer, button = desk.viewer, desk.review.mode_button
    keys, drags = dict(viewer.keymap), list(viewer.mouse_drag_callbacks)
    other = CanvasMode(viewer, lambda *_: None, {"M": lambda: None}, {})
    desk.click(button)
    other.enter()
    assert not button.isChecked()
    desk.click(button)
    assert not other.is_on
    desk.widget.close_down()
    assert viewer.keymap == keys
    assert list(viewer.mouse_drag_callbacks) == drags
    assert [layer.name for layer in viewer.layers] == ["cells"]


def test_frames_in_time_and_an_axis_for_channels_are_understood(desk):
    cut = cut_blobs()[1]
    data = np.stack([cut, cut[::-1]])[:, None]
    layer = desk.open(data, axis_labels=("t", "c", "y", "x"))
    desk.give((48, 48), (0, 0))
    desk.audit()
    subject, pairs = desk.inspection.subject, desk.inspection.pairs
    assert subject.axes.letters == "tyx"
    pair = next(at for at, found in enumerate(pairs) if found.centre[0] == 1)
    desk.review.look_at(pair)
    assert desk.viewer.dims.current_step[:2] == (1, 0)
    assert len(desk.viewer.layers[f"cells: {PAIR}"].data)
    desk.click(desk.review.merge_button)
    assert desk.shown_verdict(pair) == "merged"
    assert not np.array_equal(layer.data[1], data[1])
    np.testing.assert_array_equal(layer.data[0], data[0])
    desk.viewer.dims.order = (0, 2, 1, 3)
    desk.widget.marks.redraw()
    assert not desk.viewer.layers[f"cells: {SEAMS}"].visible


def test_other_data_end_the_inspection(desk):
    truth, cut = cut_blobs()
    layer = desk.open(cut)
    desk.audit()
    assert desk.widget.summary.isVisible()
    layer.data = truth
    assert desk.inspection.subject is None
    assert "replaced" in desk.status
    assert not desk.widget.summary.isVisible()


def test_an_audit_can_be_cancelled(desk):
    desk.open(cut_blobs()[1])
    with desk.qtbot.waitSignal(desk.widget.jobs.cancelled, timeout=20_000):
        desk.widget.bar.begin.emit()
        desk.widget.bar.cancel.emit()
    assert desk.status == "Cancelled."
    desk.audit()


def test_an_empty_viewer_says_what_to_do_and_opens_the_sample(desk, plugins):
    assert desk.status == NO_LABELS
    assert desk.widget.labels.empty.isVisible()
    desk.click(desk.widget.labels.empty.button)
    assert desk.widget.labels.layer.name == "cut-nuclei"
    assert desk.widget.labels.intensity_choice.layer.name == "u2os-nuclei"
    assert not desk.widget.labels.empty.isVisible()
    assert desk.widget.bar.button.isEnabled()
