"""Make the walk of the README, a GIF of the real program: grid, seam, audit, repair, export."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["NAPARI_CONFIG"] = ""  # what was chosen before must not be in the pictures

import napari
from make_screenshots import INSPECT_CROP_PX, INSPECT_MODEL, INSPECT_PLACE
from napari.viewer import Viewer
from picture_tools import IMAGES, click, fly, fold, hide_layer_docks
from PIL import Image, ImageDraw, ImageFont
from qtpy.QtCore import QPoint
from qtpy.QtWidgets import QWidget

from napari_shift_unet.gui.demo import SAMPLE, draw, export, photograph, predict, settle
from napari_shift_unet.gui.files.reading import PLUGIN

WINDOW, SHOWN = (1280, 720), (1024, 576)
"""Size of the window and of the GIF, in px."""
LARGEST_BYTES = 3_000_000
COLOURS = 96
CAPTION_PX, FONT_PX = 34, 19
READ_MS, CLICK_MS, ZOOM_MS = 2600, 1100, 120
RING_PX, RING = 26, (255, 214, 10)
ZOOM, ZOOM_STEPS = 4.0, 6


class Walk:
    """The frames so far."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def show(self, caption: str, ms: int = READ_MS, ring: QWidget | None = None) -> None:
        """Add the window as it is, with a ring around what is about to be clicked."""
        draw()
        with TemporaryDirectory() as folder:
            path = photograph(self.viewer, Path(folder) / "frame.png")
            frame = Image.open(path).convert("RGB")
        if ring is not None:
            window = self.viewer.window._qt_window
            middle = ring.mapTo(window, QPoint(ring.width() // 2, ring.height() // 2))
            self._ring(frame, middle)
        whole = Image.new("RGB", (SHOWN[0], SHOWN[1] + CAPTION_PX), (24, 26, 32))
        whole.paste(frame.resize(SHOWN, Image.Resampling.LANCZOS))
        font = ImageFont.load_default(FONT_PX)
        ImageDraw.Draw(whole).text((12, SHOWN[1] + 5), caption, "white", font)
        self.frames.append(whole)
        self.times.append(ms)

    def zoom(self, caption: str, place: tuple[float, float]) -> None:
        """Fly to a place of the image."""
        camera = self.viewer.scene.camera
        _, *start = camera.center
        first = camera.zoom
        for step in range(1, ZOOM_STEPS + 1):
            share = step / ZOOM_STEPS
            camera.center = tuple(a + (b - a) * share for a, b in zip(start, place, strict=True))
            camera.zoom = first * (ZOOM / first) ** share
            self.show(caption, ZOOM_MS)

    def write(self, path: Path) -> None:
        """Write the GIF; frames share no palette, as layers come and go."""
        small = [frame.quantize(COLOURS, dither=Image.Dither.NONE) for frame in self.frames]
        small[0].save(
            path, save_all=True, append_images=small[1:], duration=self.times, loop=0, optimize=True
        )
        size = path.stat().st_size
        print(f"{path}: {len(small)} frames, {size / 1000:.0f} kB")
        if size > LARGEST_BYTES:
            sys.exit(f"{path} is {size} bytes, more than {LARGEST_BYTES}; show less.")

    @staticmethod
    def _ring(frame: Image.Image, at: QPoint) -> None:
        box = [at.x() - RING_PX, at.y() - RING_PX, at.x() + RING_PX, at.y() + RING_PX]
        ImageDraw.Draw(frame).ellipse(box, outline=RING, width=4)


def main() -> None:
    """Walk through the viewer and write what is seen."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES / "walk.gif"
    viewer = napari.Viewer(show=True)
    viewer.theme = "dark"
    viewer.window.resize(*WINDOW)
    walk = Walk(viewer)
    go(viewer, walk)
    walk.write(path)
    viewer.close()


def go(viewer: Viewer, walk: Walk) -> None:
    """Do what the README says."""
    image, *_ = viewer.open_sample(PLUGIN, SAMPLE)
    viewer.layers.selection.active = image
    _, segment = viewer.window.add_plugin_dock_widget(PLUGIN, "Segment")
    hide_layer_docks(viewer)
    segment.models.load(INSPECT_MODEL)
    settle(viewer)
    walk.show("1  Load an image. The fine lines are the lattice of the network, 16 px wide.")
    for edit in (segment.tiling.window_edit, segment.tiling.crop_edit):
        edit.choose((INSPECT_CROP_PX, INSPECT_CROP_PX))
    walk.show("2  Tiles of 148 px do not fit a lattice of 16 px: the grid turns orange.")
    walk.show("3  Predict all the same.", CLICK_MS, segment.bar.button)
    predict(segment)
    for box in segment.tiling.show_boxes.values():
        box.setChecked(False)
    walk.show("3  Most nuclei look right. Some are not.")
    labels = segment.session.run.labels_layer
    labels.contour, labels.opacity = 2, 1
    viewer.layers[f"{SAMPLE}: embedding (PCA)"].visible = True
    walk.zoom("4  The colour is what the network says of a pixel ...", INSPECT_PLACE)
    walk.show("4  ... and in the middle of this nucleus it jumps, where two tiles meet.")
    dock, inspect = viewer.window.add_plugin_dock_widget(PLUGIN, "Inspect seams", tabify=True)
    dock.raise_()
    inspect.labels.labels_choice.choose(labels)
    walk.show("5  Inspect seams: audit the result.", CLICK_MS, inspect.bar.button)
    click(inspect.bar.button, inspect.why.jobs, inspect.counter.jobs)
    fly(viewer, INSPECT_PLACE, ZOOM)
    walk.show("5  The audit finds the cut objects, and says why they are cut.")
    walk.show("6  One click.", CLICK_MS, inspect.repair.again_button)
    click(inspect.repair.again_button, inspect.why.jobs, inspect.counter.jobs)
    fly(viewer, INSPECT_PLACE, ZOOM)
    walk.show("6  Predicted again at 144 px = 9 x 16: one nucleus, and a certificate.", 2 * READ_MS)
    segment.parentWidget().raise_()
    for part in (segment.tiling, segment.clustering):
        fold(part)
    fold(segment.export, False)
    labels.contour, labels.opacity = 0, 0.7
    viewer.layers[f"{SAMPLE}: embedding (PCA)"].visible = False
    viewer.reset_view()
    walk.show("7  Export ...", CLICK_MS, segment.export.export_button)
    with TemporaryDirectory() as folder:
        export(segment, Path(folder) / "results")
        walk.show("7  Export labels, a table of objects, and the record of the run.", READ_MS)


if __name__ == "__main__":
    main()
