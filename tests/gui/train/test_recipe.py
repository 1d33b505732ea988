"""What is trained: the network and its window, the file, and the model to start from."""

import pytest
from qtpy.QtWidgets import QFileDialog

from napari_shift_unet.gui.train.network_section import GIVEN, NetworkSection
from napari_shift_unet.gui.train.output_row import OutputRow, models_folder
from napari_shift_unet.gui.train.recipe_section import GIVEN_NDIM, RecipeSection
from napari_shift_unet.networks import read_card
from napari_shift_unet.training import TrainConfig, state_path


@pytest.fixture
def network(qtbot):
    section = NetworkSection()
    qtbot.addWidget(section)
    section.show()
    return section


@pytest.fixture
def recipe(qtbot):
    section = RecipeSection()
    qtbot.addWidget(section)
    section.show()
    return section


@pytest.fixture
def row(qtbot):
    row = OutputRow()
    qtbot.addWidget(row)
    return row


@pytest.mark.parametrize(
    ("method", "ndim", "levels"),
    [("discriminative", 2, 1), ("semi-convolutional", 2, 5), ("spatial-embedding", 3, 3)],
)
def test_every_window_becomes_one_that_can_be_trained(network, method, ndim, levels):
    network.set_network(method, ndim, None)
    network.levels_spin.setValue(levels)
    for window in (1, 50, 99):
        network.window_spin.setValue(window)
        network.window_spin.editingFinished.emit()
        config = TrainConfig(method=method, **network.settings())
        assert config.window_px[-1] == network.window_spin.value() >= window
        assert all(w > t for w, t in zip(config.window_px, config.spec.period, strict=True))
        network.window_spin.stepBy(1)
        assert TrainConfig(method=method, **network.settings()).window_px > config.window_px


def test_a_network_that_is_too_large_is_refused_below(network):
    network.width_spin.setValue(256)
    network.levels_spin.setValue(6)
    assert "parameters" in network.obstacle
    assert network.notice.text
    network.width_spin.setValue(16)
    assert network.obstacle == network.notice.text == ""


def test_a_batch_of_one_window_is_warned_of(network):
    network.batch_spin.setValue(1)
    assert "batch is 1" in network.notice.text
    assert network.obstacle == ""
    network.batch_spin.setValue(2)
    assert network.notice.text == ""


def test_the_model_to_start_from_decides_the_network(network, recipe, model_path_3d):
    recipe.start_choice.load(model_path_3d)
    assert (recipe.method, recipe.ndim) == ("semi-convolutional", 3)
    assert not recipe.ndim_choice.isEnabled()
    assert recipe.ndim_choice.toolTip() == GIVEN_NDIM
    assert recipe.settings()["clustering"]["bandwidth"] == 12
    card = read_card(model_path_3d)
    network.set_network(recipe.method, recipe.ndim, recipe.start_choice.card)
    assert network.spec == card.spec
    assert not network.width_spin.isEnabled()
    assert network.width_spin.toolTip() == GIVEN
    network.set_network("discriminative", 3, card)
    assert network.spec.embedding_dims == 8
    assert network.spec.factors == card.spec.factors
    recipe.start_choice.activated.emit(0)
    assert recipe.start_choice.card is None
    assert recipe.ndim_choice.isEnabled()


def test_a_model_that_cannot_be_read_is_told_and_the_choice_stays(recipe, tmp_path):
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"PK\x03\x04")
    recipe.start_choice.load(bad)
    assert "pickled" in recipe.notice.text
    assert recipe.start_choice.chosen is None


def test_the_length_has_a_default_for_each_unit(recipe):
    assert (recipe.length_spin.value(), recipe.unit) == (10, "minutes")
    recipe.unit_choice.setCurrentIndex(1)
    assert (recipe.length_spin.value(), recipe.unit) == (3000, "steps")


def test_the_file_follows_the_data_and_spares_finished_models(row, tmp_path):
    row.suggest(tmp_path, "my cells: 1-discriminative")
    assert row.path == tmp_path / "my-cells-1-discriminative.safetensors"
    row.path.touch()
    row.renew()
    assert row.path.name == "my-cells-1-discriminative-2.safetensors"
    row.path.touch()
    state_path(row.path).touch()
    row.renew()
    assert row.path.name == "my-cells-1-discriminative-2.safetensors", "it can be gone on with"
    row.renew(resumable=False)
    assert row.path.name == "my-cells-1-discriminative-3.safetensors"


def test_without_a_folder_models_are_the_users_own(row, tmp_path):
    row.suggest(None, "cells")
    assert row.path == models_folder() / "cells.safetensors"
    row.suggest(tmp_path / "absent", "cells")
    assert row.path == models_folder() / "cells.safetensors"


def test_a_file_that_was_chosen_stays(row, tmp_path, monkeypatch, qtbot):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    with qtbot.waitSignal(row.changed):
        row.button.click()
    assert row.path == tmp_path / "mine.safetensors"
    assert row.line.toolTip() == str(row.path)
    with qtbot.assertNotEmitted(row.changed):
        row.suggest(tmp_path, "cells")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    row.button.click()
    assert row.path == tmp_path / "mine.safetensors"
