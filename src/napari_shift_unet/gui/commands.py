"""The main actions for napari's command palette and menus; each opens the widget that does it.

napari hands in the viewer. What cannot be done now is said in one sentence, as by the button.
"""

from typing import Any

from napari.utils.notifications import show_info
from napari.viewer import Viewer
from qtpy.QtWidgets import QAbstractButton

from ..errors import InputError
from .controls.docks import open_dock, open_segment
from .files.reading import PLUGIN
from .preferences.store import preferences

NO_SEAMS_EXPECTED = "These tiles need no mending."
NOT_RUNNING = "No prediction is running."
NO_MORE_PAIRS = "There is no further pair in this direction; audit labels first if there is none."
FORGOTTEN = "All settings are forgotten; widgets that are opened from now on have their defaults."
SAMPLE, SAMPLE_WITH_SEAMS = "u2os-nuclei", "cut-nuclei"


def try_sample(viewer: Viewer) -> None:
    """Open a sample image, and the Segment widget on it."""
    image, *_ = viewer.open_sample(PLUGIN, SAMPLE)
    open_segment(viewer).images.choose(image)


def try_seams(viewer: Viewer) -> None:
    """Open labels that were cut at seams, and the Inspect widget on them."""
    *_, labels = viewer.open_sample(PLUGIN, SAMPLE_WITH_SEAMS)
    _open_inspect(viewer).labels.labels_choice.choose(labels)


def predict(viewer: Viewer) -> None:
    """Predict the chosen image."""
    _click(open_segment(viewer).bar.button)


def cancel(viewer: Viewer) -> None:
    """Cancel the prediction that runs."""
    bar = open_segment(viewer).bar
    if not bar.running:
        raise InputError(NOT_RUNNING)
    bar.cancel_button.click()


def mend_tiles(viewer: Viewer) -> None:
    """Choose the nearest tiles without seams."""
    verdict = open_segment(viewer).tiling.verdict
    if not verdict.button.text() or verdict.isHidden():
        raise InputError(NO_SEAMS_EXPECTED)
    verdict.button.click()


def pick(viewer: Viewer) -> None:
    """Start or end the picking of objects."""
    segment = open_segment(viewer)
    segment.unfold(segment.picking)
    _click(segment.picking.pick_button)


def export(viewer: Viewer) -> None:
    """Ask for a folder, and write the results there."""
    segment = open_segment(viewer)
    segment.unfold(segment.export)
    _click(segment.export.export_button)


def audit(viewer: Viewer) -> None:
    """Audit the chosen labels."""
    _click(_open_inspect(viewer).bar.button)


def next_pair(viewer: Viewer) -> None:
    """Fly to the next suspicious pair of the audit."""
    _go(viewer, 1)


def previous_pair(viewer: Viewer) -> None:
    """Fly to the previous suspicious pair of the audit."""
    _go(viewer, -1)


def repair(viewer: Viewer) -> None:
    """Predict again without seams, in place of the audited labels."""
    inspect = _open_inspect(viewer)
    if inspect.inspection.subject is None:
        raise InputError("Audit the labels first; then they can be repaired.")
    _click(inspect.repair.again_button)


def forget_settings() -> None:
    """Forget what the widgets have kept."""
    kept = preferences()
    kept.forget()
    if kept.fault:
        raise InputError(kept.fault)
    show_info(FORGOTTEN)


def _open_inspect(viewer: Viewer) -> Any:
    return open_dock(viewer, "Inspect seams")


def _go(viewer: Viewer, by: int) -> None:
    review = _open_inspect(viewer).review
    if review.table.step(by) is None:
        raise InputError(NO_MORE_PAIRS)
    review.go(by)


def _click(button: QAbstractButton) -> None:
    """Click a button, or say why it rests."""
    if not button.isEnabled():
        raise InputError(button.toolTip())
    button.click()
