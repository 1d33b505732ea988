import pytest
from qtpy.QtCore import Qt
from qtpy.QtGui import QTextDocument
from qtpy.QtWidgets import QFileDialog

from napari_shift_unet.gui.controls import model_choice, model_section
from napari_shift_unet.gui.controls.device_choice import DeviceSearch
from napari_shift_unet.gui.controls.model_choice import LOAD, NONE_CHOSEN
from napari_shift_unet.gui.controls.model_section import ModelSection
from seeing_model import write_seeing_model


@pytest.fixture
def section(qtbot, monkeypatch):
    for module in (model_choice, model_section):
        monkeypatch.setattr(module, "model_names", list)
    section = ModelSection()
    qtbot.addWidget(section)
    section.show()
    return section


@pytest.fixture
def ask(monkeypatch):
    """Answer the file dialog with a path."""

    def answer(path):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))

    return answer


def load(section):
    choice = section.model_choice
    choice.setCurrentIndex(choice.findText(LOAD))
    choice.activated.emit(choice.currentIndex())


def test_without_models_one_is_asked_for(section):
    assert section.model is None
    assert section.model_choice.placeholderText() == NONE_CHOSEN
    assert section.model_choice.currentIndex() == -1


def test_a_file_is_loaded_and_described(qtbot, tmp_path, section, ask):
    path = write_seeing_model(tmp_path / "mine.safetensors")
    ask(path)
    with qtbot.waitSignal(section.changed):
        load(section)
    assert section.model == path
    assert section.model_choice.currentText() == "mine.safetensors (semi-convolutional)"
    assert section.summary.text() == "2D, semi-convolutional, period 4 px, context 20 px"
    assert section.summary.isVisible()


def test_the_method_is_named_in_words_and_once(tmp_path, section):
    near = write_seeing_model(
        tmp_path / "near.safetensors", method="spatial-embedding", embedding_dims=3
    )
    section.load(near)
    assert section.model_choice.currentText() == "near.safetensors (spatial embedding)"
    section.load(write_seeing_model(tmp_path / "semi-convolutional.safetensors"))
    assert section.model_choice.currentText() == "semi-convolutional.safetensors"
    near.unlink()
    section.load(write_seeing_model(tmp_path / "third.safetensors"))
    assert section.model_choice.itemText(0) == "near.safetensors"


def test_the_card_says_all_at_a_click(qtbot, tmp_path, section):
    section.load(write_seeing_model(tmp_path / "mine.safetensors"))
    qtbot.mouseClick(section.info_button, Qt.MouseButton.LeftButton)
    assert section.full_card.isVisible()
    document = QTextDocument()
    document.setHtml(section.full_card.text())
    assert section.full_card.text() in section.model_choice.toolTip()
    assert document.toPlainText().split("\n")[1:] == [
        *("Model", "seeing"),
        *("Method", "semi-convolutional, 2 channels"),
        *("Reads", "2D, 1 channel"),
        *("Period", "4 px"),
        *("Context", "20 px per side"),
        *("Trained in", "windows of 12 px"),
        *("Trained on", "nothing"),
        *("Scores", "AP 0.5: test 0.500, validation 0.250"),
        *("Licence", "BSD-3-Clause"),
        "",
    ]
    qtbot.mouseClick(section.info_button, Qt.MouseButton.LeftButton)
    assert not section.full_card.isVisible()


def test_a_pickle_is_refused_below_the_choice_and_the_choice_stays(qtbot, tmp_path, section, ask):
    path = write_seeing_model(tmp_path / "mine.safetensors")
    section.load(path)
    bad = tmp_path / "bad.pt"
    bad.write_bytes(b"PK\x03\x04 anything")
    ask(bad)
    with qtbot.assertNotEmitted(section.changed):
        load(section)
    assert "pickle" in section.notice.text
    assert section.model == path
    assert section.model_choice.currentText() == "mine.safetensors (semi-convolutional)"
    assert section.model_choice.findText("bad.pt") == -1
    section.load(path)
    assert section.notice.text == ""


def test_a_dialog_without_an_answer_changes_nothing(qtbot, tmp_path, section, ask):
    ask("")
    with qtbot.assertNotEmitted(section.changed):
        load(section)
    assert section.model_choice.currentIndex() == -1


def test_devices_are_offered_when_they_are_known(section):
    assert section.device == "auto"
    section.set_devices(["cuda", "cpu"])
    assert section.device_choice.currentText() == "auto: cuda"
    assert section.device == "auto"
    section.device_choice.setCurrentIndex(section.device_choice.findData("cpu"))
    assert section.device == "cpu"
    section.set_devices(["cuda", "cpu"])
    assert section.device == "cpu"


def test_devices_are_searched_for_when_the_dock_is_drawn(qtbot):
    search = DeviceSearch()
    with qtbot.waitSignal(search.found) as caught:
        search.begin()
        assert not search._jobs.busy
    assert "cpu" in caught.args[0]
    search.begin()
    search.close()
    assert not search._jobs.busy
