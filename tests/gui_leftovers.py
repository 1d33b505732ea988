"""Widgets and threads that a GUI test has left behind."""

import gc
import sys
import threading
from collections.abc import Iterable
from typing import Any

import pytest

# zarr's event loop and its helpers, and tqdm's monitor, start once and serve the whole process.
LASTING_THREADS = ("zarr_io", "asyncio_", "tqdm_monitor")
GRACE_S = 2


class Watch:
    """Remembers the widgets and threads of now, to tell later what has been added.

    Parameters
    ----------
    patch
        Through it QThread.start is replaced: Qt itself keeps no list of running threads.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        from qtpy.QtCore import QThread

        self._widgets = set(_top_level_widgets())
        self._threads = set(threading.enumerate())
        self._qthreads: list[QThread] = []
        start = QThread.start

        def recorded(thread: QThread, *args: Any) -> None:
            self._qthreads.append(thread)
            start(thread, *args)

        patch.setattr(QThread, "start", recorded)

    def leftovers(self) -> list[str]:
        """Return a line for every new top-level widget and every thread still running."""
        from qtpy.QtCore import QThreadPool

        pool = QThreadPool.globalInstance()
        left = [f"widget {widget!r}" for widget in self._new_widgets()]
        if not pool.waitForDone(1000 * GRACE_S):
            left.append(f"{pool.activeThreadCount()} Qt pool threads")
        left += [f"{thread!r}" for thread in self._qthreads if not thread.wait(1000 * GRACE_S)]
        left += [f"{thread!r}" for thread in self._new_threads()]
        return left

    def _new_widgets(self) -> set[Any]:
        _finish_deletions()
        if set(_top_level_widgets()) - self._widgets:
            gc.collect()
            _finish_deletions()
        return set(_top_level_widgets()) - self._widgets

    def _new_threads(self) -> Iterable[threading.Thread]:
        for thread in set(threading.enumerate()) - self._threads - _dask_threads():
            if thread.name.startswith(LASTING_THREADS):
                continue
            thread.join(GRACE_S)
            if thread.is_alive():
                yield thread


def _top_level_widgets() -> list[Any]:
    from qtpy.QtWidgets import QApplication

    return QApplication.topLevelWidgets() if QApplication.instance() else []


def _finish_deletions() -> None:
    from qtpy.QtCore import QCoreApplication, QEvent

    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _dask_threads() -> set[threading.Thread]:
    """Return the threads of dask's default pool, which lasts as long as the process."""
    dask = sys.modules.get("dask.threaded")
    pool = getattr(dask, "default_pool", None)
    return set(getattr(pool, "_threads", ()))
