"""The main job on a bundled image, in the real viewer: `python -m napari_shift_unet.gui.demo`."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import napari
from napari.viewer import Viewer
from qtpy.QtCore import QEventLoop
from qtpy.QtWidgets import QApplication

from ..errors import ShiftUNetError
from ..images import writing
from ..networks import read_card
from ..results import check_directory
from .files.reading import PLUGIN

if TYPE_CHECKING:
    from .segment.widget import SegmentWidget

SAMPLE = "u2os-nuclei"
WINDOW_PX = 148
"""Output window: as in the paper, and small enough to show several tiles."""
WINDOW_SIZE = (1600, 1000)
SCREENSHOT = "window.png"
VIRTUAL_SCREEN = "SHIFT_UNET_VIRTUAL_SCREEN"
"""Set where nobody sees the screen: the demo then writes its results and ends."""


def run_demo(
    output: Path = Path("demo-output"), *, screen: bool = True, model: Path | None = None
) -> list[Path]:
    """Open the viewer, segment the sample in the docked widget and export the results.

    Parameters
    ----------
    output
        Folder of the results; made if it is not there.
    screen
        Whether somebody looks: the viewer is then left open, for `napari.run`.
    model
        A model file in place of the default model.

    Returns
    -------
    list of Path
        The files written: labels, table, run.json and a picture of the window.

    Raises
    ------
    ShiftUNetError
        If the results cannot be written, or the model cannot be used.
    """
    check_directory(output)
    if model is not None:
        read_card(model)  # what is wrong with it, before a window opens
    viewer = napari.Viewer(show=True)
    try:
        viewer.window.resize(*WINDOW_SIZE)
        widget = open_sample(viewer, model)
        predict(widget)
        files = export(widget, output)
        settle(viewer)
        return [*files, photograph(viewer, output / SCREENSHOT)]
    finally:
        if not screen:
            viewer.close()


def open_sample(viewer: Viewer, model: Path | None = None) -> "SegmentWidget":
    """Open the sample and dock the Segment widget through the manifest, ready to predict."""
    image, *_ = viewer.open_sample(PLUGIN, SAMPLE)
    viewer.layers.selection.active = image
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Segment")
    if model is not None:
        widget.models.load(model)
    widget.tiling.window_edit.choose((WINDOW_PX, WINDOW_PX))
    segment: SegmentWidget = widget
    return segment


def predict(widget: "SegmentWidget") -> None:
    """Press Predict and wait until the labels are there and measured.

    Raises
    ------
    ShiftUNetError
        What stops the prediction.
    """
    if not widget.bar.button.isEnabled():
        raise ShiftUNetError(f"the demo cannot predict: {widget.bar.button.toolTip()}")
    _wait(
        widget.bar.button.click,
        until=widget.labeller.jobs.idle,
        errors=(widget.predictor.errored, widget.predictor.cancelled, widget.labeller.errored),
    )


def export(widget: "SegmentWidget", output: Path) -> list[Path]:
    """Write the results and return the files.

    Raises
    ------
    ShiftUNetError
        If they cannot be written.
    """
    files: list[Path] = []
    widget.export.exported.connect(files.extend)
    _wait(
        lambda: widget.export.export_to(output),
        until=widget.export.exported,
        errors=(widget.export.failed,),
    )
    return files


def settle(viewer: Viewer) -> None:
    """Show the whole image and draw everything that is waiting to be drawn."""
    draw()
    viewer.reset_view()
    draw()


def draw() -> None:
    """Draw everything that is waiting to be drawn."""
    for _ in range(3):  # a layout, what is drawn for it, and what its size changes
        QApplication.processEvents()


def photograph(viewer: Viewer, path: Path) -> Path:
    """Write a picture of the whole window.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with writing(path) as temporary:
        viewer.screenshot(str(temporary), canvas_only=False, flash=False)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo from a shell; 0, or 2 after one line on stderr."""
    parser = argparse.ArgumentParser(description="Segment a bundled image of nuclei in napari.")
    parser.add_argument("--output", type=Path, default=Path("demo-output"), metavar="DIR")
    parser.add_argument("--model", type=Path, metavar="FILE", help="a model file of your own")
    options = parser.parse_args(arguments)
    if not _has_screen():
        return _on_virtual_screen(sys.argv[1:] if arguments is None else arguments)
    screen = VIRTUAL_SCREEN not in os.environ
    try:
        files = run_demo(options.output, screen=screen, model=options.model)
    except ShiftUNetError as error:
        return _fail(str(error))
    sys.stdout.writelines(f"{path}\n" for path in files)
    sys.stdout.flush()
    if screen:
        napari.run()
    return 0


def _has_screen() -> bool:
    return sys.platform != "linux" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def _on_virtual_screen(arguments: Sequence[str]) -> int:
    """Run the same program on a screen that nobody sees."""
    if shutil.which("xvfb-run") is None:
        return _fail("there is no screen and no xvfb-run. Install xvfb and xauth.")
    width, height = WINDOW_SIZE
    program = [sys.executable, "-m", "napari_shift_unet.gui.demo", *arguments]
    virtual = ["xvfb-run", "-a", "-s", f"-screen 0 {width}x{height}x24"]
    environment = {**os.environ, VIRTUAL_SCREEN: "1"}
    return subprocess.run([*virtual, *program], env=environment, check=False).returncode


def _fail(text: str) -> int:
    sys.stderr.write(f"napari-shift-unet: {text}\n")
    return 2


def _wait(start: Callable[[], Any], until: Any, errors: Sequence[Any]) -> None:
    """Start something and run the event loop until a signal says that it is done or has failed."""
    loop, ends = QEventLoop(), []

    def end(error: object = None) -> None:
        ends.append(error)
        loop.quit()

    until.connect(lambda: end())
    for signal in errors:
        signal.connect(end)
    start()
    if not ends:
        loop.exec()
    if isinstance(ends[0], Exception):
        raise ends[0]
    if isinstance(ends[0], str):
        raise ShiftUNetError(ends[0])


if __name__ == "__main__":
    sys.exit(main())
