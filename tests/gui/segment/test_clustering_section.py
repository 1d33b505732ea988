"""The ways of grouping pixels, with the controls that each of them has."""

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel

from napari_shift_unet.embeddings import ClusterConfig, clustering_of, describe
from napari_shift_unet.geometry import UNetSpec
from napari_shift_unet.gui.segment.clustering_section import METHODS, ClusteringSection
from napari_shift_unet.networks import ModelConfig
from segment_desk import Desk

ALWAYS = {"Method", "Foreground", "Smallest"}
ROWS = {
    "mean-shift": {"Bandwidth"},
    "greedy-seeds": {"Sigma", "Seeds from"},
    "k-means": {"Clusters"},
    "hdbscan": set(),
}


def card(means="semi-convolutional", *, foreground=True, **clustering):
    dims = 3 if means == "spatial-embedding" else 2
    spec = UNetSpec(embedding_dims=dims, foreground=foreground)
    return ModelConfig(name="m", method=means, spec=spec, clustering=clustering)


@pytest.fixture
def section(qtbot):
    section = ClusteringSection()
    qtbot.addWidget(section)
    section.show()
    return section


def rows(section):
    """Texts of the rows that are shown."""
    texts = {label.text() for label in section.findChildren(QLabel) if label.isVisible()}
    return texts & ALWAYS.union({"Background"}, *ROWS.values())


def pick(qtbot, section, method):
    """Open the list of methods and click one."""
    choice, view = section.method_choice, section.method_choice.view()
    choice.showPopup()  # after a click on it, Qt takes no other for some time
    entry = choice.model().index(choice.findData(method), 0)
    place = view.visualRect(entry).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    choice.hidePopup()


def test_a_method_shows_its_own_controls_alone(qtbot, section):
    section.set_card(card(bandwidth=6.0))
    assert list(METHODS) == [section.method_choice.itemData(i) for i in range(len(METHODS))]
    for method in (*list(METHODS)[1:], "mean-shift"):
        with qtbot.waitSignal(section.changed):
            pick(qtbot, section, method)
        assert section.config().method == method
        assert rows(section) == ALWAYS | ROWS[method]
        assert section.kernel_choice.isVisible() == (method == "mean-shift")
        assert section.rest_box.isVisible() == (method in ("greedy-seeds", "hdbscan"))


def test_what_a_model_cannot_use_says_why(qtbot, section):
    section.set_card(card(foreground=False))
    place = section.method_choice.findData("greedy-seeds")
    why = section.method_choice.itemData(place, Qt.ItemDataRole.ToolTipRole)
    assert "neither" in why
    with qtbot.assertNotEmitted(section.changed):
        pick(qtbot, section, "greedy-seeds")
    assert section.config().method == "mean-shift"
    assert rows(section) == {"Method", "Smallest", "Bandwidth", "Background"}
    section.set_card(card())
    assert not section.method_choice.itemData(place, Qt.ItemDataRole.ToolTipRole)
    pick(qtbot, section, "greedy-seeds")
    assert section.config().method == "greedy-seeds"


def test_a_spatial_embedding_begins_with_its_seeds_and_has_its_own_sigma(section):
    section.set_card(card("spatial-embedding", seed_threshold=0.8))
    assert section.config().method == "greedy-seeds"
    assert section.seed_slider.value() == pytest.approx(0.8)
    assert rows(section) == ALWAYS | {"Seeds from"}


def test_settings_come_back_as_they_were_shown(qtbot, section):
    section.set_card(card(bandwidth=6.0))
    config = ClusterConfig(
        method="greedy-seeds",
        kernel="gaussian",
        bandwidth=7.0,
        by_part=True,
        seed_threshold=0.75,
        sigma=2.5,
        clusters=12,
        assign_rest=False,
        foreground_threshold=0.25,
        largest_is_background=True,
        min_size=33,
        split_components=False,
    )
    with qtbot.assertNotEmitted(section.changed):
        section.set_config(config)
    assert section.config() == config


def test_every_control_says_what_it_does_its_unit_and_default(section):
    header = {"bandwidth": 6.0, "clusters": 7, "assign_rest": False}
    section.set_card(card(**header))
    for name, control in section._controls.items():
        words = " ".join(control.toolTip().split())
        assert ClusterConfig.model_fields[name].description.replace("\n", " ") in words
    assert section.bandwidth_slider.toolTip().endswith("in embedding units.\nDefault: 6")
    assert section.sigma_slider.toolTip().endswith("in embedding units.\nDefault: 2")
    assert section.clusters_spin.toolTip().endswith("Default: 7")
    assert section.rest_box.toolTip().endswith("Default: off")


def test_labels_follow_each_method_live(make_napari_viewer, qtbot, model_path):
    desk = Desk(make_napari_viewer(show=True), qtbot, model_path)
    _, count = desk.open_discs()
    desk.predict()
    section = desk.widget.clustering
    with desk.labelled():
        pick(qtbot, section, "greedy-seeds")
    found = desk.facts["clustering"]
    assert found == describe(section.config(), clustering_card(desk))
    assert found["method"] == "greedy-seeds"
    assert desk.labels.data.max() < count, "sigma 4 px times logit 10 reaches the next disc"
    with desk.labelled():
        section.sigma_slider.setValue(1.2)
    assert desk.labels.data.max() == count
    with desk.labelled():
        qtbot.keyClick(section.seed_slider.focusProxy(), Qt.Key.Key_End)
    assert desk.labels.data.max() < count
    with desk.labelled():
        pick(qtbot, section, "k-means")
    section.split_box.setChecked(False)
    with desk.labelled():
        section.clusters_spin.setValue(3)
    assert len(np.unique(desk.labels.data)) == 4
    with desk.labelled():
        pick(qtbot, section, "hdbscan")
    assert desk.facts["clustering"]["method"] == "hdbscan"
    assert desk.labels.data.max() == count
    with desk.labelled():
        section.set_config(clustering_of(clustering_card(desk)))
        section.changed.emit()
    assert desk.labels.data.max() == count


def test_k_is_that_of_a_whole_plane_and_never_of_what_is_on_the_screen(
    make_napari_viewer, qtbot, model_path, monkeypatch
):
    monkeypatch.setattr("napari_shift_unet.gui.segment.labeller.REGION_FIRST_PX", 1000)
    desk = Desk(make_napari_viewer(show=True), qtbot, model_path)
    desk.open_discs()
    desk.predict()
    regions = desk.widget.labeller.region_jobs.returned
    with qtbot.waitSignal(regions), desk.labelled():
        pick(qtbot, desk.widget.clustering, "hdbscan")
    with qtbot.assertNotEmitted(regions), desk.labelled():
        pick(qtbot, desk.widget.clustering, "k-means")


def clustering_card(desk):
    return desk.widget.session.run.embedded.model.config
