import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from napari.components import ViewerModel
from napari.settings import get_settings
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QDoubleSpinBox, QFileDialog

from napari_shift_unet.gui.controls.device_choice import DeviceChoice
from napari_shift_unet.gui.controls.model_section import ModelSection
from napari_shift_unet.gui.controls.parts import Choice
from napari_shift_unet.gui.preferences import store
from napari_shift_unet.gui.preferences.remembering import ask_folder, remember
from napari_shift_unet.gui.preferences.store import Preferences, preferences
from napari_shift_unet.gui.preferences.widget import (
    FORGOTTEN,
    NOTHING,
    NOWHERE,
    SettingsWidget,
)
from napari_shift_unet.gui.train.recipe_section import RecipeSection

values = st.text(max_size=9) | st.booleans() | st.integers() | st.floats(allow_nan=False)


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Preferences:
    """Preferences of a user in a folder that is not there yet."""
    found = Preferences(tmp_path / "config" / "choices.json")
    path = get_settings().config_path
    key = path.with_name(store.NAME) if path else None
    monkeypatch.setitem(store._opened, key, found)
    assert preferences() is found
    return found


def test_nothing_is_kept_where_napari_keeps_nothing(qapp):
    nowhere = Preferences(None)
    nowhere.keep("a", 1)
    nowhere.forget()
    assert (nowhere.value("a", 2), nowhere.all(), nowhere.fault) == (2, {}, "")


@given(kept=st.dictionaries(st.text(max_size=5), values, max_size=4))
def test_what_is_kept_comes_back(qapp, tmp_path_factory, kept):
    path = tmp_path_factory.mktemp("kept") / "choices.json"
    for key, value in kept.items():
        Preferences(path).keep(key, value)
    again = Preferences(path)
    assert dict(again.all()) == kept
    assert list(again.all()) == sorted(kept)
    assert all(again.value(key, value) == value for key, value in kept.items())
    assert [at.name for at in path.parent.iterdir()] == ["choices.json"] * bool(kept)


@given(content=st.binary(max_size=60) | st.sampled_from([b"[1]", b"{" * 9, b'{"a": null}']))
def test_a_damaged_file_is_passed_over_and_replaced(qapp, tmp_path_factory, content):
    path = tmp_path_factory.mktemp("kept") / "choices.json"
    path.write_bytes(content)
    found = Preferences(path)
    assert found.value("key", "default") == "default"
    found.keep("key", "mine")
    assert found.value("key", "default") == "mine"


def test_endless_files_and_values_of_another_type_are_passed_over(qapp, tmp_path):
    path = tmp_path / "choices.json"
    path.write_text("[" * (store.MOST_BYTES - 1))
    assert Preferences(path).all() == {}
    path.write_text('{"a": "' + store.MOST_BYTES * "x" + '"}')
    found = Preferences(path)
    assert found.all() == {}
    assert "is damaged" in found.fault
    path.write_text('{"a": 1, "b": true, "c": [1]}')
    assert (found.value("a", "x"), found.value("b", 2), found.value("c", 3)) == ("x", 2, 3)


@pytest.mark.skipif(os.name == "nt", reason="a folder is not made read-only by its mode")
def test_a_file_that_cannot_be_written_stops_nobody(qapp, tmp_path):
    (tmp_path / "config").write_text("a file")
    found = Preferences(tmp_path / "config" / "choices.json")
    found.keep("a", 1)
    assert found.fault
    assert found.value("a", 2) == 2


def test_controls_begin_as_the_user_left_them(qtbot, kept):
    def make():
        box, choice, spin = QCheckBox("tiles"), Choice(""), QDoubleSpinBox()
        choice.addItems(["TIFF", "OME-Zarr"])
        spin.setRange(0, 1)
        for control in (box, choice, spin):
            qtbot.addWidget(control)
        remember("box", box)
        remember("choice", choice)
        remember("spin", spin)
        return box, choice, spin

    box, choice, spin = make()
    box.setChecked(True)  # by the program
    assert kept.all() == {}
    box.setChecked(False)
    box.click()
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    spin.setValue(0.5)
    spin.editingFinished.emit()
    box, choice, spin = make()
    assert (box.isChecked(), choice.currentText(), spin.value()) == (True, "OME-Zarr", 0.5)
    kept.keep("choice", "gone by now")
    assert make()[1].currentText() == "TIFF"


def test_models_and_devices_come_back_if_they_are_there(qtbot, kept, model_path, tmp_path):
    def model_of(name):
        kept.keep("segment.model", name)
        section = ModelSection(key="segment.model")
        qtbot.addWidget(section)
        return section.model

    assert model_of("nuclei-3d") == "nuclei-3d"
    assert model_of(str(model_path)) == model_path
    assert model_of(str(tmp_path / "gone.safetensors")) == "nuclei-2d"
    foreign = tmp_path / "code.pt"
    foreign.write_bytes(b"code")
    assert model_of(str(foreign)) == "nuclei-2d", "nothing is run, and nobody is asked"
    kept.keep("device", "cuda")
    devices = DeviceChoice()
    qtbot.addWidget(devices)
    assert devices.device == "auto"
    devices.set_devices(["cuda", "cpu"])
    assert devices.device == "cuda"
    devices.set_devices(["cpu"])
    assert devices.device == "auto"


def test_the_length_of_a_training_keeps_its_unit(qtbot, kept):
    recipe = RecipeSection()
    qtbot.addWidget(recipe)
    recipe.unit_choice.setFocus()
    qtbot.keyClick(recipe.unit_choice, Qt.Key.Key_Down)
    assert (recipe.unit, recipe.length_spin.value()) == ("steps", 3000)
    again = RecipeSection()
    qtbot.addWidget(again)
    assert (again.unit, again.length_spin.value()) == ("steps", 3000)


def test_dialogs_begin_in_the_last_folder(qtbot, kept, tmp_path, monkeypatch):
    seen = []

    def ask(parent, title, folder):
        seen.append(folder)
        return str(tmp_path)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", ask)
    for _ in range(2):
        ask_folder(None, "Folder")
    assert seen == ["", str(tmp_path)]


def test_the_user_sees_what_is_kept_and_can_forget_it(qtbot, kept):
    widget = SettingsWidget(ViewerModel())
    qtbot.addWidget(widget, before_close_func=SettingsWidget.close_down)
    widget.show()
    assert widget.status.full_text == widget.forget_button.toolTip() == NOTHING
    assert not widget.forget_button.isEnabled()
    kept.keep("segment.tiles shown", False)
    kept.keep("train.length", 12)
    kept.keep("segment.model", "/data/mine.safetensors")
    assert widget.shown == {
        "Segment: model": "mine.safetensors",
        "Segment: tiles shown": "off",
        "Train: length": "12",
    }
    assert str(kept.path) in widget.place.full_text
    qtbot.mouseClick(widget.forget_button, Qt.MouseButton.LeftButton)
    assert (widget.shown, kept.all()) == ({}, {})
    assert widget.status.full_text == FORGOTTEN
    kept.path.write_text("damaged")
    kept.changed.emit()
    assert "is damaged" in widget.notice.text


def test_without_a_settings_file_it_says_so(qtbot):
    widget = SettingsWidget(ViewerModel())
    qtbot.addWidget(widget, before_close_func=SettingsWidget.close_down)
    assert widget.status.full_text == NOWHERE
