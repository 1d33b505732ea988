"""The widgets of the gallery in every state: generators that bring one about and name it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from napari.viewer import Viewer
from qtpy.QtCore import QEventLoop, QPoint, Qt
from qtpy.QtTest import QTest
from torch import nn

from napari_shift_unet.gui.controls.docks import open_dock
from napari_shift_unet.gui.demo import draw
from napari_shift_unet.gui.demo import predict as predict_and_wait
from napari_shift_unet.gui.files.reading import PLUGIN

SAMPLE, CUT, SMALL = "u2os-nuclei", "cut-nuclei", "nuclei-small"
SEAMS_PX = 104
"""A window and crop off the lattice of 16 px."""
CLICKED = (196, 481)
"""A pixel (y, x) of a nucleus."""
States = Iterator[str]


def wait(start: Any, *signals: Any) -> None:
    """Start something and wait for the first of some signals."""
    loop = QEventLoop()
    for signal in signals:
        signal.connect(loop.quit)
    start()
    loop.exec()
    for signal in signals:
        signal.disconnect(loop.quit)
    draw()


def segment(viewer: Viewer, widget: Any, folder: Path) -> States:
    """Go from no image to labels, with all that can happen on the way."""
    yield "empty: nothing is open"
    rgb = viewer.add_image(np.zeros((64, 64, 3), np.uint8), name="stained", rgb=True)
    yield "error: a colour image has to be made grey"
    viewer.layers.remove(rgb)
    volume = np.random.default_rng(0).integers(0, 255, (24, 96, 96), np.uint8)
    stack = viewer.add_image(volume, name="stack", axis_labels=("z", "y", "x"))
    widget.models.load("nuclei-3d")
    yield "ready, 3D: sizes per axis"
    viewer.layers.remove(stack)
    widget.models.load("nuclei-2d")
    image, *_ = viewer.open_sample(PLUGIN, SAMPLE)
    widget.images.choose(image)
    tiling = widget.tiling
    tiling.window_edit.choose((148, 148))
    viewer.reset_view()
    yield "ready: tiles without seams"
    tiling.crop_edit.choose((148, 148))
    yield "ready: seams are expected, and a button mends that"
    tiling.crop_edit.choose((149, 149))
    yield "error: the crop is larger than the window"
    tiling.crop_edit.choose(None)
    widget.models.info_button.click()
    yield "ready: all that is known of the model"
    widget.models.info_button.click()
    jobs = widget.predictor.jobs
    wait(widget.bar.button.click, widget.predictor.stepped)
    jobs.pause()
    yield "running: the tiles so far"
    jobs.resume()
    wait(lambda: None, widget.labeller.jobs.idle)
    yield "done: labels follow the settings live"
    for part in (widget.views, widget.picking, widget.prompting, widget.export):
        widget.unfold(part)
    yield "done: everything unfolded"
    viewer.scene.camera.center, viewer.scene.camera.zoom = CLICKED, 4
    widget.picking.pick_button.click()
    draw()
    canvas = viewer.window._qt_viewer.canvas.native
    QTest.mouseClick(
        canvas,
        Qt.MouseButton.LeftButton,
        pos=QPoint(canvas.width() // 2, canvas.height() // 2),
    )
    widget.unfold(widget.picking)
    yield "pick: a click lights up what is alike"
    widget.prompting.buttons["boxes"].click()
    widget.unfold(widget.prompting)
    yield "prompt: boxes are drawn"
    widget.prompting.stop()
    (taken := folder / "results").write_text("a file")
    wait(lambda: widget.export.export_to(taken), widget.export.failed, widget.export.exported)
    yield "error: an export cannot be written"


def train(viewer: Viewer, widget: Any, folder: Path) -> States:
    """Train a small network."""
    yield "empty: nothing is open"
    widget.data.source_choice.setCurrentIndex(1)
    yield "empty: a folder is to be chosen"
    widget.data.folder.choose(folder)
    yield "error: a folder without images and masks"
    widget.data.source_choice.setCurrentIndex(0)
    viewer.open_sample(PLUGIN, SMALL)
    other = viewer.add_labels(np.eye(20, dtype=int), name="other")
    widget.data.layers.labels_choice.choose(other)
    yield "error: labels of another image"
    viewer.layers.remove(other)
    recipe, network = widget.recipe, widget.network
    recipe.unit_choice.setCurrentText("steps")
    recipe.length_spin.setValue(60)
    recipe.output.choose(folder / "mine.safetensors")
    yield "ready"
    widget.unfold(network)
    network.window_spin.setValue(16)
    network.window_spin.editingFinished.emit()
    yield "ready: everything unfolded"
    network.width_spin.setValue(4)
    network.window_spin.setValue(48)
    wait(widget.bar.train_button.click, widget.trainer.previewed, widget.trainer.errored)
    widget.bar.pause_button.click()
    yield "paused: loss, score and a preview"
    widget.bar.pause_button.click()
    yield "running"
    wait(widget.bar.keep_button.click, widget.trainer.trained, widget.trainer.errored)
    yield "done: stopped and kept, to be gone on with or used"


def inspect(viewer: Viewer, widget: Any, folder: Path) -> States:
    """Audit labels, review and repair them."""
    yield "empty: nothing is open"
    whole = viewer.add_labels(np.eye(40, dtype=int), name="too small")
    widget.tiling.buttons["given"].click()
    widget.tiling.tile_edit.choose((0, 0))
    yield "error: tiles that cannot be"
    widget.tiling.buttons["find them"].click()
    viewer.layers.remove(whole)
    *_, labels = viewer.open_sample(PLUGIN, CUT)
    widget.labels.labels_choice.choose(labels)
    viewer.reset_view()
    yield "ready"
    wait(widget.bar.button.click, widget.counter.counted)
    yield "done: seams of labels of another tool"
    widget.review.mode_button.click()
    widget.unfold(widget.review)
    yield "review: the keys belong to the pairs"
    widget.review.stop()
    segment = open_dock(viewer, "Segment")
    segment.models.load("nuclei-2d-discriminative")
    for edit in (segment.tiling.window_edit, segment.tiling.crop_edit):
        edit.choose((SEAMS_PX, SEAMS_PX))
    predict_and_wait(segment)
    open_dock(viewer, "Inspect seams")
    widget.labels.labels_choice.choose(segment.session.run.labels_layer)
    wait(widget.bar.button.click, widget.why.jobs.idle)
    yield "done: a run with seams, and why"
    wait(widget.repair.again_button.click, widget.why.told)
    yield "repaired: what changed, and a certificate"


def probe(viewer: Viewer, widget: Any, folder: Path) -> States:
    """Probe a bundled network and one of another program."""
    yield "empty: no network is chosen"
    widget.network.load(folder / "missing.safetensors")
    yield "error: no such file"
    widget.network.model_choice.load("nuclei-2d")
    yield "ready: a model of this plugin"
    wait(widget.bar.probe_button.click, widget.prober.probed, widget.prober.errored)
    yield "done: exact tiles"
    widget.network.load(_normalising(folder / "foreign.pt"))
    yield "ready: a network of another program"
    wait(widget.bar.probe_button.click, widget.prober.asked)
    yield "asking: nothing of it has run yet"
    dialog = widget.prober._dialog
    wait(dialog.run_button.click, widget.prober.probed, widget.prober.errored)
    yield "done: no tiles are exact"


def compare(viewer: Viewer, widget: Any, folder: Path) -> States:
    """Compare two label images."""
    yield "empty: nothing is open"
    _, labels = viewer.open_sample(PLUGIN, CUT)
    yield "empty: there is one result only"
    small = viewer.add_labels(np.eye(20, dtype=int), name="small")
    yield "error: results of different images"
    viewer.layers.remove(small)
    _, truth = viewer.open_sample(PLUGIN, SAMPLE)
    viewer.reset_view()
    widget.pair.a_choice.choose(truth)
    widget.pair.b_choice.choose(labels)
    yield "ready"
    wait(widget.button.click, widget.jobs.idle)
    yield "done: what differs"
    widget.table.selectRow(0)
    yield "done: a row flies to its objects"
    labels.data_setitem((np.array([5]), np.array([5])), 1)
    labels.events.paint(value=[])
    yield "outdated: the labels have changed"


def evaluate(viewer: Viewer, widget: Any, folder: Path) -> States:
    """Compare labels with their truth."""
    yield "empty: nothing is open"
    _, truth = viewer.open_sample(PLUGIN, SAMPLE)
    yield "empty: there is no result"
    _, labels = viewer.open_sample(PLUGIN, CUT)
    labels.metadata["shift_unet"] = {"crop": [148, 148], "axes": "yx"}
    viewer.reset_view()
    widget.pair.a_choice.choose(labels)
    widget.pair.b_choice.choose(truth)
    yield "ready"
    wait(widget.button.click, widget.jobs.idle)
    yield "done: scores and mistakes"
    widget.table.selectRow(0)
    yield "done: a row flies to its objects"


def settings(viewer: Viewer, widget: Any, folder: Path) -> States:
    """Show what is kept."""
    yield "empty: nothing is kept where napari keeps nothing"


STATES = {
    "Segment": segment,
    "Train": train,
    "Inspect seams": inspect,
    "Probe network": probe,
    "Compare runs": compare,
    "Evaluate": evaluate,
    "Settings": settings,
}


class _Normalising(nn.Module):
    """A network with group normalisation, which looks at the whole tile."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.GroupNorm(1, 4), nn.ReLU(), nn.Conv2d(4, 3, 1)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.layers(x)
        return found


def _normalising(path: Path) -> Path:
    torch.jit.trace(_Normalising().eval(), torch.rand(1, 1, 32, 32)).save(str(path))
    return path
