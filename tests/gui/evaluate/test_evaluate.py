import json

import numpy as np
import pandas as pd
import pytest
from qtpy.QtWidgets import QFileDialog

from napari_shift_unet.evaluation import evaluate_files
from napari_shift_unet.evaluation.outcomes import Outcome
from napari_shift_unet.gui.compare.widget import WORDS as COMPARE
from napari_shift_unet.gui.compare.widget import CompareWidget
from napari_shift_unet.gui.evaluate.ap_chart import AT_SEAMS, EVERYWHERE
from napari_shift_unet.gui.evaluate.export_row import FIRST
from napari_shift_unet.gui.evaluate.widget import EvaluateWidget
from napari_shift_unet.gui.evaluate.wording import PAIR, WORDS
from napari_shift_unet.gui.layers import METADATA_KEY
from napari_shift_unet.gui.objects.flipping import Shown
from napari_shift_unet.gui.objects.show_row import FLIP_KEY
from napari_shift_unet.images import write_labels_tiff
from pair_desk import WAIT_MS, PairDesk, viewer_without_window

RUN = {"crop": [30, 30]}


@pytest.fixture
def truth():
    """One object that will be split, two that will be merged, one missed and one found."""
    labels = np.zeros((60, 80), np.int32)
    labels[5:15, 20:40] = 1
    labels[20:28, 2:12], labels[20:28, 12:22] = 2, 3
    labels[50:55, 5:15] = 4
    labels[45:55, 60:75] = 5
    return labels


@pytest.fixture
def found(truth):
    """What a network made of it."""
    labels = np.zeros_like(truth)
    labels[5:15, 20:30], labels[5:15, 30:40] = 11, 12
    labels[20:28, 2:22] = 13
    labels[45:55, 60:74] = 14
    labels[35:38, 60:63] = 15
    return labels


@pytest.fixture
def viewer(qapp):
    return viewer_without_window()


@pytest.fixture
def desk(viewer, qtbot, found, truth):
    return desk_with(viewer, qtbot, found, truth)


def evaluate_desk(viewer, qtbot):
    return PairDesk(viewer, qtbot, EvaluateWidget, WORDS.layer)


def desk_with(viewer, qtbot, found, truth):
    viewer.add_labels(found, name="cells: instances", metadata={METADATA_KEY: RUN})
    viewer.add_labels(truth, name="cells: truth", visible=False)
    desk = evaluate_desk(viewer, qtbot)
    pair = desk.widget.pair
    assert (pair.a.name, pair.b.name) == ("cells: instances", "cells: truth")
    return desk


def numbers(desk, name):
    return [line.full_text for line in desk.widget.numbers.lines[name]]


def test_objects_are_listed_coloured_and_counted(desk, found, truth):
    desk.run()
    kinds = [Outcome.MERGED, Outcome.SPLIT, Outcome.MISSED, Outcome.EXTRA, Outcome.TRUE]
    assert desk.kinds == kinds
    assert desk.status == "AP 0.429 at IoU 0.5, 4 mistakes, 1 true"
    assert desk.widget.legend.boxes[Outcome.TRUE].text() == "true: 1"
    np.testing.assert_array_equal(desk.coloured.data > 0, (found > 0) | (truth > 0))
    assert desk.coloured.data[52, 6] == Outcome.MISSED.number
    assert desk.visible() == {"outcomes", "cells: instances", "cells: truth"}


def test_scores_stand_there_everywhere_and_at_seams(desk):
    desk.run()
    assert numbers(desk, "false splits") == ["1", "1"]
    assert numbers(desk, "false merges") == ["1", "0"]
    assert numbers(desk, "true objects") == ["5", "2"]
    assert {*desk.widget.chart.curves} == {EVERYWHERE, AT_SEAMS}
    assert list(desk.widget.chart.curves[EVERYWHERE]) == [f"{0.5 + n / 20:g}" for n in range(10)]
    assert desk.widget.chart.grab().toImage().width() > 100


def test_an_image_between_them_hides_neither(viewer, qtbot, found, truth):
    viewer.add_labels(truth, name="truth")
    viewer.add_image(np.zeros(truth.shape), name="image")
    viewer.add_labels(found, name="labels")
    desk = evaluate_desk(viewer, qtbot)
    for _ in range(2):
        desk.run()
        assert [layer.name for layer in viewer.layers] == ["image", "outcomes", "truth", "labels"]
        viewer.layers.move(1, 0)


def test_labels_of_no_run_have_no_seams(viewer, qtbot, found, truth):
    viewer.add_labels(found, name="mine")
    viewer.add_labels(truth, name="gt")
    desk = evaluate_desk(viewer, qtbot)
    desk.run()
    assert numbers(desk, "false splits") == ["1", ""]
    assert {*desk.widget.chart.curves} == {EVERYWHERE}


