"""Make the pictures of docs/images from the real program, on a screen or a virtual one."""

import argparse
import sys
from pathlib import Path

import napari
from napari.viewer import Viewer
from PIL import Image
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest

from napari_shift_unet.gui.demo import (
    WINDOW_PX,
    WINDOW_SIZE,
    draw,
    open_sample,
    photograph,
    predict,
    settle,
)
from napari_shift_unet.gui.parts import Section
from napari_shift_unet.gui.segment import SegmentWidget

IMAGES = Path(__file__).parent / "images"
LARGEST_BYTES = 700_000
PICKED = (196, 481)
"""A pixel (y, x) of the nucleus that is picked, among neighbours that touch it."""
PICK_ZOOM = 4.5


def main() -> None:
    """Take all pictures, one after the other, in one viewer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=IMAGES, metavar="DIR")
    parser.add_argument("--model", type=Path, metavar="FILE", help="in place of the default model")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    viewer = napari.Viewer(show=True)
    viewer.window.resize(*WINDOW_SIZE)
    widget = open_sample(viewer, options.model)
    settle(viewer)
    take(viewer, options.output / "tiles-legal.png")
    widget.tiling.crop_edit.choose((WINDOW_PX, WINDOW_PX))
    take(viewer, options.output / "tiles-illegal.png")
    widget.tiling.crop_edit.choose(None)
    predict(widget)
    take(viewer, options.output / "segment.png")
    pick(viewer, widget)
    take(viewer, options.output / "pick.png")
    viewer.close()


def pick(viewer: Viewer, widget: SegmentWidget) -> None:
    """Zoom in, start the mode and click a nucleus."""
    for kind in widget.tiling.show_boxes.values():
        kind.setChecked(False)
    section = widget.picking.parentWidget()
    assert isinstance(section, Section)
    section.set_folded(False)
    widget.picking.pick_button.click()
    viewer.scene.camera.center = PICKED
    viewer.scene.camera.zoom = PICK_ZOOM
    draw()
    canvas = viewer.window._qt_viewer.canvas.native
    centre = QPoint(canvas.width() // 2, canvas.height() // 2)
    QTest.mouseMove(canvas, centre)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=centre)


def take(viewer: Viewer, path: Path) -> None:
    """Write a picture of the window and say how large it is."""
    draw()
    photograph(viewer, path)
    with Image.open(path) as picture:
        opaque = picture.convert("RGB")
    opaque.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path}: {size / 1000:.0f} kB")
    if size > LARGEST_BYTES:
        sys.exit(f"{path} is {size} bytes, more than {LARGEST_BYTES}; show less.")


if __name__ == "__main__":
    main()
