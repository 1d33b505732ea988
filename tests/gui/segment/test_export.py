import json

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel
from qtpy.QtWidgets import QFileDialog

from known_embedding import known_embedding
from napari_shift_unet.errors import OutputError
from napari_shift_unet.gui.segment.export import IDLE, READY, ExportSection
from napari_shift_unet.gui.segment.result_layers import show_labels
from napari_shift_unet.gui.segment.session import Run, Session

PLACE = {"scale": (0.5, 0.25), "units": ("micrometer", "micrometer"), "translate": (3.0, 4.0)}


@pytest.fixture
def objects() -> np.ndarray:
    """Three objects."""
    array = np.zeros((30, 40), np.int32)
    array[2:6, 3:9] = 1
    array[10:14, 20:28] = 2
    array[20:28, 5:15] = 3
    return array


@pytest.fixture
def session(qtbot, objects):
    """A session with a labelled run, in a viewer without a window."""
    viewer = ViewerModel()
    embedded = known_embedding(objects, **PLACE)
    layer = viewer.add_image(embedded.selection.image.data, name="cells", **PLACE)
    session = Session(viewer)
    run = Run(layer, embedded, embedded.default_clustering)
    session.set_run(run)
    session.set_labels(run, show_labels(session, run, objects, {}))
    yield session
    session.disconnect_viewer()


@pytest.fixture
def section(qtbot, session):
    """A section to export from."""
    section = ExportSection(session)
    qtbot.addWidget(section)
    yield section
    section.close_down()


def export(qtbot, section, folder):
    with qtbot.waitSignal(section.exported) as signal:
        section.export_to(folder)
    return signal.args[0]


def cut(layer, objects, label):
    with layer.block_history():
        layer.data_setitem(np.nonzero(objects == label), 0)


def test_an_export_holds_labels_table_and_facts(
    qtbot, plugins, session, section, objects, tmp_path
):
    files = export(qtbot, section, tmp_path / "run")
    assert {path.name for path in files} == {"labels.tif", "objects.csv", "run.json"}
    assert str(tmp_path / "run") in section.status.full_text
    (back,) = ViewerModel().open(tmp_path / "run", plugin="napari-shift-unet")
    np.testing.assert_array_equal(back.data, objects)
    assert tuple(back.scale) == PLACE["scale"]
    assert tuple(back.translate) == PLACE["translate"]
    assert back.name == "cells: instances"
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert facts["period"] == [2, 2]
    assert facts["objects"] == 3
    assert facts["edited"] is False
    assert facts == back.metadata["shift_unet"] == session.run.labels_layer.metadata["shift_unet"]
    table = pd.read_csv(tmp_path / "run" / "objects.csv")
    assert list(table["area_px"]) == [24, 32, 80]
    assert list(table["area_um2"]) == [3, 4, 10]


def test_edited_labels_are_exported_as_they_are(qtbot, session, section, objects, tmp_path):
    cut(session.run.labels_layer, objects, 2)
    export(qtbot, section, tmp_path)
    assert list(pd.read_csv(tmp_path / "objects.csv")["index"]) == [1, 3]
    facts = json.loads((tmp_path / "run.json").read_text())
    assert facts["edited"] is True
    assert facts["objects"] == 2
    assert list(session.run.labels_layer.features["index"]) == [1, 3]


def test_ome_zarr_and_the_embedding_are_written_on_demand(qtbot, plugins, section, tmp_path):
    section.format_choice.setCurrentText("OME-Zarr")
    section.embedding_check.setChecked(True)
    files = export(qtbot, section, tmp_path)
    assert {path.name for path in files} >= {"labels.zarr", "embedding.zarr"}
    opened = ViewerModel().open(tmp_path, plugin="napari-shift-unet")
    assert [layer.name for layer in opened] == ["cells: embedding (PCA)", "cells: instances"]


def test_the_button_asks_for_a_folder(qtbot, section, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    with qtbot.waitSignal(section.exported):
        section.export_button.click()
    assert (tmp_path / "run.json").exists()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    section.export_button.click()
    assert not section.jobs.busy


def test_a_target_that_cannot_be_written_is_said(qtbot, section, tmp_path):
    (tmp_path / "file").write_text("mine")
    with qtbot.waitSignal(section.failed) as signal:
        section.export_to(tmp_path / "file")
    assert isinstance(signal.args[0], OutputError)
    assert "is a file" in section.status.full_text
    assert section.export_button.isEnabled()
    assert (tmp_path / "file").read_text() == "mine"


def test_without_labels_there_is_nothing_to_export(section, session):
    assert section.status.full_text == READY
    assert section.export_button.isEnabled()
    session.viewer.layers.remove(session.run.image_layer)
    assert section.status.full_text == IDLE
    assert not section.export_button.isEnabled()


def test_labels_that_were_deleted_are_said(qtbot, section, session, tmp_path):
    session.viewer.layers.remove(session.run.labels_layer)
    with qtbot.waitSignal(section.failed):
        section.export_to(tmp_path)
    assert "layer was deleted" in section.status.full_text
    assert not list(tmp_path.iterdir())


def test_the_table_follows_edits_and_their_undo(qtbot, session, section, objects):
    session.labelled.emit()
    layer = session.run.labels_layer
    with qtbot.waitSignal(section.table.measured):
        cut(layer, objects, 3)
    assert list(layer.features["index"]) == [1, 2]
    with qtbot.waitSignal(section.table.measured):
        layer.undo()
    assert list(layer.features["index"]) == [1, 2, 3]
    assert list(layer.features["mean_intensity"]) == [27, 34, 41]
