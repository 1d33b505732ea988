"""The Probe network widget: asked, measured, and said."""

import json
from hashlib import sha256

import pytest
import torch
from napari.components import ViewerModel
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QApplication, QFileDialog, QMessageBox
from torch import nn

from foreign_networks import Function, save_script
from napari_shift_unet.errors import ModelError
from napari_shift_unet.gui.controls.model_choice import LOAD
from napari_shift_unet.gui.controls.prober import CANCELLED, DECLINED
from napari_shift_unet.gui.probe.probe_bar import NO_NETWORK, RUNNING
from napari_shift_unet.gui.probe.verdict_card import COPIED
from napari_shift_unet.gui.probe.widget import ONE_FILE, ProbeWidget
from napari_shift_unet.gui.probe.wording import EXACT, INEXACT
from probe_desk import WAIT_MS, Asked

pytestmark = pytest.mark.usefixtures("unasked")


class Desk(Asked):
    """What a user sees and does."""

    def __init__(self, qtbot):
        self.widget = ProbeWidget(ViewerModel())
        qtbot.addWidget(self.widget)
        self.widget.show()
        super().__init__(qtbot, self.widget.prober)
        self.network, self.card, self.bar = self.widget.network, self.widget.card, self.widget.bar

    def begin(self):
        self.click(self.bar.probe_button)

    def load(self, path):
        self.network.load(path)

    @property
    def status(self):
        return self.bar.status.full_text

    def refused(self, path):
        """Probe a network after a yes, and return what is said of it."""
        self.load(path)
        dialog = self.ask(self.begin)
        with self.qtbot.waitSignal(self.prober.errored, timeout=WAIT_MS) as caught:
            self.click(dialog.run_button)
        assert isinstance(caught.args[0], ModelError)
        assert self.bar.probe_button.isEnabled()
        assert not self.bar.use_button.isVisible()
        return self.network.notice.text


@pytest.fixture
def desk(qtbot):
    desk = Desk(qtbot)
    yield desk
    desk.widget.close_down()


def test_without_a_network_there_is_nothing_to_probe(desk):
    assert not desk.bar.probe_button.isEnabled()
    assert desk.status == desk.bar.probe_button.toolTip() == NO_NETWORK
    assert not desk.card.isVisible()


def test_a_yes_to_an_exact_network(desk, foreign_path, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(foreign_path), ""))
    choice = desk.network.model_choice
    choice.activated.emit(choice.findText(LOAD))
    assert "TorchScript" in desk.network.summary.text()
    probed = desk.yes(desk.begin)
    assert probed.verdict.period == (2, 2)
    assert desk.card.headline.text == EXACT
    assert "crops of n x 2 px are exact" in desk.card.why.text()
    for size in ("128 px", "256 px", "512 px", "524 px"):
        assert size in desk.card.tiles.text()
    assert "no random numbers" in desk.card.general.text()
    assert desk.bar.use_button.isVisible()
    desk.click(desk.card.copy_button)
    facts = json.loads(QApplication.clipboard().text())
    assert (facts["model"], facts["period"], facts["exact"]) == ("net", [2, 2], True)
    assert desk.status == COPIED
    saved = tmp_path / "verdict.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    desk.click(desk.card.save_button)
    assert json.loads(saved.read_text(encoding="utf-8")) == facts
    saved = tmp_path / "nowhere" / "verdict.json"
    desk.click(desk.card.save_button)
    assert "there is no folder" in desk.status


def test_the_question_names_the_file_and_the_risk(desk, foreign_path):
    desk.load(foreign_path)
    dialog = desk.ask(desk.begin)
    text = dialog.text() + dialog.informativeText()
    content = foreign_path.read_bytes()
    digest = sha256(content).hexdigest()
    for told in (
        *("net.pt is a program", "all the rights that you have", "delete and send your files"),
        *("TorchScript", f"{len(content):,} bytes", digest[:32], digest[32:]),
    ):
        assert told in text
    assert str(foreign_path) in text.replace("\u200b", "")
    assert dialog.defaultButton() is dialog.escapeButton() is dialog.refuse_button
    assert desk.bar.probe_button.toolTip() == RUNNING
    desk.click(dialog.refuse_button)


