"""Measure how long each widget of the plugin takes to open in a napari that has just started.

    scripts/on_a_screen.sh python benchmarks/opening.py [--processes N] [--only NAME]

Each time is that of a fresh process: from `add_plugin_dock_widget` until the widget has been
painted, imports included. The widgets take turns, so that what else runs on the machine hits all
alike. The time of the processor does not count other programs, but it does count every thread of
this one. `--profile NAME` says what one widget spends its time on.
"""

import argparse
import cProfile
import json
import os
import pstats
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

BAR_S = 1.0
PLUGIN = "napari-shift-unet"
HEAVY = ("torch", "numba", "scipy.stats", "sklearn", "skimage", "pandas", "zarr", "matplotlib")


def main() -> None:
    """Measure all widgets and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--processes", type=int, default=5, metavar="N", help="for each widget")
    parser.add_argument("--only", metavar="NAME", help="measure one widget")
    parser.add_argument("--profile", metavar="NAME", help="say what one widget spends its time on")
    parser.add_argument("--one", metavar="NAME", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one or options.profile:
        print(json.dumps(opened(options.one or options.profile, profile=not options.one)))
        return
    names = [options.only] if options.only else widgets()
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(options.processes):
        for name, times in found.items():
            times.append(in_fresh_process(name))
    print(table(found))


def widgets() -> list[str]:
    """Return the names of the widgets, as the manifest has them."""
    from npe2 import PluginManager

    manager = PluginManager.instance()
    manager.discover()
    manifest = manager.get_manifest(PLUGIN)
    return [widget.display_name for widget in manifest.contributions.widgets or ()]


def in_fresh_process(name: str) -> dict[str, Any]:
    """Return what `opened` returns in a process of its own."""
    program = [sys.executable, str(Path(__file__).resolve()), "--one", name]
    environment = {**os.environ, "NAPARI_CONFIG": ""}
    done = subprocess.run(program, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def opened(name: str, *, profile: bool = False) -> dict[str, Any]:
    """Open a widget in a viewer of its own and return the seconds and the heavy imports."""
    import napari
    from qtpy.QtCore import QEvent, QObject
    from qtpy.QtWidgets import QApplication

    class Paints(QObject):
        """Notices the first time that a widget is painted."""

        seen = False

        def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
            self.seen |= event is not None and event.type() == QEvent.Type.Paint
            return False

    viewer = napari.Viewer(show=True)
    for _ in range(5):
        QApplication.processEvents()
    before, paints, profiler = set(sys.modules), Paints(), cProfile.Profile()
    wall, processor = perf_counter(), process_time()
    if profile:
        profiler.enable()
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, name)
    widget.installEventFilter(paints)
    while not paints.seen:
        QApplication.processEvents()
    profiler.disable()
    facts = {
        "wall_s": round(perf_counter() - wall, 3),
        "processor_s": round(process_time() - processor, 3),
        "imported": [module for module in HEAVY if module in set(sys.modules) - before],
        "load": round(os.getloadavg()[0], 1),
    }
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats(60)
    viewer.close()
    return facts


def table(found: dict[str, list[dict[str, Any]]]) -> str:
    """Return a row for each widget, as a table in Markdown."""
    heads = ("widget", "wall, s: least", "median", "processor, s: least", "median", "imports")
    lines = [f"| {' | '.join((*heads, f'least under {BAR_S:g} s', 'load'))} |", f"|{'---|' * 8}"]
    for name, runs in found.items():
        wall, processor = ([run[kind] for run in runs] for kind in ("wall_s", "processor_s"))
        times = [f"{f(kind):.2f}" for kind in (wall, processor) for f in (min, median)]
        imports = ", ".join(runs[0]["imported"]) or "nothing heavy"
        load = f"{max(run['load'] for run in runs):g}"
        cells = (name, *times, imports, "yes" if min(wall) < BAR_S else "**no**", load)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
