"""Another program's network as the choice of the Segment widget."""

import pytest
from qtpy.QtCore import Qt

from napari_shift_unet.gui.controls.model_section import ModelSection
from napari_shift_unet.gui.controls.prober import DECLINED
from napari_shift_unet.gui.train.recipe_section import RecipeSection
from probe_desk import WAIT_MS, Asked

pytestmark = pytest.mark.usefixtures("unasked")


@pytest.fixture
def section(qtbot, model_path):
    section = ModelSection()
    qtbot.addWidget(section)
    section.show()
    section.load(model_path)
    yield section
    section.close_down()


@pytest.fixture
def asked(qtbot, section):
    return Asked(qtbot, section.prober)


def test_a_no_keeps_the_model(section, asked, model_path, foreign_path):
    assert asked.no(lambda: section.load(foreign_path)) == DECLINED
    assert DECLINED in section.notice.text
    assert section.model == model_path
    assert not section.progress.isVisible()


def test_a_yes_probes_and_takes_the_network(qtbot, section, asked, foreign_path, model_path):
    with qtbot.waitSignal(section.changed, timeout=WAIT_MS):
        asked.yes(lambda: section.load(foreign_path))
    assert section.card.spec.footprint.period == (2, 2)
    assert section.model.config == section.card
    assert section.name == str(foreign_path)
    assert section.summary.text() == "2D, discriminative, period 2 px, context 6 px"
    assert section.channels.isVisible()
    section.load(model_path)
    assert section.model == model_path
    assert not section.channels.isVisible()
    choice = section.model_choice
    choice.activated.emit(choice.findText("net.pt"))
    assert section.model.config.name == "net", "it is chosen again without a question"
    assert len(asked.dialogs) == 1


def test_the_channels_get_a_meaning(qtbot, section, asked, foreign_path):
    asked.yes(lambda: section.load(foreign_path))
    channels = section.channels
    spec = section.card.spec
    assert (spec.embedding_dims, spec.foreground) == (3, False)
    methods = channels.method_choice
    methods.setCurrentIndex(methods.findData("spatial-embedding"))
    assert section.card.method == "spatial-embedding"
    with qtbot.waitSignal(section.changed):
        channels.foreground_choice.setCurrentIndex(channels.foreground_choice.findData(0))
    spec = section.card.spec
    assert (spec.embedding_dims, spec.foreground) == (2, True)
    assert section.card.method == "discriminative", "two channels are too few for the other one"
    place = methods.findData("spatial-embedding")
    assert not methods.model().item(place).isEnabled()
    assert "needs 3" in methods.itemData(place, Qt.ItemDataRole.ToolTipRole)


def test_what_is_wrong_with_a_network_is_said_below(qtbot, section, asked, foreign_path, tmp_path):
    torn = tmp_path / "torn.pt"
    torn.write_bytes(foreign_path.read_bytes())
    dialog = asked.ask(lambda: section.load(torn))
    torn.unlink()
    with qtbot.waitSignal(section.prober.errored, timeout=WAIT_MS):
        asked.click(dialog.run_button)
    assert "torn.pt" in section.notice.text.lower()
    assert section.card.name == "seeing"


def test_a_training_does_not_start_from_it(qtbot, foreign_path):
    recipe = RecipeSection()
    qtbot.addWidget(recipe)
    recipe.start_choice.load(foreign_path)
    assert "cannot be trained here" in recipe.notice.text
    assert recipe.start_choice.chosen is None
