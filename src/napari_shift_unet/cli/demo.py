"""`shift-unet demo`: the main job on a bundled image, in napari."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..errors import ShiftUNetError

QT_BINDINGS = ("PyQt6", "PySide6", "PyQt5", "PySide2")


def demo(
    *,
    output: Annotated[Path, Parameter(metavar="DIR")] = Path("demo-output"),
    model: Annotated[Path | None, Parameter(metavar="FILE")] = None,
) -> int:
    """Segment a bundled image of nuclei in napari, with the plugin docked and the result loaded.

    Parameters
    ----------
    output
        Folder of the results.
    model
        A model file of your own in place of the bundled model.
    """
    if not find_spec("napari") or not any(map(find_spec, QT_BINDINGS)):
        raise ShiftUNetError(
            "the demo needs napari and Qt. Run: pip install 'napari-shift-unet[all]'"
        )
    # The command line imports no GUI: it starts the one that does, in an interpreter of its own.
    command = [sys.executable, "-m", "napari_shift_unet.gui.demo", "--output", str(output)]
    if model is not None:
        command += ["--model", str(model)]
    return abs(subprocess.run(command, check=False).returncode)
