"""What is drawn over the labels: the seams, their suspicious pairs, and the one looked at."""

import numpy as np
from napari.utils.colormaps import ensure_colormap
from napari.viewer import Viewer
from qtpy.QtCore import QObject, QTimer, Signal
from scipy.ndimage import find_objects

from ...seams.reviewing import Verdict
from ..canvas.line_layers import LineLayers, Style
from ..canvas.outlines import box_edges, outline
from ..canvas.view import shown_axes, slice_point
from ..listening import Connections
from .heat import Contacts, Shown, contact_lines, seam_lines
from .inspection import Inspection, Subject

SEAMS, PAIRS, PAIR = "seams", "suspicious pairs", "pair"
COLOURMAP = "plasma"
"""From dark blue to yellow, for every kind of colour vision."""
DARKEST = 0.3
"""Where on the colour map 0 lies: what is darker cannot be seen on a black image."""
KEPT_COLOUR = (0.75, 0.75, 0.75, 1.0)
BEFORE_COLOUR, AFTER_COLOUR = "#e69f00", "#56b4e9"
"""Orange and sky blue can be told apart with every kind of colour vision."""
STYLES = {
    SEAMS: Style("#7201a8", width=1.5, opacity=0.9),
    PAIRS: Style("#f0f921", width=4.0, opacity=0.95),
    PAIR: Style(BEFORE_COLOUR, width=2.5, opacity=1.0),
}
FOLLOW_MS = 15


def heat_colours(scores: np.ndarray) -> np.ndarray:
    """Return the colours of scores from 0 to 1, `(n, 4)`."""
    seen = DARKEST + (1 - DARKEST) * np.asarray(scores, float)
    colours: np.ndarray = ensure_colormap(COLOURMAP).map(seen)
    return colours


class Marks(QObject):
    """Draws what the current slice, or the volume, shows; follows the camera and the verdicts."""

    toggled = Signal(str, bool)
    """The user has shown, hidden or deleted a kind of lines in napari's layer list."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._viewer: Viewer = inspection.viewer
        self._wanted = dict.fromkeys(STYLES, True)
        none = np.empty(0)
        self._contacts = Contacts(none, none[:, None], none, none)
        self.layers = LineLayers(self._viewer, STYLES)
        self.layers.toggled.connect(self._on_toggled)
        self.layers.moved.connect(self.redraw)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FOLLOW_MS)
        self._timer.timeout.connect(self.redraw)
        self._listening = Connections()
        camera, dims = self._viewer.scene.camera.events, self._viewer.dims.events
        self._listening.connect(self._on_moved, camera.zoom, dims.current_step)
        self._listening.connect(self._on_moved, dims.order, dims.ndisplay)
        inspection.audited.connect(self._on_audited)
        inspection.cleared.connect(self._on_cleared)
        inspection.touched.connect(self.redraw)
        inspection.pointed.connect(self.redraw)

    def set_visible(self, kind: str, visible: bool) -> None:
        """Show or hide one kind of lines."""
        self._wanted[kind] = visible
        self.redraw()

    def remove(self) -> None:
        """Take the lines out of the viewer."""
        self.layers.remove()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self._timer.stop()
        self._listening.cut()
        self.layers.close()

    def redraw(self) -> None:
        """Draw what is on the screen now."""
        self._timer.stop()
        subject = self._inspection.subject
        if subject is None or subject.layer not in self._viewer.layers:
            return
        shown = _shown(self._viewer, subject)
        if shown is None:
            self.layers.hide(STYLES)
            return
        for kind, draw in ((SEAMS, self._seams), (PAIRS, self._pairs), (PAIR, self._pair)):
            if self._wanted[kind]:
                segments, colours = draw(subject, shown)
                data = subject.axes.to_layer(segments)
                self.layers.draw(kind, subject.layer, data.astype(np.float32), colours)
        self.layers.hide(kind for kind, wanted in self._wanted.items() if not wanted)

    def _seams(self, subject: Subject, shown: Shown) -> tuple[np.ndarray, np.ndarray]:
        segments, scores = seam_lines(subject.audit, shown)
        return segments, heat_colours(scores)

    def _pairs(self, subject: Subject, shown: Shown) -> tuple[np.ndarray, np.ndarray]:
        inspection = self._inspection
        kept = inspection.has_verdict(Verdict.KEPT)
        segments, owners = contact_lines(
            self._contacts,
            inspection.has_verdict(Verdict.OPEN) | kept,
            subject.audit.stack.space,
            shown,
        )
        colours = heat_colours(self._contacts.score[owners])
        colours[kept[owners]] = KEPT_COLOUR
        return segments, colours

    def _pair(self, subject: Subject, shown: Shown) -> tuple[np.ndarray, np.ndarray]:
        current, ndim = self._inspection.current, len(subject.axes.letters)
        segments, colours = [np.empty((0, 2, ndim))], []
        if current is not None:
            ids = self._inspection.ids[current].tolist()
            for label, colour in zip(ids, (BEFORE_COLOUR, AFTER_COLOUR), strict=True):
                lines = _around(subject, label, shown) if label else segments[0]
                segments.append(lines)
                colours += [colour] * len(lines)
        return np.concatenate(segments), np.array(colours)

    def _on_moved(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _on_audited(self) -> None:
        subject = self._inspection.subject
        if subject is not None:
            self._contacts = Contacts.of(subject.audit)
            self._wanted = dict.fromkeys(STYLES, True)
            self.layers.place(subject.layer)
            self.redraw()
            for kind in STYLES:
                self.toggled.emit(kind, True)

    def _on_cleared(self) -> None:
        self.layers.clear(STYLES)

    def _on_toggled(self, kind: str, visible: bool) -> None:
        self._wanted[kind] = visible
        self.toggled.emit(kind, visible)
        if visible:
            self.redraw()


def _shown(viewer: Viewer, subject: Subject) -> Shown | None:
    """Return what is on the screen in axes of the labels; `None` if the channel axis is shown."""
    channel = subject.axes.channel
    axes = shown_axes(viewer, subject.layer)
    if channel in axes:
        return None
    if channel is not None:
        axes = tuple(axis - (axis > channel) for axis in axes)
    return Shown(axes, subject.axes.from_layer(slice_point(viewer, subject.layer)))


def _around(subject: Subject, label: int, shown: Shown) -> np.ndarray:
    """Return lines around an object on the screen."""
    labels, axes = subject.stack.labels, list(shown.axes)
    index: list[int | slice] = [
        slice(None) if axis in axes else int(at) for axis, at in enumerate(shown.point)
    ]
    mask = labels[tuple(index)] == label
    boxes = find_objects(mask.astype(np.uint8))
    if not boxes:
        return np.empty((0, 2, len(shown.point)))
    in_order = sorted(axes)
    low = np.array([side.start for side in boxes[0]])
    high = np.array([side.stop for side in boxes[0]])
    inside = (
        box_edges(low, high)
        if len(axes) == 3
        else outline(mask[boxes[0]], (float(low[0]), float(low[1])))
    )
    segments = np.zeros((len(inside), 2, len(shown.point)))
    segments[:, 0] = shown.point
    segments[:, :, in_order] = inside
    return segments
