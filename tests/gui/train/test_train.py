import numpy as np
import pytest
from napari.components import ViewerModel

from napari_shift_unet.gui.segment.widget import SegmentWidget
from napari_shift_unet.gui.train.train_bar import READY, State
from napari_shift_unet.gui.train.widget import NOTHING_KEPT, PAUSED, RUNNING, TrainWidget
from napari_shift_unet.networks import read_card
from napari_shift_unet.training import TrainConfig, read_unfinished
from train_desk import STEPS, WAIT_MS, TrainDesk

PLUGIN = "napari-shift-unet"


@pytest.fixture
def output(tmp_path):
    return tmp_path / "mine.safetensors"


@pytest.fixture
def desk(qtbot, output):
    viewer = ViewerModel()
    widget = TrainWidget(viewer)
    qtbot.addWidget(widget)
    widget.show()
    yield TrainDesk(widget, viewer, qtbot, output)
    widget.close_down()


def test_from_layers_to_a_model_in_segment(make_napari_viewer, plugins, qtbot, output):
    viewer = make_napari_viewer(show=True)
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Train")
    desk = TrainDesk(widget, viewer, qtbot, output)
    image, _ = desk.open_discs()
    desk.train()
    assert desk.steps == list(range(1, STEPS + 1))
    view = widget.view
    assert view.score.values[-1][0] == STEPS
    assert view.preview.isVisible()
    assert "of 12 objects validate" in view.summary.text()
    assert desk.status.startswith("Saved, with AP 0.5 of ")
    card = read_card(output)
    assert (card.name, card.method, card.data) == ("mine", "spatial-embedding", "cells with truth")
    assert not desk.state.exists()
    desk.click(widget.bar.use_button)
    segment = viewer.window.dock_widgets["Segment (Shift U-Net)"]
    assert isinstance(segment, SegmentWidget)
    assert segment.models.model == output
    assert segment.images.layer is image


def test_a_pause_waits_and_loses_nothing(desk):
    desk.open_discs()
    desk.begin()
    bar = desk.widget.bar
    desk.click(bar.pause_button)
    assert (bar.state, desk.status) == (State.PAUSED, PAUSED)
    assert desk.widget.trainer.jobs.paused
    with desk.qtbot.waitSignal(desk.widget.trainer.trained, timeout=WAIT_MS):
        desk.click(bar.pause_button)
    assert desk.steps == list(range(1, STEPS + 1))


@pytest.mark.parametrize("paused", [False, True])
def test_stopped_and_kept_then_gone_on_with(desk, output, paused):
    desk.widget.recipe.length_spin.setValue(100_000)
    desk.open_discs()
    desk.begin()
    bar, trainer = desk.widget.bar, desk.widget.trainer
    if paused:
        desk.click(bar.pause_button)
    with desk.qtbot.waitSignal(trainer.trained, timeout=WAIT_MS):
        desk.click(bar.keep_button)
    assert "val_ap50" in read_card(output).scores
    config, progress = read_unfinished(desk.state)
    assert config.steps == 100_000
    assert bar.train_button.text() == f"Go on after step {progress.step:,}"
    before = len(desk.steps)
    with desk.qtbot.waitSignal(trainer.stepped, timeout=WAIT_MS):
        desk.click(bar.train_button)
    assert desk.steps[0] == 1, "the curve goes on"
    assert desk.steps[before] == progress.step + 1
    with desk.qtbot.waitSignal(trainer.trained, timeout=WAIT_MS):
        desk.click(bar.keep_button)


def test_stopped_before_the_first_step_nothing_is_kept(desk, output):
    desk.open_discs()
    bar = desk.widget.bar
    with desk.qtbot.waitSignal(desk.widget.trainer.stopped, timeout=WAIT_MS):
        desk.click(bar.train_button)
        desk.click(bar.keep_button)
    assert (bar.state, desk.status) == (State.IDLE, NOTHING_KEPT)
    assert not output.exists()


def test_starting_anew_forgets_the_stopped_training(desk):
    desk.widget.recipe.length_spin.setValue(100_000)
    desk.open_discs()
    desk.begin()
    bar, trainer = desk.widget.bar, desk.widget.trainer
    with desk.qtbot.waitSignal(trainer.trained, timeout=WAIT_MS):
        desk.click(bar.keep_button)
    desk.widget.recipe.length_spin.setValue(STEPS)
    with desk.qtbot.waitSignal(trainer.trained, timeout=WAIT_MS):
        desk.click(bar.anew_button)
    assert desk.steps == list(range(1, STEPS + 1))
    assert not bar.resumable


def test_closing_stops_and_leaves_what_is_needed_to_go_on(qtbot, desk, output):
    desk.widget.recipe.length_spin.setValue(100_000)
    desk.open_discs()
    desk.begin()
    desk.widget.close_down()
    assert not desk.widget.trainer.busy
    assert read_unfinished(desk.state)[1].step > 0
    again = TrainWidget(desk.viewer)
    qtbot.addWidget(again)
    again.recipe.output.choose(output)
    assert again.bar.resumable
    again.close_down()


