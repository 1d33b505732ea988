import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel

from napari_shift_unet.gui.segment.predict_bar import RUNNING
from napari_shift_unet.gui.segment.widget import NO_IMAGE, NOT_PREDICTED
from seeing_model import write_seeing_model
from segment_desk import Desk


@pytest.fixture
def desk(make_napari_viewer, qtbot, model_path):
    return Desk(make_napari_viewer(show=True), qtbot, model_path)


def test_from_an_image_to_its_instances(desk):
    image, count = desk.open_discs(scale=(0.5, 0.5), translate=(3, 4), units=("um", "um"))
    desk.tiles(window=36, crop=36)
    desk.predict()
    assert desk.names == [
        "cells",
        "cells: foreground",
        "cells: embedding (PCA)",
        "cells: instances",
        "cells: lattice",
        "cells: tiles",
    ]
    assert desk.labels.data.max() == count
    for layer in desk.viewer.layers[1:4]:
        assert layer.scale.tolist() == [0.5, 0.5]
        assert layer.translate.tolist() == [3, 4]
        assert layer.units == image.units
    table = desk.labels.features
    assert table["index"].tolist() == list(range(1, count + 1))
    assert table["area_um2"].iloc[0] == table["area_px"].iloc[0] / 4
    assert desk.facts["legal"]
    assert desk.facts["crop"] == [36, 36]
    certificate = desk.facts["certificate"]
    assert certificate["windows"]
    assert certificate["relative_difference"] <= certificate["tolerance"]
    for layer in desk.viewer.layers[1:3]:
        assert layer.metadata["shift_unet"]["certificate"] == certificate
    assert desk.facts["objects"] == count
    assert desk.facts["image"]["units"] == ["micrometer", "micrometer"]
    median = int(table["area_px"].median())
    assert desk.widget.clustering.result.text() == f"{count} objects, median {median} px"
    assert desk.status.startswith("12 tiles in ")
    assert desk.status.endswith(" on cpu")
    assert "about" in desk.widget.tiling.forecast.text(), "the next time is known"
    assert desk.viewer.layers.selection.active is image


def test_predicting_again_with_the_legal_crop_updates_the_layers(desk):
    desk.open_discs()
    desk.tiles(window=36, crop=34)
    desk.predict()
    assert not desk.facts["legal"]
    assert desk.facts["certificate"] is None
    assert "34 px along y and x is off" in desk.facts["no_certificate"]
    before = list(desk.viewer.layers)
    desk.click(desk.widget.tiling.verdict.button)
    desk.predict()
    assert desk.facts["legal"]
    assert desk.facts["certificate"] is not None
    assert desk.facts["crop"] == [36, 36]
    assert list(desk.viewer.layers) == before


def test_labels_follow_the_sliders_without_predicting_again(desk, qtbot):
    _, count = desk.open_discs(dim=5)
    desk.predict()
    assert desk.labels.data.max() == count
    slider = desk.widget.clustering.foreground_slider
    with qtbot.assertNotEmitted(desk.widget.predictor.started), desk.labelled():
        qtbot.keyClick(slider.focusProxy(), Qt.Key.Key_End)
    assert slider.value() == 1
    assert desk.labels.data.max() == 0
    with desk.labelled():
        for _ in range(5):
            qtbot.keyClick(slider.focusProxy(), Qt.Key.Key_Left)
    assert desk.labels.data.max() == count - 5
    assert len(desk.labels.features) == count - 5
    assert desk.facts["clustering"]["foreground_threshold"] == pytest.approx(0.95)
    with desk.labelled():
        desk.widget.clustering.min_size_spin.setValue(1000)
    assert desk.widget.clustering.result.text() == "0 objects"


def test_the_latest_settings_win(desk):
    desk.open_discs()
    desk.predict()
    slider = desk.widget.clustering.bandwidth_slider
    with desk.labelled():
        for value in (3.0, 5.0, 30.0, 2.5):
            slider.setValue(value)
    assert desk.facts["clustering"]["bandwidth"] == pytest.approx(2.5)
    assert desk.widget.session.run.clustering.bandwidth == pytest.approx(2.5)


def test_settings_chosen_before_the_prediction_count(desk):
    _, count = desk.open_discs(dim=5)
    desk.widget.clustering.foreground_slider.setValue(0.95)
    desk.predict()
    assert desk.labels.data.max() == count - 5


def test_labels_edited_by_hand_outlive_the_sliders(desk):
    desk.open_discs()
    desk.predict()
    edited = desk.labels
    edited.data_setitem((np.array([0]), np.array([0])), 99)
    with desk.labelled():
        desk.widget.clustering.min_size_spin.setValue(7)
    assert edited.name == "cells: instances (edited)"
    assert edited.data[0, 0] == 99
    assert desk.labels is not edited
    assert desk.labels.data[0, 0] == 0