def test_the_table_of_the_layer_says_what_became_of_objects(desk):
    labels = desk.widget.pair.a
    labels.features = pd.DataFrame({"index": [11, 14], "area": [100, 140]})
    desk.run()
    features = labels.features
    assert list(features["index"]) == [11, 12, 13, 14, 15]
    assert list(features["kind"]) == ["split", "split", "merged", "true", "extra"]
    assert features["iou"][3] == pytest.approx(14 / 15, abs=1e-4)
    assert features["area"][3] == 140
    labels.data = np.zeros_like(labels.data)
    assert "kind" not in labels.features
    assert desk.status == WORDS.outdated
    assert not desk.widget.export.csv_button.isEnabled()


def test_a_click_flies_to_the_object_and_the_legend_filters(desk):
    desk.run()
    desk.click_row(2)
    assert desk.viewer.scene.camera.center[1:] == (52, 9.5)
    assert desk.status == "missed: labels –, truth 4; 0 and 50 px"
    desk.click(desk.widget.legend.boxes[Outcome.TRUE])
    assert Outcome.TRUE not in desk.kinds
    assert desk.coloured.colormap.color_dict[Outcome.TRUE.number][3] == 0
    desk.show(Shown.B)
    assert desk.visible() == {"outcomes", "cells: truth"}


def test_objects_and_scores_are_written(desk, tmp_path, monkeypatch, found, truth):
    row = desk.widget.export
    assert not row.json_button.isEnabled()
    assert row.json_button.toolTip() == FIRST
    desk.run()
    chosen = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (chosen.pop(), ""))
    chosen.append(str(tmp_path / "objects"))
    desk.click(row.csv_button)
    assert desk.status == f"{tmp_path / 'objects.csv'} written"
    table = pd.read_csv(tmp_path / "objects.csv", dtype=str, keep_default_na=False)
    assert list(table["labels"]) == ["13", "11 12", "", "15", "14"]
    chosen.append(str(tmp_path / "scores.json"))
    desk.click(row.json_button)
    for name, pixels in (("a", found), ("b", truth)):
        write_labels_tiff(tmp_path / f"{name}.tif", pixels)
    of_files = evaluate_files(tmp_path / "a.tif", tmp_path / "b.tif", tile=30).facts
    of_files["per_image"][0]["name"] = "cells: instances"
    assert json.loads((tmp_path / "scores.json").read_text()) == of_files
    chosen.append(str(tmp_path / "nowhere" / "scores.json"))
    desk.click(row.json_button)
    assert "nowhere" in desk.status
    chosen.append("")
    desk.click(row.csv_button)
    assert "nowhere" in desk.status


def test_what_cannot_be_evaluated_says_why(viewer, qtbot, truth):
    desk = evaluate_desk(viewer, qtbot)
    button = desk.widget.button
    assert (desk.status, button.isEnabled()) == (PAIR.missing, False)
    viewer.add_labels(truth, name="truth")
    assert (desk.status, button.isEnabled()) == (PAIR.only_one, False)
    viewer.add_labels(truth[:50], name="labels")
    assert desk.status == (
        "The labels are 60 × 80 px and the truth 50 × 80 px; choose two layers of one image."
    )
    assert button.toolTip() == desk.status
    desk.widget.pair.b_choice.choose(viewer.layers["truth"])
    assert desk.status == PAIR.same


def test_where_nobody_annotated_nothing_is_judged(viewer, qtbot, found, truth):
    viewer.add_labels(found, name="labels")
    viewer.add_labels(np.where(np.arange(60)[:, None] >= 30, -1, truth), name="truth")
    desk = evaluate_desk(viewer, qtbot)
    desk.run()
    assert desk.kinds == [Outcome.MERGED, Outcome.SPLIT]
    assert not desk.coloured.data[30:].any()


def test_closing_the_dock_while_it_works_leaves_the_labels_as_they_were(
    make_napari_viewer, qtbot, found, truth
):
    desk = desk_with(make_napari_viewer(show=True), qtbot, found, truth)
    labels = desk.widget.pair.a
    before = labels.colormap
    desk.run()
    assert labels.contour == 1
    desk.click(desk.widget.button)
    desk.viewer.window.remove_dock_widget(desk.dock)
    assert (labels.contour, labels.colormap) == (0, before)
    qtbot.waitUntil(lambda: desk.widget.jobs.busy is False, timeout=WAIT_MS)


def test_two_docks_share_layers_and_a_key(viewer, qtbot, found, truth):
    desk = desk_with(viewer, qtbot, found, truth)
    labels = desk.widget.pair.a
    other = PairDesk(viewer, qtbot, CompareWidget, COMPARE.layer)
    before = labels.colormap
    other.run()
    desk.run()
    assert {*other.layers_offered} == {*desk.layers_offered} == {"cells: instances", "cells: truth"}
    assert labels.contour == 1
    other.widget.close_down()
    assert labels.contour == 1
    called = viewer.bind_key(FLIP_KEY, None)
    called(viewer)
    assert desk.visible() == {WORDS.layer, "cells: instances"}
    desk.widget.close_down()
    assert (labels.contour, labels.colormap) == (0, before)
    assert viewer.bind_key(FLIP_KEY, None) is None
