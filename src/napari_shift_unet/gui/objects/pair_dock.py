"""What docks have in common that compare two labels layers object by object."""

from abc import abstractmethod
from collections.abc import Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Labels, Layer
from napari.viewer import Viewer
from qtpy.QtWidgets import QVBoxLayout, QWidget

from ...evaluation.findings import Finding, FindingKind
from ..canvas.flying import fly_to
from ..controls.dock import Dock
from ..controls.empty import Empty
from ..controls.parts import ERROR, Line, Notice
from ..controls.primary_button import PrimaryButton
from ..jobs import Jobs
from ..listening import Connections
from ..reporting import report
from .finding_table import FindingTable, ids_text
from .flipping import Flip, Shown
from .kind_boxes import KindBoxes
from .kind_layer import KindLayer
from .labels_pair import LabelsPair
from .numbers import Numbers
from .sample import OPEN, TOOLTIP, open_pair
from .show_row import ShowRow

PAIR = 2


@dataclass(frozen=True)
class Words:
    """What a dock says."""

    layer: str
    """Name of the layer that it adds."""
    section: str
    """Title of what was found."""
    button: str
    empty: str
    """What to open."""
    ready: str
    working: str
    outdated: str
    a: str = "A"
    b: str = "B"


@dataclass(frozen=True)
class Found:
    """What is to be shown of two labels layers."""

    findings: Sequence[Finding]
    counts: Mapping[FindingKind, int]
    picture: np.ndarray
    """Of the labels' shape: 0, or the number of the kind."""
    said: str
    """In one line."""


class PairDock(Dock):
    """Compares two labels layers in a thread, and shows what was found where.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    words
        What it says.
    pair, show_row, legend, table, numbers
        Its parts.
    colours
        Of every kind.
    faint
        Kinds that are no more than a background to the others.
    above_numbers
        What else stands where the numbers are.
    """

    def __init__(
        self,
        viewer: Viewer,
        words: Words,
        *,
        pair: LabelsPair,
        show_row: ShowRow,
        legend: KindBoxes,
        table: FindingTable,
        numbers: Numbers,
        colours: Mapping[FindingKind, str],
        faint: AbstractSet[FindingKind] = frozenset(),
        above_numbers: Sequence[QWidget] = (),
    ) -> None:
        super().__init__()
        self._viewer, self._words = viewer, words
        self.pair, self.show_row, self.legend = pair, show_row, legend
        self.table, self.numbers = table, numbers
        self.jobs = Jobs()
        self.button = PrimaryButton(viewer, words.button)
        self.status = Line()
        self._flip = Flip()
        self._coloured = KindLayer(viewer, words.layer, colours, faint)
        self._listening = Connections()
        self._found: Found | None = None
        self.empty, self.notice = Empty(words.empty, OPEN, TOOLTIP), Notice()
        self._lay_out(above_numbers)
        self._connect()

    @abstractmethod
    def events(self, a: Labels, b: Labels) -> Generator[None, None, Any]:
        """Return what is to run in a thread."""

    @abstractmethod
    def show_result(self, result: Any) -> Found:
        """Show what came back from the thread, as far as only this dock knows it."""

    def layers_to_flip(self, labels: Labels) -> list[Layer]:
        """Return the layers that are shown and hidden with some labels."""
        return [labels]

    def forget(self) -> None:
        """Show nothing of what was found: it holds no longer."""
        self._listening.cut()
        self._found = None
        self._coloured.hide()
        self.legend.count(None)
        self.table.set_rows([])
        self.table.hide()
        self.numbers.set_rows([])

    def outdate(self) -> None:
        """Forget what was found of labels that have changed since."""
        self.jobs.cancel()
        self.forget()
        self.status.set_text(self._words.outdated)

    def begin(self) -> None:
        """Begin with the two layers that are chosen now."""
        obstacle = self.pair.obstacle()
        self.jobs.cancel()
        self.forget()
        self._flip.release()
        self._on_listed()
        if obstacle and self.empty.isHidden():
            self.notice.say(obstacle, ERROR)
        else:
            self.notice.clear()
        self.button.setEnabled(not obstacle)
        self.button.setToolTip(obstacle or self._words.ready)
        self.show_row.set_obstacle(obstacle)
        self.show_row.tell(None)
        self.status.set_text(obstacle or self._words.ready)

    def _lay_out(self, above_numbers: Sequence[QWidget]) -> None:
        self.add(self.empty)
        self.add(self.pair)
        self.add(self.notice)
        self.add(self.show_row)
        self.add_section(self._words.section, _column(self.legend, self.table))
        self.add_section("Numbers", _column(*above_numbers, self.numbers))
        self.set_foot(_column(self.button, self.status))

    def _connect(self) -> None:
        self.pair.changed.connect(self.begin)
        self.pair.b_choice.listed.connect(self._on_listed)
        self.empty.sampled.connect(lambda: open_pair(self._viewer))
        self.button.clicked.connect(self._on_clicked)
        self.jobs.returned.connect(self._on_returned)
        self.jobs.errored.connect(self._on_error)
        self.show_row.asked.connect(self._on_show)
        self.legend.changed.connect(self._on_legend)
        self.table.chosen.connect(self._on_chosen)
        self.close_with(
            self.jobs.close,
            self._listening.cut,
            self._flip.release,
            self.show_row.close_down,
            self.pair.close_down,
            self.button.close_down,
        )

    def _on_listed(self) -> None:
        self.empty.setVisible(len(self.pair.b_choice.layers) < PAIR)

    def _on_clicked(self) -> None:
        a, b = self.pair.a, self.pair.b
        if a is None or b is None or self.pair.obstacle():
            return
        self.status.set_text(self._words.working)
        self._listening.cut()
        for layer in (a, b):
            self._listening.connect(self.outdate, layer.events.data, layer.events.paint)
        self.jobs.start(self.events(a, b))

    def _on_returned(self, result: Any) -> None:
        a, b = self.pair.a, self.pair.b
        if a is None or b is None:
            return
        self._found = found = self.show_result(result)
        self.legend.count(found.counts)
        self.table.set_rows(self.legend.listed(found.findings))
        self.table.show()
        if self._flip.shown is None:
            self._on_show(Shown.BOTH)
        self._coloured.show(found.picture, (a, b), self.legend.kinds)
        self.status.set_text(found.said)

    def _on_error(self, error: Exception) -> None:
        self.status.set_text(report(error))

    def _on_show(self, what: Shown) -> None:
        a, b = self.pair.a, self.pair.b
        if a is None or b is None or self.pair.obstacle():
            return
        if self._flip.shown is None:
            self._flip.set_layers(self.layers_to_flip(a), self.layers_to_flip(b))
        self._flip.show(what)
        self.show_row.tell(what)

    def _on_legend(self) -> None:
        if self._found is not None:
            self._coloured.colour(self.legend.kinds)
            self.table.set_rows(self.legend.listed(self._found.findings))

    def _on_chosen(self, one: Finding) -> None:
        a = self.pair.a
        if a is not None:
            fly_to(self._viewer, a, one.low, one.high)
            words = self._words
            self.status.set_text(
                f"{one.kind}: {words.a} {ids_text(one.ids_a)}, {words.b} {ids_text(one.ids_b)}; "
                f"{one.area_a_px:,} and {one.area_b_px:,} px"
            )


def _column(*parts: QWidget) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        column.addWidget(part)
    return widget
