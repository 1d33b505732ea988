"""What the scripts that make the pictures share."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from napari.viewer import Viewer
from PIL import Image
from qtpy.QtCore import QEventLoop
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QAbstractButton, QWidget

from napari_shift_unet.gui.controls.parts import Section
from napari_shift_unet.gui.demo import draw, photograph
from napari_shift_unet.gui.jobs import Jobs

IMAGES = Path(__file__).parent / "images"
LARGEST_BYTES = 700_000
GAP_PX = 8
LAYOUT_MS = 300
"""In which a dock finds room for what has come."""


def click(button: QAbstractButton, *jobs: Jobs) -> None:
    """Click, and wait until all of these jobs are idle again."""
    loop, waiting = QEventLoop(), set(jobs)

    def on_idle(one: Jobs) -> None:
        waiting.discard(one)
        if not waiting:
            loop.quit()

    ends = {one: partial(on_idle, one) for one in jobs}
    for one, end in ends.items():
        one.idle.connect(end)
    button.click()
    loop.exec()
    for one, end in ends.items():
        one.idle.disconnect(end)
    QTest.qWait(LAYOUT_MS)


def fly(viewer: Viewer, place: tuple[float, float], zoom: float) -> None:
    """Look at a place of the image, (y, x) in px."""
    viewer.scene.camera.center, viewer.scene.camera.zoom = place, zoom
    draw()


def hide_layer_docks(viewer: Viewer) -> None:
    """Leave the room of layer list and controls to the image."""
    for name in ("dockLayerList", "dockLayerControls"):
        getattr(viewer.window._qt_viewer, name).hide()


def fold(content: QWidget, folded: bool = True) -> None:
    """Fold the section of a part of a widget, or unfold it."""
    section = content.parentWidget()
    assert isinstance(section, Section)
    section.set_folded(folded)


def compose(paths: Sequence[Path], output: Path) -> None:
    """Put pictures side by side."""
    pictures = [Image.open(path).convert("RGB") for path in paths]
    width = sum(picture.width for picture in pictures) + GAP_PX * (len(pictures) - 1)
    whole = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    left = 0
    for picture in pictures:
        whole.paste(picture, (left, 0))
        left += picture.width + GAP_PX
    write(whole, output)


def take(viewer: Viewer, path: Path) -> None:
    """Write a picture of the window."""
    draw()
    photograph(viewer, path)
    with Image.open(path) as picture:
        opaque = picture.convert("RGB")
    write(opaque, path)


def write(picture: Image.Image, path: Path) -> None:
    """Write a picture as small as can be, and say how large it is."""
    picture.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path}: {size / 1000:.0f} kB")
    if size > LARGEST_BYTES:
        sys.exit(f"{path} is {size} bytes, more than {LARGEST_BYTES}; show less.")