def test_closing_the_viewer_does_the_same(make_napari_viewer, qtbot, output):
    viewer = make_napari_viewer(show=True)
    widget = TrainWidget(viewer)
    viewer.window.add_dock_widget(widget)
    desk, trainer = TrainDesk(widget, viewer, qtbot, output), widget.trainer
    widget.recipe.length_spin.setValue(100_000)
    desk.open_discs()
    desk.begin()
    viewer.close()
    assert not trainer.busy
    assert read_unfinished(desk.state)[1].step > 0


def test_controls_rest_while_it_runs_and_say_why(desk):
    desk.widget.recipe.length_spin.setValue(100_000)
    desk.open_discs()
    method = desk.widget.recipe.method_choice
    before = method.toolTip()
    desk.begin()
    assert not method.isEnabled()
    assert method.toolTip() == desk.widget.network.seed_spin.toolTip() == RUNNING
    with desk.qtbot.waitSignal(desk.widget.trainer.trained, timeout=WAIT_MS):
        desk.click(desk.widget.bar.keep_button)
    assert method.isEnabled()
    assert method.toolTip() == before


def test_a_model_can_be_trained_further_on_corrected_labels(desk, output, tmp_path):
    desk.open_discs()
    desk.train()
    recipe, network = desk.widget.recipe, desk.widget.network
    recipe.start_choice.load(output)
    second = tmp_path / "second.safetensors"
    recipe.output.choose(second)
    assert not network.width_spin.isEnabled()
    assert "starts from" in network.width_spin.toolTip()
    assert not recipe.ndim_choice.isEnabled()
    desk.choose(recipe.method_choice, "semi-convolutional")
    network.batch_spin.setValue(2)
    desk.train()
    config = TrainConfig(**read_card(second).recipe)
    assert (config.start_from, config.learning_rate) == (str(output), 5e-4)
    assert (config.method, config.spec.width) == ("semi-convolutional", 2)


def test_what_is_missing_is_said_below_and_in_the_tooltip(desk):
    bar = desk.widget.bar
    assert desk.status == bar.train_button.toolTip() == "Open an image first."
    image, labels = desk.open_discs()
    assert desk.status == READY
    assert bar.train_button.isEnabled()
    desk.viewer.layers.remove(labels)
    assert desk.status == "Add a Labels layer and paint some objects first."
    desk.viewer.layers.remove(image)
    assert not bar.train_button.isEnabled()


def test_labels_of_another_shape_are_refused_next_to_the_choice(desk):
    _, labels = desk.open_discs()
    labels.data = labels.data[:40]
    said = "'truth' has the shape (40, 76) and 'cells' (60, 76). Choose labels of this image."
    assert desk.widget.data.layers.notice.text == said
    assert desk.widget.bar.train_button.toolTip() == said
    other = desk.viewer.add_labels(np.ones((60, 76), int), name="fitting")
    desk.choose(desk.widget.data.layers.labels_choice, other.name)
    assert desk.widget.data.layers.notice.text == ""
    assert desk.widget.bar.train_button.isEnabled()


def test_empty_labels_are_refused_when_the_training_starts(desk, output):
    _, labels = desk.open_discs()
    labels.data = np.zeros_like(labels.data)
    with desk.qtbot.waitSignal(desk.widget.trainer.errored, timeout=WAIT_MS):
        desk.click(desk.widget.bar.train_button)
    assert "hold no object" in desk.widget.data.layers.notice.text
    assert desk.widget.bar.state is State.IDLE
    assert not output.exists()
    labels.data[:20, :20] = 1
    desk.train()
    assert desk.widget.data.layers.notice.text == ""


def test_a_missing_shape_is_told_and_can_be_drawn(desk):
    desk.open_discs()
    desk.choose(desk.widget.data.layers.annotated.rule_choice, "inside shapes")
    shapes = desk.viewer.add_shapes()
    desk.click(desk.widget.bar.train_button)
    assert "Draw around what is annotated" in desk.widget.data.layers.notice.text
    shapes.add_rectangles([[0, 0], [31, 75]])
    desk.train()
    assert "2 of 8 objects validate" in desk.widget.data.summary.text()


def test_a_full_disk_or_such_ends_the_training_with_a_sentence(desk, tmp_path):
    desk.open_discs()
    (tmp_path / "file").touch()
    desk.widget.recipe.output.choose(tmp_path / "file" / "mine.safetensors")
    with desk.qtbot.waitSignal(desk.widget.trainer.errored, timeout=WAIT_MS):
        desk.click(desk.widget.bar.train_button)
    assert "cannot be written" in desk.status
    assert desk.widget.recipe.isEnabled()


def test_a_damaged_state_is_told(desk):
    desk.state.write_bytes(b"nonsense")
    desk.widget.recipe.output.choose(desk.output)
    assert "is damaged" in desk.widget.recipe.notice.text
    assert not desk.widget.bar.resumable