@pytest.mark.parametrize("key", [None, Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_without_a_yes_nothing_of_the_file_is_loaded(desk, foreign_path, monkeypatch, key):
    for module in (torch.jit, torch.export):
        monkeypatch.setattr(module, "load", lambda *_, **__: pytest.fail("the file was loaded"))
    desk.load(foreign_path)
    if key is None:
        assert desk.no(desk.begin) == DECLINED
    else:
        dialog = desk.ask(desk.begin)
        with desk.qtbot.waitSignal(desk.prober.stopped, timeout=WAIT_MS):
            desk.qtbot.keyClick(dialog, key)
    assert desk.status == DECLINED
    assert desk.bar.probe_button.isEnabled()
    assert isinstance(desk.ask(desk.begin), QMessageBox), "a no is asked about again"
    desk.click(desk.bar.progress.cancel_button)
    assert len(desk.dialogs) == 2
    assert not desk.prober.busy


def test_a_yes_holds_for_this_content(desk, foreign_path, tmp_path):
    path = tmp_path / "net.pt"
    path.write_bytes(foreign_path.read_bytes())
    desk.load(path)
    desk.yes(desk.begin)
    with desk.qtbot.waitSignal(desk.prober.probed, timeout=WAIT_MS):
        desk.begin()
    assert len(desk.dialogs) == 1
    path.write_bytes(path.read_bytes() + b" ")
    desk.no(desk.begin)
    assert len(desk.dialogs) == 2


def test_a_file_that_changes_during_the_question_is_not_run(desk, foreign_path, tmp_path):
    path = tmp_path / "net.pt"
    path.write_bytes(foreign_path.read_bytes())
    desk.load(path)
    dialog = desk.ask(desk.begin)
    path.write_bytes(path.read_bytes() + b" ")
    with desk.qtbot.waitSignal(desk.prober.errored, timeout=WAIT_MS):
        desk.click(dialog.run_button)
    assert "no longer the file that you said may run" in desk.network.notice.text


def test_an_inexact_network_says_why(desk, normalising_path):
    desk.load(normalising_path)
    desk.yes(desk.begin)
    assert desk.card.headline.text == INEXACT
    told = desk.card.why.text()
    for part in ("Whole-tile operator.", "depends on the whole tile", "Predict the image in one"):
        assert part in told
    assert [cause["name"] for cause in desk.card.facts["causes"]] == ["whole-tile operator"]
    assert not desk.card.tiles.isVisible()
    assert desk.bar.use_button.isVisible()


def test_a_model_of_this_project_needs_no_question(desk, model_path):
    desk.load(model_path)
    assert "numbers only, no code" in desk.network.summary.text()
    with desk.qtbot.waitSignal(desk.prober.probed, timeout=WAIT_MS):
        desk.begin()
    assert not desk.dialogs
    assert desk.card.facts["period"] == [4, 4]
    desk.load(model_path)
    assert not desk.card.isVisible(), "the verdict on another network is gone"


def test_a_probe_can_be_cancelled(desk, foreign_path):
    desk.load(foreign_path)
    dialog = desk.ask(desk.begin)
    cancel = desk.bar.progress.cancel_button
    desk.prober.stepped.connect(lambda event: event and cancel.isEnabled() and cancel.click())
    with desk.qtbot.waitSignal(desk.prober.stopped, timeout=WAIT_MS):
        desk.click(dialog.run_button)
    assert desk.status == CANCELLED
    assert desk.network.isEnabled()
    assert not desk.bar.progress.isVisible()


class Hidden(nn.Module):
    """Reads five channels, which nothing but a trial tells."""

    def __init__(self):
        super().__init__()
        self.weight = [torch.rand(2, 5, 3, 3)]

    def forward(self, x):
        return nn.functional.conv2d(x, self.weight[0], padding=1)


def test_channels_that_the_file_does_not_tell(desk, tmp_path):
    path = save_script(Hidden().eval(), tmp_path / "net.pt", torch.rand(1, 5, 16, 16))
    assert "takes none of the images that were tried" in desk.refused(path)
    desk.network.axes_choice.setCurrentIndex(desk.network.axes_choice.findText("2D"))
    desk.network.channels_spin.setValue(5)
    assert desk.network.notice.text == ""
    with desk.qtbot.waitSignal(desk.prober.probed, timeout=WAIT_MS):
        desk.begin()
    assert desk.card.facts["in_channels"] == 5


class TwoInputs(nn.Module):
    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return x + y


def test_networks_that_are_none_for_tiles(desk, tmp_path):
    image = torch.rand(1, 1, 16, 16)
    two = Function(lambda convolution, x: (convolution(x), convolution(x))).eval()
    fixed = Function(lambda convolution, x: convolution(x).reshape(1, 2, 16, 16)).eval()
    for path, sentence in (
        (save_script(TwoInputs(), tmp_path / "inputs.pt"), "takes 2 inputs"),
        (save_script(two, tmp_path / "outputs.pt", image), "returns 2 results"),
        (save_script(fixed, tmp_path / "fixed.pt", image), "of no other size"),
    ):
        assert sentence in desk.refused(path)


def test_files_that_are_no_network(desk, tmp_path, foreign_path):
    desk.load(foreign_path)
    torch.save(nn.Linear(1, 1), tmp_path / "pickle.pt")
    (tmp_path / "text.pt").write_text("hello", encoding="utf-8")
    for name, sentence in (
        ("pickle.pt", "pickled or zipped file, which could run code and is never opened"),
        ("text.pt", "is damaged or no model file"),
        ("missing.pt", "does not exist"),
    ):
        desk.load(tmp_path / name)
        assert sentence in desk.network.notice.text
        assert desk.network.network == foreign_path
    torn = tmp_path / "torn.pt"
    torn.write_bytes(foreign_path.read_bytes())
    desk.load(torn)
    torn.unlink()
    with desk.qtbot.waitSignal(desk.prober.errored, timeout=WAIT_MS):
        desk.begin()
    assert "does not exist" in desk.network.notice.text


def test_a_file_can_be_dropped(desk, foreign_path, normalising_path):
    for paths, said in (([foreign_path], ""), ([foreign_path, normalising_path], ONE_FILE)):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        left, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        how = (Qt.DropAction.CopyAction, data, left, no_keys)
        for event in (QDragEnterEvent(QPoint(5, 5), *how), QDropEvent(QPointF(5, 5), *how)):
            QApplication.sendEvent(desk.network, event)
        assert desk.network.notice.text == said
        assert desk.network.network == foreign_path
    assert not desk.dialogs
