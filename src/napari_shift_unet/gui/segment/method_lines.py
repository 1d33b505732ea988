"""The lines that a method has of its own: where pixels point, and how far objects reach."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QTimer, Signal

from ...errors import InputError
from ..canvas.line_layers import LineLayers, Style
from ..canvas.target import plane_of
from ..jobs import Jobs
from ..layers import METADATA_KEY
from ..listening import Connections
from .session import Run, Session
from .shown import Index, Shown
from .spot import labels_of
from .work import measure_margins

if TYPE_CHECKING:
    from ...embeddings.ellipses import Ellipses
    from ..canvas.lines import Plane

OFFSETS, ELLIPSES = "offset vectors", "sigma ellipses"
IN_FRONT = "translucent_no_depth"
"""Lines that lie inside of the objects of a volume are seen through them."""
STYLES = {
    OFFSETS: Style("#f0e442", width=1.6, opacity=0.95, blending=IN_FRONT),
    ELLIPSES: Style("#19e3b1", width=1.8, opacity=0.95, blending=IN_FRONT),
}
QUIET_MS = 60
"""The camera is followed when it has stood still for so long."""

NOT_PREDICTED = "Predict first."
NO_OFFSETS = "Discriminative embeddings have no offsets."
NO_SIGMA = "Only spatial embeddings give each object a sigma of its own."


class MethodLines(QObject):
    """Decides what is drawn and when; only what the screen can show, so never many lines.

    Parameters
    ----------
    session
        Whose current run is drawn.
    """

    toggled = Signal(str, bool)
    """The user has shown, hidden or deleted a kind of lines in napari's layer list."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._viewer = session, session.viewer
        self._wanted = dict.fromkeys(STYLES, False)
        self._drawn: Plane | None = None
        self._ellipses: Ellipses | None = None
        self._planes: list[Index] | None = None
        self._layers = LineLayers(self._viewer, STYLES)
        self.jobs = Jobs()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._listening = Connections()
        self._connect()

    def _connect(self) -> None:
        self._layers.toggled.connect(self._on_toggled)
        self._layers.moved.connect(self.redraw)
        self.jobs.returned.connect(self._on_measured)
        self._timer.timeout.connect(self._follow)
        camera, dims = self._viewer.scene.camera.events, self._viewer.dims.events
        moves = (camera.zoom, camera.center, self._viewer.canvas.events.size)
        self._listening.connect(self._on_camera, *moves)
        self._listening.connect(self.redraw, dims.current_step, dims.order, dims.ndisplay)
        self._session.predicted.connect(self.measure_again)
        self._session.labelled.connect(self._on_labelled)
        self._session.cleared.connect(self.measure_again)

    @property
    def layers(self) -> LineLayers:
        """The layers that hold the lines; one that was never shown does not exist."""
        return self._layers

    def shows(self, kind: str) -> bool:
        """Whether lines of a kind are wanted and there."""
        return self._wanted[kind] and not self.obstacle(kind)

    def set_visible(self, kind: str, visible: bool) -> None:
        """Show or hide one kind of lines."""
        if self._wanted[kind] != visible:
            self._wanted[kind] = visible
            self.redraw()

    def obstacle(self, kind: str) -> str:
        """Return why the current run has no lines of a kind; an empty text if it has."""
        run = self._session.run
        if run is None:
            return NOT_PREDICTED
        method = run.embedded.model.config.method
        if kind == OFFSETS:
            return NO_OFFSETS if method == "discriminative" else ""
        return "" if method == "spatial-embedding" else NO_SIGMA

    def measure_again(self) -> None:
        """Follow another run, or labels that have changed."""
        self._ellipses = self._planes = None
        self.jobs.cancel()
        self.redraw()

    def close(self) -> None:
        """Stop listening to the viewer, and wait until the thread has ended."""
        self._timer.stop()
        self._listening.cut()
        self._layers.close()
        self.jobs.close()

    def redraw(self) -> None:
        """Draw what is on the screen now."""
        self._timer.stop()
        self._layers.clear(kind for kind in STYLES if self.obstacle(kind))
        self._layers.hide(kind for kind, wanted in self._wanted.items() if not wanted)
        run = self._session.run
        if run is None or run.image_layer not in self._viewer.layers:
            return
        self._layers.place(run.image_layer)
        shown = Shown.of(self._viewer, run)
        self._drawn = shown.plane
        if self.shows(OFFSETS):
            self._draw_offsets(shown)
        if self.shows(ELLIPSES):
            self._draw_ellipses(shown)

    def _draw_offsets(self, shown: Shown) -> None:
        from ...embeddings.offsets import direction_colours

        found, segments = shown.offsets()
        colours = direction_colours(found.vectors)
        self._layers.draw(OFFSETS, shown.run.image_layer, segments, colours)
        self._tell(OFFSETS, shown.run, {"spacing_px": found.spacing})

    def _draw_ellipses(self, shown: Shown) -> None:
        """Draw them if they are known; else they are measured first."""
        if self._planes != shown.planes:
            self._ellipses, self._planes = None, shown.planes
            self._measure(shown.run, shown.planes)
        if self._ellipses is not None:
            self._layers.draw(ELLIPSES, shown.run.image_layer, shown.outlines(self._ellipses))
            self._tell(ELLIPSES, shown.run, {})

    def _measure(self, run: Run, planes: list[Index]) -> None:
        try:
            labels = labels_of(run)
        except InputError:  # there are none yet, or none any more
            self._layers.clear([ELLIPSES])
            return
        parts = {index: labels[index].copy() for index in planes}
        self.jobs.start(measure_margins(run.embedded, parts))

    def _on_measured(self, ellipses: "Ellipses") -> None:
        self._ellipses, run = ellipses, self._session.run
        if run is not None and self.shows(ELLIPSES):
            self._draw_ellipses(Shown.of(self._viewer, run))

    def _on_labelled(self) -> None:
        run = self._session.run
        if run is not None and run.labels_layer is not None:
            self._layers.raise_above(run.labels_layer)
        self.measure_again()

    def _tell(self, kind: str, run: Run, facts: dict[str, object]) -> None:
        card = run.embedded.model.config
        model = {"name": card.name, "method": card.method}
        self._layers.by_kind[kind].metadata[METADATA_KEY] = {"model": model, **facts}

    def _on_camera(self) -> None:
        self._timer.start()

    def _follow(self) -> None:
        """Draw again if the camera has left what was drawn."""
        run = self._session.run
        if run is None or self._drawn is None or not any(map(self.shows, STYLES)):
            return
        if not self._drawn.still_covers(plane_of(self._viewer, run.image_layer)):
            self.redraw()

    def _on_toggled(self, kind: str, visible: bool) -> None:
        self._wanted[kind] = visible
        self.toggled.emit(kind, visible)
        if visible:
            self.redraw()
