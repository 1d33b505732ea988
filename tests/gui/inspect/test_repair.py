import numpy as np
import pytest
from napari.components import ViewerModel

from blobs import blobs
from inspect_desk import WAIT_MS, InspectDesk
from napari_shift_unet.gui.inspect.mending import LAWFUL, NO_MODEL
from napari_shift_unet.gui.inspect.repair_section import NO_IMAGE, PATCHED
from napari_shift_unet.gui.inspect.why_section import STRIPS
from napari_shift_unet.gui.inspect.widget import InspectWidget
from napari_shift_unet.gui.runs import remember_run, renewed, run_of
from napari_shift_unet.images import Image, sample_image
from napari_shift_unet.networks import load_model
from napari_shift_unet.prediction import drain
from napari_shift_unet.seams import AxisTiling, cut_labels
from napari_shift_unet.segmentation import SegmentConfig, embed_image, run_facts

CROP = 50
"""Off the lattice of the model, whose period is 4 px; its windows are of 52 px then."""


@pytest.fixture(scope="module")
def embedded(model_path):
    pixels = np.where(blobs((130, 150), radius=8) > 0, 200, 0).astype(np.uint8)
    config = SegmentConfig(tile=CROP, crop=CROP, device="cpu")
    return drain(embed_image(Image(pixels, "yx", name="cells"), load_model(model_path), config))


class RepairDesk(InspectDesk):
    """The widget with labels that tiles have cut, and their image."""

    def open_run(self, embedded, *, at_hand=True, facts=True):
        """Open labels that are cut where the tiles of their run meet, and audit them."""
        image = self.viewer.add_image(embedded.selection.image.data, name="image")
        cut = cut_labels(embedded.label(), [AxisTiling(CROP)] * 2)
        told = run_facts(embedded, embedded.default_clustering, int(cut.max()), 0.0)
        layer = self.open(cut, metadata={"shift_unet": told} if facts else {})
        if at_hand:
            remember_run(layer, embedded, image)
            self.widget.labels.labels_choice.switched.emit()
        self.audit()
        return layer, cut

    @property
    def repair(self):
        return self.widget.repair

    def mend(self, button):
        with self.qtbot.waitSignal(self.repair.repairer.repaired, timeout=WAIT_MS):
            self.click(button)


@pytest.fixture
def desk(qtbot):
    viewer = ViewerModel()
    widget = InspectWidget(viewer)
    qtbot.addWidget(widget)
    widget.show()
    yield RepairDesk(widget, viewer, qtbot)
    widget.close_down()


def same_objects(labels, others):
    """Whether two label images hold the same objects, whatever their numbers."""
    pairs = np.unique(np.stack([labels.ravel(), others.ravel()]), axis=1)
    return pairs.shape[1] == len(np.unique(labels)) == len(np.unique(others))


def test_one_click_predicts_again_and_one_undo_takes_it_back(desk, qtbot, embedded):
    layer, cut = desk.open_run(embedded)
    facts = layer.metadata["shift_unet"]
    assert facts["legal"] is False
    split = sum(pair.score >= 0.5 for pair in desk.inspection.pairs)
    assert split
    assert desk.repair.again_button.text() == "Predict again, crop 52 px"
    assert not desk.repair.models.isVisible()
    audited = desk.inspection.subject.audit

    told = []
    renewed.connect(told.append)
    desk.mend(desk.repair.again_button)
    assert same_objects(layer.data, embedded.label())
    assert layer.metadata["shift_unet"]["legal"] is True
    assert layer.metadata["shift_unet"]["repair"]["way"] == "predict-again"
    assert layer.metadata["shift_unet"]["certificate"]
    assert layer.features["index"].tolist() == np.unique(layer.data)[1:].tolist()
    assert run_of(layer).embedded.prediction.plan.crop == (52, 52)
    assert desk.widget.tiling.tile == (52, 52)
    assert desk.status.startswith(f"Split pairs {split} → 0; ")
    assert f"{split}</td>" in desk.repair.report.text()
    qtbot.waitUntil(lambda: "52 x 52 px" in desk.widget.why.methods.text(), timeout=WAIT_MS)
    assert desk.repair.again_button.toolTip().lower() == LAWFUL.lower()

    with qtbot.waitSignal(desk.repair.repairer.undone, timeout=WAIT_MS):
        layer.undo()
    np.testing.assert_array_equal(layer.data, cut)
    assert layer.metadata["shift_unet"] == facts
    assert run_of(layer).embedded is embedded
    assert desk.inspection.subject.audit is audited
    assert not desk.repair.report.isVisible()
    assert desk.repair.again_button.isEnabled()
    with qtbot.waitSignal(desk.repair.repairer.repaired, timeout=WAIT_MS):
        layer.redo()
    assert layer.metadata["shift_unet"]["legal"] is True
    assert [event.repeatable for event in told] == [True, False, True]
    renewed.disconnect(told.append)


