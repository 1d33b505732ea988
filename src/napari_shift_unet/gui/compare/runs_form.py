"""The section in which the labels of two runs are chosen, and a run is kept for later."""

from napari.viewer import Viewer
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QPushButton

from ..objects.labels_pair import LabelsPair, PairWords
from .keeping import keep_run, why_not_kept

KEEP = (
    "Copy the layers of this run (labels, embedding) under names with the crop, so that the next\n"
    "prediction does not overwrite them. Then predict again with other settings, and compare."
)
WORDS = PairWords(
    names=("A", "B"),
    tooltips=(
        "Labels of one run, file or tool. Default: those of the last run",
        "Labels to compare with these. Default: the next ones",
    ),
    missing="Predict an image or open labels first.",
    only_one=("There is one result only: keep it, predict again with other settings, and compare."),
    same="A and B are the same layer; choose two results.",
    shapes="A is {} px and B {} px; choose two results of one image.",
)


class RunsForm(LabelsPair):
    """Chooses A and B, and keeps A for later.

    Parameters
    ----------
    viewer
        The viewer.
    """

    kept = Signal(object)
    """The copy of the labels of A."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer, WORDS)
        self._viewer = viewer
        self.keep_button = QPushButton("Keep")
        self.grid.addWidget(self.keep_button, 0, 2)
        self.keep_button.clicked.connect(self._on_keep)
        self.changed.connect(self._on_changed)
        self._on_changed()

    def _on_changed(self) -> None:
        reason = WORDS.missing if self.a is None else why_not_kept(self.a)
        self.keep_button.setEnabled(not reason)
        self.keep_button.setToolTip(reason or KEEP)

    def _on_keep(self) -> None:
        original = self.a
        if original is None or why_not_kept(original):
            return
        kept = keep_run(self._viewer, original)
        self.a_choice.choose(kept)
        self.b_choice.choose(original)
        self.kept.emit(kept)
