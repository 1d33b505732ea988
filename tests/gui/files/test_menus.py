import numpy as np
import pytest
from napari._app_model import get_app_model
from napari.components import ViewerModel
from qtpy.QtWidgets import QFileDialog

from napari_shift_unet.errors import InputError
from napari_shift_unet.gui.files.menus import measure_objects, open_results, show_embedding
from napari_shift_unet.images import write_labels_tiff


@pytest.fixture
def viewer(plugins) -> ViewerModel:
    """A viewer without a window."""
    return ViewerModel()


def test_an_embedding_is_shown_as_colours_in_its_place(viewer, rng):
    layer = viewer.add_image(
        rng.normal(size=(5, 20, 30)).astype(np.float32), name="e", scale=(1, 2, 3), units="um"
    )
    show_embedding(viewer, layer)
    shown = viewer.layers["e: embedding (PCA)"]
    assert shown.rgb
    assert shown.data.shape == (20, 30, 3)
    assert tuple(shown.scale) == (2, 3)
    assert {str(unit) for unit in shown.units} == {"micrometer"}


def test_only_channels_make_an_embedding(viewer):
    with pytest.raises(InputError, match="axis c"):
        show_embedding(viewer, viewer.add_image(np.eye(4)))
    with pytest.raises(InputError, match="Image layer"):
        show_embedding(viewer, viewer.add_labels(np.eye(4, dtype=int)))


def test_objects_are_measured_into_the_features(viewer):
    layer = viewer.add_labels(np.diag([0, 7, 7, 0]), scale=(0.5, 0.5), units="um")
    measure_objects(layer)
    assert list(layer.features["index"]) == [7]
    assert list(layer.features["area_um2"]) == [0.5]
    with pytest.raises(InputError, match="Labels layer"):
        measure_objects(viewer.add_image(np.eye(4)))


def test_results_are_opened_from_a_dialog(viewer, qapp, tmp_path, monkeypatch):
    write_labels_tiff(tmp_path / "labels.tif", np.eye(4, dtype=int))
    (tmp_path / "run.json").write_text("{}")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    open_results(viewer)
    assert [layer.name for layer in viewer.layers] == [f"{tmp_path.name}: instances"]


def test_the_commands_run_from_the_menus(make_napari_viewer):
    viewer = make_napari_viewer()
    layer = viewer.add_labels(np.diag([0, 7, 7, 0]))
    commands = get_app_model().commands
    commands.execute_command("napari-shift-unet.measure_objects").result()
    assert list(layer.features["index"]) == [7]
    embedding = viewer.add_image(np.zeros((3, 4, 4), np.float32), name="e")
    viewer.layers.selection.active = embedding
    commands.execute_command("napari-shift-unet.show_embedding").result()
    assert "e: embedding (PCA)" in viewer.layers
