"""Measure how long napari's window stands still while an image that fits no memory is predicted.

    scripts/on_a_screen.sh python benchmarks/gap.py [--quick] [--seconds N] [--model NAME]

Opens an OME-Zarr of 16,384 x 16,384 px (--quick: 2,048 x 2,048), moves and zooms the view once per
second, first with nothing else going on, then while the image is predicted into a folder, and asks
a timer of 10 ms how long the event loop was away: by the clock, and in computing time of its
thread, in which other programs of a busy machine do not count.
"""

import argparse
import json
import os
import tempfile
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import napari
import numpy as np
from harness import machine
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication

from napari_shift_unet.gui.files.reading import PLUGIN
from napari_shift_unet.gui.segment.widget import SegmentWidget
from napari_shift_unet.images import Image, read_padded, sample_image
from napari_shift_unet.images.pyramid import create_pyramid, fill_pyramid

SLAB, TICK_MS, MOVE_MS = 2048, 10, 1000
BAR_MS = 250
ZOOMS = (0.05, 0.3, 1.0, 0.6, 2.0, 0.12)


@dataclass
class Pulse:
    """Times between two ticks of a timer, in ms."""

    gaps: list[float] = field(default_factory=list)
    computing: list[float] = field(default_factory=list)
    last: tuple[float, float] | None = None

    def tick(self) -> None:
        """Take the time since the last tick."""
        now = perf_counter(), thread_time()
        if self.last is not None:
            self.gaps.append(1000 * (now[0] - self.last[0]))
            self.computing.append(1000 * (now[1] - self.last[1]))
        self.last = now

    def facts(self) -> dict[str, Any]:
        """Return the longest gaps, and the share of time that is spent in long ones."""
        gaps = np.array(self.gaps)
        return {
            "longest_ms": round(gaps.max()),
            "99th_percentile_ms": round(float(np.percentile(gaps, 99))),
            "longest_computing_ms": round(max(self.computing)),
            "gaps_above_bar": int((gaps > BAR_MS).sum()),
            "ticks": len(gaps),
        }


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="2,048 x 2,048 px, a few seconds")
    parser.add_argument("--seconds", type=float, help="of each part")
    parser.add_argument("--model", default="nuclei-2d")
    options = parser.parse_args()
    side = 2048 if options.quick else 16384
    seconds = options.seconds or (6 if options.quick else 60)
    with tempfile.TemporaryDirectory() as temporary:
        found = measure(Path(temporary), side, seconds, options.model)
    print(json.dumps({"side_px": side, **found, "load": os.getloadavg()[0], **machine()}, indent=1))


def measure(folder: Path, side: int, seconds: float, model: str) -> dict[str, Any]:
    """Look around in an image, alone and while it is predicted."""
    make_image(folder / "slide.zarr", side)
    viewer = napari.Viewer()
    viewer.window.resize(1600, 1000)
    widget = SegmentWidget(viewer)
    viewer.window.add_dock_widget(widget, name="Segment")
    viewer.open(folder / "slide.zarr", plugin=PLUGIN)
    widget.models.load(model)
    widget.large.section.memory_spin.setValue(0.1 if side < SLAB * 2 else 2.0)
    look_around(viewer, 3)
    alone = look_around(viewer, seconds)
    widget.bar.button.click()
    wait(lambda: len(viewer.layers) > 3 or not widget.bar.running, 600)
    running = look_around(viewer, seconds)
    widget.bar.cancel_button.click()
    wait(lambda: not widget.bar.running, 600)
    status, filled = widget.bar.status.full_text, len(viewer.layers)
    viewer.close()
    return {"alone": alone, "predicting": running, "status": status, "layers": filled}


def look_around(viewer: napari.Viewer, seconds: float) -> dict[str, Any]:
    """Move the view for a while, and return how long the event loop was away."""
    pulse, timer, mover = Pulse(), QTimer(), QTimer()
    extent = viewer.layers[0].extent.world[1]
    places = cycle([(0.5, 0.5), (0.3, 0.6), (0.7, 0.2), (0.45, 0.5), (0.9, 0.9)])
    zooms = cycle(ZOOMS)

    def move() -> None:
        camera = viewer.scene.camera
        camera.zoom = next(zooms)
        camera.center = tuple(np.array(next(places)) * extent)

    timer.timeout.connect(pulse.tick)
    mover.timeout.connect(move)
    timer.start(TICK_MS)
    mover.start(MOVE_MS)
    wait(lambda: False, seconds)
    timer.stop()
    mover.stop()
    return pulse.facts()


def wait(condition: Any, seconds: float) -> None:
    """Let events be worked on until a condition holds, or the time is over."""
    end = perf_counter() + seconds
    while perf_counter() < end and not condition():
        QApplication.processEvents()


def make_image(path: Path, side: int) -> None:
    """Write the sample image, continued by reflection, as OME-Zarr."""
    sample, _ = sample_image("u2os-nuclei")
    donor = Image(np.broadcast_to(sample.data[:1, :1], (side, side)), "yx")
    levels = create_pyramid(path, donor, sample.data.dtype, (512, 512))
    for y in range(0, side, SLAB):
        for x in range(0, side, SLAB):
            box = ((y, min(y + SLAB, side)), (x, min(x + SLAB, side)))
            place = [slice(*edges) for edges in box]
            fill_pyramid(levels, "yx", place, read_padded(sample.data, box))


if __name__ == "__main__":
    main()
