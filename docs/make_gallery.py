"""Make a picture of every widget in every state and both themes, from the real program.

In docs/gallery: every dock by itself, each widget in a window of 1,280 x 720 px, and each once as a
screen of twice the pixels shows it. With --all DIR every state is written there in all these ways.
"""

import argparse
import os
import re
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ["NAPARI_CONFIG"] = ""  # neither napari's settings nor the plugin's are read or written

import napari
import numpy as np
from gallery_states import STATES
from napari.viewer import Viewer
from PIL import Image
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import QDialog, QWidget

from napari_shift_unet.gui.controls.dock import Dock
from napari_shift_unet.gui.controls.docks import open_dock
from napari_shift_unet.gui.demo import draw, photograph

GALLERY = Path(__file__).parent / "gallery"
THEMES = ("dark", "light")
WINDOW = (1280, 720)
COLOURS, EXACT = 256, 128
"""Of the pictures that are kept: few, so that they are small; half are as they were."""
VIVID = 50
"""How much more a vivid colour counts than a grey one: a legend has few pixels."""
SPARE_PX = 16
"""Below the last row."""
MOST_BYTES = 4_000_000
HEAD = """\
# Gallery

Every widget in every state and both themes, as `make gallery` finds them. Docks stand here by
themselves, as high as all that is in them; in a window they scroll.
"""


def main() -> None:
    """Take all pictures, or those of one widget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=GALLERY, metavar="DIR")
    parser.add_argument("--all", type=Path, metavar="DIR", help="write every state in all ways")
    parser.add_argument("--only", choices=list(STATES), help="one widget alone")
    options = parser.parse_args()
    camera = Camera(options.output, options.all)
    for name, states in STATES.items():
        if options.only in (None, name):
            viewer = napari.Viewer(show=True)
            with TemporaryDirectory() as folder:
                widget = open_dock(viewer, name)
                resize(viewer)
                for state in states(viewer, widget, Path(folder)):
                    camera.take(viewer, widget, name, state)
                widget.close_down()
            viewer.close()
    if options.only is None:
        camera.write_index()
    size = sum(path.stat().st_size for path in options.output.iterdir())
    print(f"{options.output}: {size / 1e6:.1f} MB")
    if size > MOST_BYTES:
        sys.exit(f"{options.output} has {size} bytes, more than {MOST_BYTES}; show less.")


class Camera:
    """Writes pictures, and remembers which there are.

    Parameters
    ----------
    output
        Folder of the gallery; its older pictures are overwritten.
    everything
        Folder of all other pictures; `None` leaves them out.
    """

    def __init__(self, output: Path, everything: Path | None) -> None:
        self._output, self._everything = output, everything
        self._taken: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for folder in (output, everything):
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)

    def take(self, viewer: Viewer, widget: Dock, name: str, state: str) -> None:
        """Take a state in both themes."""
        number = len(self._taken[name])
        stem = re.sub(r"\W+", "-", f"{name} {number:02} {state.partition(':')[0]}".lower())
        self._taken[name].append((stem, state))
        for theme in THEMES:
            viewer.theme = theme
            resize(viewer)
            dialogs = [at for at in widget.findChildren(QDialog) if at.isVisible()]
            shown: QWidget = dialogs[0] if dialogs else widget
            self._keep(grab(shown, 1), f"{stem}-{theme}")
            if state.startswith("done") and number == self._first_done(name):
                self._keep(grab(shown, 2), f"{stem}-{theme}-2x")
                self._window(viewer, self._output, f"{stem}-{theme}-window")
            if self._everything is not None:
                grab(shown, 2).save(str(self._everything / f"{stem}-{theme}-2x.png"))
                self._window(viewer, self._everything, f"{stem}-{theme}-window")
        print(f"{name}: {state}", flush=True)

    def write_index(self) -> None:
        """Write a page of all pictures."""
        lines = [HEAD]
        for name, taken in self._taken.items():
            lines += [f"## {name}", "", "| State | Dark | Light |", "|---|---|---|"]
            for stem, state in taken:
                pictures = " | ".join(f"![{state}]({stem}-{theme}.png)" for theme in THEMES)
                lines.append(f"| {state} | {pictures} |")
            for stem, state in taken:
                for way in ("window", "2x"):
                    for theme in THEMES:
                        if (self._output / f"{stem}-{theme}-{way}.png").exists():
                            lines += ["", f"![{state}, {theme}]({stem}-{theme}-{way}.png)"]
            lines.append("")
        (self._output / "index.md").write_text("\n".join(lines), encoding="utf-8")

    def _first_done(self, name: str) -> int:
        states = [state for _, state in self._taken[name]]
        return next(place for place, state in enumerate(states) if state.startswith("done"))

    def _keep(self, pixmap: QPixmap, stem: str) -> None:
        path = self._output / f"{stem}.png"
        pixmap.save(str(path))
        squeeze(path)

    def _window(self, viewer: Viewer, folder: Path, stem: str) -> None:
        path = photograph(viewer, folder / f"{stem}.png")
        squeeze(path)


def resize(viewer: Viewer) -> None:
    """Give the window its size and draw it."""
    viewer.window.resize(*WINDOW)
    draw()


def grab(widget: Any, ratio: int) -> QPixmap:
    """Return a picture of a widget as high as what is in it, with so many pixels per point."""
    before = widget.size()
    if isinstance(widget, Dock):
        inside = widget.scroll_area.widget()
        assert inside is not None
        around = widget.height() - widget.scroll_area.height()
        width = widget.scroll_area.width()
        rows = inside.layout()
        assert rows is not None
        needed = rows.totalHeightForWidth(width)
        if needed < 0:  # no row is a text that is higher where it is narrower
            needed = inside.minimumSizeHint().height()
        widget.scroll_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # No event may come between: the dock would take its widget back to its own height.
        widget.resize(widget.width(), around + needed + SPARE_PX)
    pixmap = QPixmap(ratio * widget.size())
    pixmap.setDevicePixelRatio(ratio)
    widget.render(pixmap, QPoint())
    widget.resize(before)
    if isinstance(widget, Dock):
        widget.scroll_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    return pixmap


def squeeze(path: Path) -> None:
    """Keep exactly the colours that most pixels have, vivid ones first, and others of the rest."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    vivid = np.ptp(colours.astype(int), axis=1) / 255
    order = np.argsort(-counts * (1 + VIVID * vivid))
    kept, rest = colours[order[:EXACT]], colours[order[EXACT:]]
    if len(rest):
        others = Image.fromarray(rest[None]).quantize(COLOURS - EXACT).getpalette() or []
        kept = np.concatenate([kept, np.reshape(others, (-1, 3)).astype(np.uint8)])
    palette = Image.new("P", (1, 1))
    palette.putpalette(kept[:COLOURS].tobytes())
    few = Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
