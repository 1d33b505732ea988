"""Which thread gets a core first: the one of the window."""

import os
import sys
from functools import cache
from threading import get_native_id

STEPS_BACK = 10
"""By which a thread that computes stands behind the window, of the 20 that Linux has."""
LAST = 19


def step_back() -> None:
    """Let the window have a core before this thread, and before all threads that it begins.

    They lose nothing where cores are free. Only Linux knows priorities of single threads;
    elsewhere, and where it is not allowed, nothing changes. A thread never comes forward again, so
    only one that ends with its work may call this.
    """
    if sys.platform != "linux":
        return
    _begin_readers()
    thread = get_native_id()
    try:
        now = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(LAST, now + STEPS_BACK))
    except OSError:
        return


@cache
def _begin_readers() -> None:
    """Let zarr begin the threads by which the window reads too, before they would inherit."""
    import zarr

    zarr.create_array({}, shape=(1,), dtype="uint8")
