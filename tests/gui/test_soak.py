"""Round after round in one viewer: nothing may pile up. `make soak` runs many rounds."""

import ctypes
import gc
import os
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from napari.layers import Layer
from qtpy.QtCore import QCoreApplication, QEvent
from qtpy.QtWidgets import QApplication

from gui_leftovers import LASTING_THREADS
from segment_desk import Desk

ROUNDS = int(os.environ.get("SHIFT_UNET_SOAK_ROUNDS", "2"))
WARM_UP = min(20, ROUNDS // 2)
"""Rounds in which libraries still fill their caches."""
MAX_GROWTH_MB = 50.0
TOLD_EVERY = 10


@dataclass(frozen=True)
class Tally:
    """What there is between two rounds."""

    megabytes: float
    widgets: int
    threads: int
    files: int
    listeners: int
    layers: int
    kept: Counter
    """Objects of the package, and layers, that are still alive, by their kind."""


def _settle() -> None:
    for _ in range(3):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()


def _resident_megabytes() -> float:
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0.0
    # What is freed between pieces in use stays with the process until the C library is asked for
    # it; a dock of plain Qt buttons that is opened and closed moves that by 100 MB up and down.
    getattr(ctypes.CDLL(None), "malloc_trim", lambda _: None)(0)
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _tally(viewer, folder) -> Tally:
    _settle()
    names = [thread.name for thread in threading.enumerate()]
    groups = (viewer.events, viewer.layers.events, viewer.layers.selection.events)
    return Tally(
        megabytes=_resident_megabytes(),
        widgets=len(QApplication.allWidgets()),
        threads=sum(not name.startswith(LASTING_THREADS) for name in names),
        files=sum(1 for _ in folder.rglob("*")),
        listeners=sum(
            len(event.callbacks) for group in groups for event in group.emitters.values()
        ),
        layers=len(viewer.layers),
        kept=Counter(kind for kind in map(_kind, gc.get_objects()) if kind),
    )


def _kind(thing: object) -> str:
    """Name what belongs to a widget that was closed; arrays are held by these."""
    kind = type(thing)
    mine = str(kind.__module__).startswith("napari_shift_unet.")
    return kind.__name__ if mine or issubclass(kind, Layer) else ""


def _round(viewer, qtbot, model_path) -> None:
    """Load, predict, cluster anew, predict and cancel, delete layers, close the widget."""
    desk = Desk(viewer, qtbot, model_path)
    image, count = desk.open_discs()
    desk.predict()
    assert desk.labels.data.max() == count
    with desk.labelled():
        desk.widget.clustering.min_size_spin.setValue(9)
    desk.tiles(window=4, crop=4)
    desk.begin()
    with qtbot.waitSignal(desk.widget.predictor.cancelled):
        desk.click(desk.widget.bar.cancel_button)
    for layer in [layer for layer in viewer.layers if layer is not image][::2]:
        viewer.layers.remove(layer)
    viewer.window.remove_dock_widget(desk.dock)
    viewer.layers.clear()


@pytest.mark.timeout(60 * max(5, ROUNDS))
def test_rounds_leave_nothing_behind(
    make_napari_viewer, qtbot, model_path, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    viewer = make_napari_viewer(show=True)
    _round(viewer, qtbot, model_path)
    first = warm = _tally(viewer, tmp_path)
    for number in range(1, ROUNDS + 1):
        _round(viewer, qtbot, model_path)
        now = _tally(viewer, tmp_path)
        if number == WARM_UP:
            warm = now
        if number % TOLD_EVERY == 0:
            with capsys.disabled():
                grown = now.megabytes - warm.megabytes
                sys.stdout.write(f"\nround {number}: {now}, {grown:+.1f} MB since {WARM_UP}")
    for name in ("widgets", "threads", "files", "listeners", "layers"):
        assert getattr(now, name) <= getattr(first, name), f"{name}: {first} became {now}"
    assert now.kept <= first.kept, f"more of {now.kept - first.kept}"
    assert now.megabytes - warm.megabytes < MAX_GROWTH_MB, f"{warm} became {now}"
