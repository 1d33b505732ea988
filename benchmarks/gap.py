"""Measure how long napari's window stands still while an image that fits no memory is predicted.

    scripts/on_a_screen.sh python benchmarks/gap.py [--quick] [--seconds N] [--model NAME] [--out D]

Opens an OME-Zarr of 16,384 x 16,384 px (--quick: 2,048 x 2,048), moves and zooms the view once per
second, first with nothing else going on, then while the image is predicted into a folder, and asks
a timer of 10 ms how long the event loop was away: by the clock, in computing time of its thread, in
which other programs of a busy machine do not count, and, where the system tells (Linux), how long
the thread waited for a core. The figures go to gap.json in D or, unless quick, in benchmarks/,
and into docs/scale.md.
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
from harness import machine, write_page
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication

from napari_shift_unet.gui.files.reading import PLUGIN
from napari_shift_unet.gui.segment.widget import SegmentWidget
from napari_shift_unet.images import Image, read_padded, sample_image
from napari_shift_unet.images.pyramid import create_pyramid, fill_pyramid

ROOT = Path(__file__).parent.parent
MARKS = "<!-- measured: by benchmarks/gap.py -->", "<!-- end -->"
SCHEDULED = Path("/proc/thread-self/schedstat")
SLAB, TICK_MS, MOVE_MS = 2048, 10, 1000
BAR_MS = 250
PARTS = {"alone": "napari alone", "predicting": "while predicting"}
ZOOMS = (0.05, 0.3, 1.0, 0.6, 2.0, 0.12)


@dataclass
class Pulse:
    """Times between two ticks of a timer, in ms: by the clock, computing, waiting for a core."""

    gaps: list[tuple[float, float, float]] = field(default_factory=list)
    last: tuple[float, float, float] | None = None

    def tick(self) -> None:
        """Take the times since the last tick."""
        now = 1000 * perf_counter(), 1000 * thread_time(), waited()
        if self.last is not None:
            clock, computing, waiting = (b - a for a, b in zip(self.last, now, strict=True))
            self.gaps.append((clock, computing, waiting))
        self.last = now

    def facts(self) -> dict[str, Any]:
        """Return the longest gaps, and what the longest one consists of."""
        gaps = np.array(self.gaps)
        longest = gaps[gaps[:, 0].argmax()]
        return {
            "longest_ms": round(longest[0]),
            "of_it_computing_ms": round(longest[1]),
            "of_it_waiting_for_a_core_ms": round(longest[2]),
            "99th_percentile_ms": round(float(np.percentile(gaps[:, 0], 99))),
            "longest_computing_ms": round(gaps[:, 1].max()),
            "gaps_above_bar": int((gaps[:, 0] > BAR_MS).sum()),
            "ticks": len(gaps),
            "load": round(os.getloadavg()[0], 1),
        }


def waited() -> float:
    """Return for how many ms this thread could have run and had no core; 0 if nobody says."""
    return int(SCHEDULED.read_text().split()[1]) / 1e6 if SCHEDULED.exists() else 0.0


def main() -> None:
    """Measure, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="2,048 x 2,048 px, a few seconds")
    parser.add_argument("--seconds", type=float, help="of each part")
    parser.add_argument("--model", default="nuclei-2d")
    parser.add_argument("--out", type=Path, help="folder for gap.json")
    options = parser.parse_args()
    side = 2048 if options.quick else 16384
    seconds = options.seconds or (6 if options.quick else 60)
    with tempfile.TemporaryDirectory() as temporary:
        found = measure(Path(temporary), side, seconds, options.model)
    told = {"model": options.model, "side_px": side, "seconds": seconds, **found, **machine()}
    write(told, options.out, quick=options.quick)


def write(found: dict[str, Any], out: Path | None, *, quick: bool) -> None:
    """Print what was found, and keep it: in a folder that was named, or as the figures of today."""
    text = json.dumps(found, indent=1)
    print(text)
    print(table(found))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "gap.json").write_text(text + "\n", "utf-8")
    elif not quick:
        (ROOT / "benchmarks" / "gap.json").write_text(text + "\n", "utf-8")
        write_page(ROOT / "docs" / "scale.md", table(found), MARKS)


def table(found: dict[str, Any]) -> str:
    """Return the figures as a table in Markdown."""
    side = f"{found['side_px']:,} x {found['side_px']:,} px"
    lines = [
        f"| {side} | longest gap | of it computing | of it waiting for a core | 99th percentile "
        f"| longest computing | gaps above {BAR_MS} ms | below {BAR_MS} ms | load |",
        f"|{'---|' * 9}",
    ]
    for part, name in PARTS.items():
        facts = found[part]
        met = "yes" if facts["longest_ms"] < BAR_MS else "**no**"
        lines.append(
            f"| {name} | {facts['longest_ms']:,} ms | {facts['of_it_computing_ms']} ms "
            f"| {facts['of_it_waiting_for_a_core_ms']} ms | {facts['99th_percentile_ms']} ms "
            f"| {facts['longest_computing_ms']} ms "
            f"| {facts['gaps_above_bar']} of {facts['ticks']:,} | {met} | {facts['load']} |"
        )
    return "\n".join(lines)


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
