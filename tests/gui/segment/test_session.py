import numpy as np
import pytest
from napari.components import ViewerModel

from known_embedding import known_embedding
from napari_shift_unet.gui.layers import INSTANCES
from napari_shift_unet.gui.runs import KnownRun, renew_run
from napari_shift_unet.gui.segment.result_layers import show_labels
from napari_shift_unet.gui.segment.session import Run, Session


@pytest.fixture
def desk(qapp):
    return Desk()


class Desk:
    """A session with two images, and what it says."""

    def __init__(self):
        self.viewer = ViewerModel()
        self.session = Session(self.viewer)
        self.heard = []
        for name in ("predicted", "labelled", "cleared"):
            getattr(self.session, name).connect(lambda name=name: self.heard.append(name))
        objects = np.zeros((20, 20), np.int32)
        objects[5:15, 5:15] = 1
        self.runs = [self.make(objects, f"cells {i}") for i in (1, 2)]

    def make(self, objects, name):
        embedded = known_embedding(objects)
        layer = self.viewer.add_image(embedded.selection.image.data, name=name)
        return Run(layer, embedded, embedded.default_clustering)

    def label(self, run):
        layer = show_labels(self.session, run, np.ones((20, 20), np.int32), {})
        self.session.set_labels(run, layer)
        return layer


def test_the_run_follows_the_chosen_image(desk):
    session, (first, second) = desk.session, desk.runs
    session.set_run(first)
    assert session.run is first
    session.choose(second.image_layer)
    assert session.run is None
    session.choose(first.image_layer)
    assert session.run is first
    session.choose(first.image_layer)
    session.choose(None)
    assert desk.heard == ["predicted", "cleared", "predicted", "cleared"]


def test_labels_of_another_image_are_not_announced(desk):
    first, second = desk.runs
    desk.session.set_run(first)
    desk.label(second)
    assert desk.heard == ["predicted"]
    desk.label(first)
    assert desk.heard == ["predicted", "labelled"]


def test_a_removed_image_takes_its_run_along(desk):
    first, _ = desk.runs
    desk.session.set_run(first)
    desk.viewer.layers.remove(first.image_layer)
    assert desk.session.run is None
    assert desk.heard == ["predicted", "cleared"]


def test_removed_labels_are_forgotten_and_the_run_is_kept(desk):
    first, _ = desk.runs
    desk.session.set_run(first)
    layer = desk.label(first)
    desk.viewer.layers.remove(layer)
    assert first.labels_layer is None
    assert desk.session.result(first.image_layer, INSTANCES) is None
    assert desk.session.run is first


def test_new_pixels_make_a_run_void(desk):
    first, second = desk.runs
    desk.session.set_run(second)
    desk.session.set_run(first)
    desk.session.forget(second.image_layer)
    assert desk.session.run is first
    desk.session.forget(first.image_layer)
    assert desk.session.run is None
    assert desk.heard == ["predicted", "predicted", "cleared"]


def test_painting_counts_as_editing_until_labels_are_computed(desk):
    first, _ = desk.runs
    desk.session.set_run(first)
    layer = desk.label(first)
    assert not desk.session.is_edited(layer)
    layer.data_setitem((np.array([0]), np.array([0])), 9)
    assert desk.session.is_edited(layer)
    desk.session.set_labels(first, layer)
    assert not desk.session.is_edited(layer)


def test_a_disconnected_session_hears_nothing(desk):
    first, _ = desk.runs
    desk.session.set_run(first)
    layer = desk.label(first)
    desk.session.disconnect_viewer()
    layer.data_setitem((np.array([0]), np.array([0])), 9)
    desk.viewer.layers.clear()
    assert desk.session.run is None
    assert not desk.session.is_edited(layer)
    assert desk.heard == ["predicted", "labelled"]


def test_a_prediction_that_another_widget_has_repaired_is_taken_over(desk):
    run, other = desk.runs
    desk.session.set_run(run)
    layer = desk.label(run)
    layer.data_setitem((np.array([0]), np.array([0])), 2)
    assert desk.session.is_edited_by_hand(layer)
    repaired = KnownRun(other.embedded, run.image_layer)
    renew_run(layer, repaired, repeatable=True)
    assert run.embedded is other.embedded
    assert not desk.session.is_edited(layer)
    renew_run(layer, repaired, repeatable=False)
    assert desk.session.is_edited_by_hand(layer)
    assert desk.heard[-2:] == ["predicted", "predicted"]
    desk.session.disconnect_viewer()
    renew_run(layer, repaired, repeatable=True)
    assert len(desk.heard) == 4
