"""Make the pictures of docs/images from the real program, on a screen or a virtual one."""

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["NAPARI_CONFIG"] = ""  # what was chosen before must not be in the pictures

import napari
from dock_pictures import show_audit, show_compare, show_evaluate, show_probe
from napari.viewer import Viewer
from picture_tools import IMAGES, click, compose, fly, fold, hide_layer_docks, take
from qtpy.QtCore import QEventLoop, QPoint, Qt
from qtpy.QtTest import QTest

from napari_shift_unet.gui.demo import (
    SAMPLE,
    WINDOW_PX,
    WINDOW_SIZE,
    draw,
    open_sample,
    photograph,
    predict,
    settle,
)
from napari_shift_unet.gui.files.reading import PLUGIN
from napari_shift_unet.gui.segment.method_lines import ELLIPSES, OFFSETS
from napari_shift_unet.gui.segment.widget import SegmentWidget
from napari_shift_unet.training import Preview

PICKED = (196, 481)
"""A pixel (y, x) of the nucleus that is picked, among neighbours that touch it."""
PICK_ZOOM = 4.5
VIEWS = (OFFSETS, ELLIPSES)
TRAIN_SAMPLE = "nuclei-small"
TRAIN_STEPS, TRAIN_WIDTH, TRAIN_WINDOW_PX = 400, 8, 112
INSPECT_MODEL, INSPECT_CROP_PX = "nuclei-2d-discriminative", 148
"""Of the run with seams; its period is 16 px."""
INSPECT_SIZE, INSPECT_PLACE, INSPECT_ZOOM = (1000, 1000), (248, 592), 4.0
"""Of each half of the picture, and what it shows: a pair that the seam has split, (y, x) in px."""


def main() -> None:
    """Take all pictures, or those of one widget."""
    parts = {
        "segment": show_segment,
        "train": show_train,
        "inspect": show_inspect,
        "audit": show_audit,
        "compare": show_compare,
        "evaluate": show_evaluate,
        "probe": show_probe,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=IMAGES, metavar="DIR")
    parser.add_argument("--model", type=Path, metavar="FILE", help="in place of the default model")
    parser.add_argument("--only", choices=list(parts), help="pictures of one widget alone")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for name, show in parts.items():
        if options.only in (None, name):
            viewer = napari.Viewer(show=True)
            viewer.theme = "dark"
            viewer.window.resize(*WINDOW_SIZE)
            show(viewer, options)
            viewer.close()


def show_segment(viewer: Viewer, options: argparse.Namespace) -> None:
    """Take the pictures of tiles, of a result, of the method's views and of a pick."""
    widget = open_sample(viewer, options.model)
    settle(viewer)
    take(viewer, options.output / "tiles-legal.png")
    widget.tiling.crop_edit.choose((WINDOW_PX, WINDOW_PX))
    take(viewer, options.output / "tiles-illegal.png")
    widget.tiling.crop_edit.choose(None)
    predict(widget)
    take(viewer, options.output / "segment.png")
    look_closer(viewer, widget)
    show_views(widget)
    take(viewer, options.output / "views.png")
    for kind in VIEWS:
        widget.views.boxes[kind].click()
    pick(viewer, widget)
    take(viewer, options.output / "pick.png")


def show_train(viewer: Viewer, options: argparse.Namespace) -> None:
    """Train a small network on a sample and take a picture when half of its steps are done."""
    _, truth = viewer.open_sample(PLUGIN, TRAIN_SAMPLE)
    truth.visible, truth.contour = True, 2
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Train")
    settle(viewer)
    recipe, network = widget.recipe, widget.network
    recipe.unit_choice.setCurrentText("steps")
    recipe.length_spin.setValue(TRAIN_STEPS)
    network.width_spin.setValue(TRAIN_WIDTH)
    network.window_spin.setValue(TRAIN_WINDOW_PX)
    loop = QEventLoop()

    def on_preview(preview: Preview) -> None:
        if preview.step > TRAIN_STEPS / 2:
            loop.quit()

    widget.trainer.previewed.connect(on_preview)
    widget.trainer.errored.connect(loop.quit)
    with TemporaryDirectory() as folder:
        recipe.output.choose(Path(folder) / f"{TRAIN_SAMPLE}.safetensors")
        widget.bar.train_button.click()
        loop.exec()
        take(viewer, options.output / "train.png")
        widget.trainer.close_down()


def show_inspect(viewer: Viewer, options: argparse.Namespace) -> None:
    """Audit a run with seams, repair it with a click, and put both pictures side by side."""
    segment = open_sample(viewer, options.model)
    if options.model is None:
        segment.models.load(INSPECT_MODEL)
    segment.tiling.window_edit.choose((INSPECT_CROP_PX, INSPECT_CROP_PX))
    segment.tiling.crop_edit.choose((INSPECT_CROP_PX, INSPECT_CROP_PX))
    predict(segment)
    for box in segment.tiling.show_boxes.values():
        box.setChecked(False)
    dock, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Inspect seams", tabify=True)
    dock.raise_()
    hide_layer_docks(viewer)
    viewer.window.resize(*INSPECT_SIZE)
    assert segment.session.run is not None
    labels = segment.session.run.labels_layer
    assert labels is not None
    labels.contour, labels.opacity = 2, 1
    viewer.layers[f"{SAMPLE}: embedding (PCA)"].visible = True
    settle(viewer)
    widget.labels.labels_choice.choose(labels)
    with TemporaryDirectory() as folder:
        halves = [Path(folder) / name for name in ("with-seams.png", "repaired.png")]
        for path, button in zip(
            halves, (widget.bar.button, widget.repair.again_button), strict=True
        ):
            click(button, widget.why.jobs, widget.counter.jobs)
            fly(viewer, INSPECT_PLACE, INSPECT_ZOOM)
            photograph(viewer, path)
        compose(halves, options.output / "inspect.png")


def look_closer(viewer: Viewer, widget: SegmentWidget) -> None:
    """Hide the tiles and zoom in on nuclei that touch."""
    for kind in widget.tiling.show_boxes.values():
        kind.setChecked(False)
    fly(viewer, PICKED, PICK_ZOOM)


def show_views(widget: SegmentWidget) -> None:
    """Show where pixels point and how far objects reach, and wait until that is drawn."""
    fold(widget.views, False)
    run = widget.session.run
    assert run is not None
    assert run.labels_layer is not None
    run.labels_layer.contour = 1
    loop = QEventLoop()
    widget.views.lines.jobs.idle.connect(loop.quit)
    for kind in VIEWS:
        widget.views.boxes[kind].click()
    loop.exec()


def pick(viewer: Viewer, widget: SegmentWidget) -> None:
    """Start the mode and click a nucleus."""
    fold(widget.picking, False)
    widget.picking.pick_button.click()
    draw()
    canvas = viewer.window._qt_viewer.canvas.native
    centre = QPoint(canvas.width() // 2, canvas.height() // 2)
    QTest.mouseMove(canvas, centre)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=centre)


if __name__ == "__main__":
    main()
