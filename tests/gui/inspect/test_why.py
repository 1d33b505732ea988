import pytest
from napari.components import ViewerModel
from qtpy.QtWidgets import QApplication

from inspect_desk import TILE, InspectDesk, cut_blobs
from napari_shift_unet.gui.inspect.why_section import LAWFUL, NO_SEAMS, STRIPS
from napari_shift_unet.gui.inspect.widget import InspectWidget

RUN = {"period": [16, 16], "crop": [TILE - 2, 304], "tile": [TILE, 304], "legal": False}
METHODS = "The network 'seeing' was run in one pass."


@pytest.fixture
def explained(qtbot):
    """Audit labels of some facts, and return what is said of their seams."""
    viewer = ViewerModel()
    widget = InspectWidget(viewer)
    qtbot.addWidget(widget)
    widget.show()
    desk = InspectDesk(widget, viewer, qtbot)

    def explain(labels, **facts):
        desk.open(labels, metadata={"shift_unet": facts} if facts else {})
        with qtbot.waitSignal(widget.why.jobs.returned, timeout=20_000):
            desk.audit()
        return widget.why

    explain.desk = desk
    yield explain
    widget.close_down()


def test_a_crop_off_the_lattice_is_named_with_its_remedy(explained):
    why = explained(cut_blobs()[1], **RUN, no_certificate="the crop is off the lattice.")
    (cause,) = why.causes
    assert cause.name == "crop off the lattice"
    assert f"{TILE - 2} px" in why.text.text()
    assert cause.remedy[:20] in why.text.text()
    assert not why.certificate.text
    assert not why.copy_button.isVisible()


def test_a_certificate_is_copied(explained):
    legal = RUN | {"crop": [TILE, TILE], "legal": True, "certificate": {"methods": METHODS}}
    why = explained(cut_blobs()[0], **legal)
    assert LAWFUL in why.text.text()
    assert why.methods.text() == METHODS
    explained.desk.click(why.copy_button)
    assert QApplication.clipboard().text() == METHODS


def test_a_refused_certificate_says_why(explained):
    legal = RUN | {"crop": [TILE, TILE], "legal": True, "certificate": None}
    why = explained(cut_blobs()[0], **legal, no_certificate="memory ran out.")
    assert "memory ran out" in why.certificate.text


def test_labels_without_seams_need_no_cause(explained):
    why = explained(cut_blobs()[0])
    assert NO_SEAMS in why.text.text()


def test_labels_of_another_program_are_said_to_tell_little(explained):
    why = explained(cut_blobs()[1])
    assert why.causes[0].name == "cannot be told from labels alone"


def test_strips_that_were_predicted_again_leave_no_cause(explained):
    why = explained(cut_blobs()[1], **RUN, repair={"way": "strips"})
    assert STRIPS in why.text.text()
