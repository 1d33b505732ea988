"""The section that shows what the network says, each method in its own way, over the image."""

from napari.layers import Layer
from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import QCheckBox, QGridLayout, QWidget

from ...embeddings.offsets import RING
from ..controls.parts import hint, line_icon, spokes_icon
from ..layers import EMBEDDING, FOREGROUND
from ..listening import Connections
from .method_lines import ELLIPSES, NOT_PREDICTED, OFFSETS, STYLES, MethodLines
from .result_layers import confidence_name
from .session import Session

SHOWN = {
    EMBEDDING: "Show the embedding as colours, its three principal components.",
    FOREGROUND: (
        "Show the probability of the foreground; of a spatial embedding the seed map,\n"
        "which says how near the centre of its object each pixel's embedding is."
    ),
    OFFSETS: (
        "Draw where pixels point: to the centre of their object, in the colour of the direction."
    ),
    ELLIPSES: (
        "Draw around the mean embedding of each object where its Gaussian falls to one half,\n"
        "at σ √(2 ln 2): what is embedded inside belongs to the object."
    ),
}
DELETED = "Its layer was deleted. Predict again."
NO_FOREGROUND = "This model does not tell foreground from background."
SIMILARITY = "Kernel similarity: click a pixel under Pick."


class ViewsSection(QWidget):
    """A box for each view of the current run; napari's list of layers is followed.

    Parameters
    ----------
    session
        Whose current run is shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._listening, self._listening_to_layers = Connections(), Connections()
        self.lines = MethodLines(session)
        self._create()
        self._lay_out()
        self._connect()
        self._update()

    def _create(self) -> None:
        self.boxes = {kind: QCheckBox(kind) for kind in SHOWN}
        self.boxes[OFFSETS].setIcon(spokes_icon(RING))
        self.boxes[ELLIPSES].setIcon(line_icon(STYLES[ELLIPSES].colour))
        self.similarity = hint(SIMILARITY)
        self.similarity.setToolTip(
            "How alike the embeddings of the clicked pixel and of all others are:\n"
            "exp(-distance / σ), the kernel of semi-convolutional embeddings"
        )

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for place, box in enumerate(self.boxes.values()):
            grid.addWidget(box, place // 2, place % 2)
        grid.addWidget(self.similarity, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        for kind, box in self.boxes.items():
            box.toggled.connect(lambda on, kind=kind: self._on_box(kind, on))
        self.lines.toggled.connect(self._update)
        self._session.predicted.connect(self._update)
        self._session.cleared.connect(self._update)
        removed = self._session.viewer.layers.events.removed
        self._listening.connect(self._update, removed)

    def close_down(self) -> None:
        """Stop listening; Qt may have deleted this widget already."""
        self._listening.cut()
        self._listening_to_layers.cut()
        self.lines.close()

    def _on_box(self, kind: str, on: bool) -> None:
        layer = self._result(kind)
        if layer is not None:
            layer.visible = on
        elif kind in STYLES:
            self.lines.set_visible(kind, on)

    def _update(self) -> None:
        """Offer what the current run has, and show what of it is visible."""
        self._listening_to_layers.cut()
        for kind, box in self.boxes.items():
            layer, reason = self._result(kind), self._obstacle(kind)
            if layer is not None:
                self._listening_to_layers.connect(self._update, layer.events.visible)
            shown = (
                self.lines.shows(kind) if kind in STYLES else layer is not None and layer.visible
            )
            with QSignalBlocker(box):
                box.setChecked(shown)
            box.setEnabled(not reason)
            box.setToolTip(f"{SHOWN[kind]}\n{reason or 'Default: off'}")
        run = self._session.run
        if run is not None:
            self.boxes[FOREGROUND].setText(confidence_name(run.embedded.model.config))

    def _result(self, kind: str) -> Layer | None:
        """Return the layer of a kind that is made with each prediction."""
        run = self._session.run
        return None if run is None else self._session.result(run.image_layer, kind)

    def _obstacle(self, kind: str) -> str:
        """Return why a view cannot be shown; an empty text if it can."""
        run = self._session.run
        if kind in STYLES:
            return self.lines.obstacle(kind)
        if run is None:
            return NOT_PREDICTED
        if kind == FOREGROUND and run.embedded.foreground is None:
            return NO_FOREGROUND
        return DELETED if self._result(kind) is None else ""