def test_keys_predict_and_say_why_not(desk, qtbot):
    desk.open_discs()
    desk.tiles(window=4, crop=4)
    with qtbot.waitSignal(desk.widget.predictor.stepped):
        desk.press(Qt.Key.Key_U)
    assert not desk.widget.bar.button.isEnabled()
    assert desk.widget.bar.button.toolTip() == RUNNING
    desk.press(Qt.Key.Key_U)
    assert desk.status == RUNNING
    with qtbot.waitSignal(desk.widget.predictor.cancelled):
        desk.press(Qt.Key.Key_Q)
    assert desk.widget.bar.button.isEnabled()


def test_without_an_image_one_is_asked_for(desk):
    assert not desk.widget.bar.button.isEnabled()
    assert desk.status == NO_IMAGE
    assert desk.widget.bar.button.toolTip() == NO_IMAGE
    desk.open_discs()
    assert desk.widget.bar.button.isEnabled()
    assert desk.status.startswith("Run the network")


def test_each_image_keeps_its_run(desk):
    first, count = desk.open_discs()
    desk.predict()
    run = desk.widget.session.run
    desk.open_discs(name="other")
    assert desk.widget.session.run is None
    assert desk.widget.clustering.result.text() == NOT_PREDICTED
    assert "other: tiles" in desk.names
    desk.widget.images.choose(first)
    assert desk.widget.session.run is run
    assert desk.widget.clustering.result.text().startswith(f"{count} objects")
    with desk.labelled():
        desk.widget.clustering.min_size_spin.setValue(1000)
    assert desk.labels.data.max() == 0


def test_a_volume(desk, model_path_3d):
    desk.widget.models.load(model_path_3d)
    _, count = desk.open_discs((20, 60, 70), scale=(2, 0.5, 0.5))
    desk.tiles(window=12, crop=12)
    desk.predict()
    assert desk.labels.data.max() == count
    assert desk.labels.scale.tolist() == [2, 0.5, 0.5]
    assert desk.facts["period"] == [2, 4, 4]
    assert "volume_px" in desk.labels.features
    assert " px" in desk.widget.clustering.result.text()


def test_planes_of_a_film_with_channels(desk):
    image, count = desk.open_discs()
    desk.viewer.layers.remove(image)
    film = np.stack([np.stack([np.zeros_like(image.data), image.data])] * 3)
    desk.open(film, axis_labels=("t", "c", "y", "x"))
    desk.widget.images.channel_choice.setCurrentIndex(1)
    desk.predict()
    assert desk.labels.data.shape == (3, 1, *image.data.shape)
    assert desk.labels.data.max() == 3 * count
    for channel in (0, 1):
        desk.viewer.dims.set_point((0, 1), (2, channel))
        assert desk.labels._slice.image.raw.max() == 3 * count, "shown at every channel"
    assert desk.facts["image"]["channels"] == [1]


def test_a_large_image_is_labelled_on_the_screen_first(desk, monkeypatch):
    monkeypatch.setattr("napari_shift_unet.gui.segment.labeller.REGION_FIRST_PX", 1000)
    _, count = desk.open_discs((200, 220))
    desk.viewer.scene.camera.zoom *= 4
    shown = []
    desk.widget.labeller.region_jobs.returned.connect(lambda _: shown.append(desk.labels.data > 0))
    desk.predict()
    part, everything = shown[0], desk.labels.data > 0
    assert 0 < part.sum() < everything.sum() / 4
    assert not part[~everything].any()
    assert desk.labels.data.max() == count


def test_another_model_brings_its_own_settings(desk, tmp_path):
    desk.open_discs()
    desk.widget.clustering.bandwidth_slider.setValue(5.0)
    desk.predict()
    assert desk.facts["clustering"]["bandwidth"] == pytest.approx(5.0)
    other = write_seeing_model(tmp_path / "other.safetensors", width=3)
    desk.widget.models.load(other)
    assert desk.widget.clustering.bandwidth_slider.value() == pytest.approx(5.0), "of the run"
    desk.predict()
    assert desk.facts["clustering"]["bandwidth"] == pytest.approx(12.0)


def test_the_theme_can_be_changed(desk):
    desk.viewer.theme = "dark"
    dark = desk.widget.bar.button.styleSheet()
    desk.viewer.theme = "light"
    assert desk.widget.bar.button.styleSheet() != dark


def test_sections_fold(desk):
    section = desk.widget.add_section("More", QLabel("words"), folded=True)
    desk.qtbot.waitUntil(section.isVisible)
    assert not section.content.isVisible()
    desk.click(section.header)
    assert section.content.isVisible()
    desk.click(section.header)
    assert section.folded
