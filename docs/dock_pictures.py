"""Pictures of the docks that look at results and networks."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from napari.viewer import Viewer
from picture_tools import click, fly, hide_layer_docks, take
from qtpy.QtCore import QEventLoop
from qtpy.QtWidgets import QDialog, QPushButton

from napari_shift_unet.gui.demo import open_sample, predict, settle
from napari_shift_unet.gui.files.reading import PLUGIN
from napari_shift_unet.networks import load_model

CUT, TRUTH = "cut-nuclei", "u2os-nuclei"
KEPT_PX, AFTER_PX = 148, 144
COMPARED = "nuclei-2d-discriminative"
PLACE, ZOOM = (248, 592), 3.0
"""A nucleus that the first of two runs has cut, (y, x) in px."""
TRACED_PX = 220
PROBED = "nuclei-2d"


def show_audit(viewer: Viewer, options: argparse.Namespace) -> None:
    """Find the tiles that are hidden in labels of unknown origin."""
    *_, labels = viewer.open_sample(PLUGIN, CUT)
    labels.contour, labels.opacity = 2, 1
    hide_layer_docks(viewer)
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Inspect seams")
    widget.labels.labels_choice.choose(labels)
    settle(viewer)
    click(widget.bar.button, widget.why.jobs, widget.counter.jobs)
    settle(viewer)
    take(viewer, options.output / "audit.png")


def show_compare(viewer: Viewer, options: argparse.Namespace) -> None:
    """Compare a run with seams and one without."""
    segment = open_sample(viewer)
    segment.models.load(COMPARED)
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Compare runs", tabify=True)
    for crop in (KEPT_PX, AFTER_PX):
        segment.tiling.crop_edit.choose((crop, crop))
        predict(segment)
        settle(viewer)
        if crop == KEPT_PX:
            widget.pair.a_choice.choose(segment.session.run.labels_layer)
            widget.pair.keep_button.click()
    for box in segment.tiling.show_boxes.values():
        box.setChecked(False)
    widget.parentWidget().raise_()
    settle(viewer)
    click(widget.button, widget.jobs)
    fly(viewer, PLACE, ZOOM)
    take(viewer, options.output / "compare.png")


def show_evaluate(viewer: Viewer, options: argparse.Namespace) -> None:
    """Score labels that are cut against the truth."""
    viewer.open_sample(PLUGIN, CUT)
    viewer.open_sample(PLUGIN, TRUTH)
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Evaluate")
    settle(viewer)
    click(widget.button, widget.jobs)
    settle(viewer)
    take(viewer, options.output / "evaluate.png")


def show_probe(viewer: Viewer, options: argparse.Namespace) -> None:
    """Measure a network that came as a TorchScript file."""
    viewer.open_sample(PLUGIN, TRUTH)
    hide_layer_docks(viewer)
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Probe network")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "nuclei.pt"
        example = torch.zeros(1, 1, TRACED_PX, TRACED_PX)
        torch.jit.trace(load_model(PROBED).network, example).save(str(path))
        widget.network.model_choice.load(path)
        loop = QEventLoop()
        widget.prober.asked.connect(agree)
        widget.prober.jobs.idle.connect(loop.quit)
        settle(viewer)
        widget.bar.probe_button.click()
        loop.exec()
        settle(viewer)
        take(viewer, options.output / "probe.png")


def agree(dialog: QDialog) -> None:
    """Let the network run: it was made here."""
    button = dialog.run_button
    assert isinstance(button, QPushButton)
    button.click()