def test_the_seam_of_a_bundled_model_is_gone_after_a_click(desk):
    pixels = np.asarray(sample_image()[0].data)[104:313, :209]  # as in the README, one crossing
    config = SegmentConfig(tile=104, crop=104, device="cpu")
    model = load_model("nuclei-2d-discriminative")
    embedded = drain(embed_image(Image(pixels, "yx"), model, config))
    labels = embedded.label()
    told = run_facts(embedded, embedded.default_clustering, int(labels.max()), 0.0)
    layer = desk.open(labels, metadata={"shift_unet": told})
    remember_run(layer, embedded, desk.viewer.add_image(pixels, name="nuclei"))
    desk.widget.labels.labels_choice.switched.emit()
    desk.audit()
    before = desk.inspection.subject.audit
    assert before.pairs[0].score > 0.9
    assert all(jump.ratio > 2 for jump in before.jumps)
    desk.mend(desk.repair.again_button)
    after = desk.inspection.subject.audit
    assert not after.pairs
    assert all(jump.ratio < 1.5 for jump in after.jumps)
    assert layer.data.max() == labels.max() - 1


def test_strips_are_predicted_again(desk, qtbot, embedded):
    layer, _ = desk.open_run(embedded)
    desk.mend(desk.repair.strips_button)
    assert same_objects(layer.data, embedded.label())
    facts = layer.metadata["shift_unet"]
    assert (facts["certificate"], facts["repair"]["way"]) == (None, "strips")
    assert facts["crop"] == [CROP, CROP]
    qtbot.waitUntil(lambda: desk.widget.why.text.text() == STRIPS)
    assert desk.repair.strips_button.toolTip() == PATCHED


def test_labels_of_a_file_need_image_and_model(desk, embedded, model_path):
    layer, _ = desk.open_run(embedded, at_hand=False)
    repair = desk.repair
    assert repair.again_button.toolTip().lower() == NO_MODEL.lower()
    repair.models.load(model_path)
    desk.widget.labels.intensity_choice.setCurrentIndex(0)
    assert repair.refusal.text() == NO_IMAGE
    desk.widget.labels.intensity_choice.setCurrentIndex(1)
    assert repair.again_button.text() == "Predict again, crop 52 px"
    desk.mend(repair.again_button)
    assert same_objects(layer.data, embedded.label())
    assert run_of(layer).image_layer.name == "image"


def test_labels_of_another_program_are_mended_at_the_seams_that_were_found(
    desk, embedded, model_path
):
    layer, _ = desk.open_run(embedded, at_hand=False, facts=False)
    desk.repair.models.load(model_path)
    desk.mend(desk.repair.strips_button)
    assert same_objects(layer.data, embedded.label())
    assert "shift_unet" not in layer.metadata


def test_a_repair_is_cancelled(desk, qtbot, embedded):
    layer, cut = desk.open_run(embedded)
    with qtbot.waitSignal(desk.repair.ended, timeout=WAIT_MS):
        desk.click(desk.repair.again_button)
        assert not desk.repair.strips_button.isEnabled()
        desk.click(desk.repair.cancel_button)
    assert desk.status == "Cancelled."
    assert desk.repair.again_button.isEnabled()
    np.testing.assert_array_equal(layer.data, cut)


def test_labels_that_are_painted_meanwhile_are_not_replaced(desk, qtbot, embedded):
    layer, _ = desk.open_run(embedded)
    with qtbot.waitSignal(desk.repair.ended, timeout=WAIT_MS):
        desk.click(desk.repair.again_button)
        layer.data_setitem((np.array([0]), np.array([0])), 1)
    assert "were changed" in desk.repair.reason.text
    assert layer.data[0, 0] == 1


def test_merging_is_a_click_away(desk, embedded):
    desk.open_run(embedded)
    desk.click(desk.repair.merge_button)
    assert desk.review.merge_all.isVisible()
