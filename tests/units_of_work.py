"""Units of work that workers of a test import: each leaves a file per time that it is done."""

import os
import signal
import time
from pathlib import Path

from napari_shift_unet.errors import DeviceError


def times_done(folder: Path, unit: int) -> int:
    """Return how often a unit was begun."""
    return len(list(folder.glob(f"{unit}-*")))


def leave_a_mark(folder: Path, unit: int) -> None:
    """Leave a file that tells the process too."""
    (folder / f"{unit}-{os.getpid()}-{time.monotonic_ns()}").touch()


def die_once(folder: Path, unit: int) -> None:
    """Kill the process at unit 3, but only the first time."""
    leave_a_mark(folder, unit)
    if unit == 3 and times_done(folder, unit) == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def refuse_the_third(folder: Path, unit: int) -> None:
    """Fail at unit 2; the others take a while."""
    if unit == 2:
        raise DeviceError("cpu is out of memory.")
    leave_a_mark(folder, unit)
    time.sleep(0.3)
    (folder / f"ended-{unit}").touch()
