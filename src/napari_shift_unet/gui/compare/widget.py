"""The *Compare runs* widget: which objects differ, where, and what the runs say of themselves."""

import numpy as np
from napari.layers import Labels
from napari.viewer import Viewer
from qtpy.QtWidgets import QVBoxLayout, QWidget

from ...evaluation.differences import Difference, Kind
from ..canvas.flying import fly_to
from ..controls.dock import Dock
from ..controls.parts import Line
from ..controls.primary_button import PrimaryButton
from ..controls.wording import count_text
from ..jobs import Jobs
from ..layers import full_resolution
from ..listening import Connections
from ..reporting import report
from ..runs import run_of
from .difference_layer import DifferenceLayer
from .difference_table import DifferenceTable, ids_text
from .flipping import Flip, Shown
from .job import Compared, RunValues, compare_runs
from .keeping import facts_of, layers_of_run
from .legend import Legend
from .numbers import Numbers
from .runs_form import RunsForm
from .show_row import ShowRow

READY = "Compare the objects of A and B."
COMPARING = "comparing …"
OUTDATED = "The labels have changed; compare again."
KEPT = "Kept as '{}'. Predict again with other settings, then compare."


class CompareWidget(Dock):
    """Dock widget that compares the labels of two runs, files or tools, object by object.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self._viewer = viewer
        self.jobs = Jobs()
        self._flip = Flip()
        self._differences = DifferenceLayer(viewer)
        self._listening = Connections()
        self._found: Compared | None = None
        self._create()
        self._lay_out()
        self._connect()
        self._on_runs()

    def _create(self) -> None:
        self.runs = RunsForm(self._viewer)
        self.show_row = ShowRow(self._viewer)
        self.legend = Legend()
        self.table = DifferenceTable()
        self.numbers = Numbers()
        self.compare_button = PrimaryButton(self._viewer, "Compare")
        self.status = Line()

    def _lay_out(self) -> None:
        differences, foot = QWidget(), QWidget()
        for widget, parts in (
            (differences, (self.legend, self.table)),
            (foot, (self.compare_button, self.status)),
        ):
            column = QVBoxLayout(widget)
            column.setContentsMargins(0, 0, 0, 0)
            for part in parts:
                column.addWidget(part)
        self.add(self.runs)
        self.add(self.show_row)
        self.add_section("Differences", differences)
        self.add_section("Numbers", self.numbers)
        self.set_foot(foot)

    def _connect(self) -> None:
        self.runs.changed.connect(self._on_runs)
        self.runs.kept.connect(self._on_kept)
        self.compare_button.clicked.connect(self._on_compare)
        self.jobs.returned.connect(self._on_compared)
        self.jobs.errored.connect(self._on_error)
        self.show_row.asked.connect(self._on_show)
        self.legend.changed.connect(self._on_legend)
        self.table.chosen.connect(self._on_chosen)
        self.close_with(
            self.jobs.close,
            self._listening.cut,
            self._flip.release,
            self.show_row.close_down,
            self.runs.close_down,
            self.compare_button.close_down,
        )

    def _on_runs(self) -> None:
        """Begin with two other layers."""
        obstacle = self.runs.obstacle()
        self.jobs.cancel()
        self._forget()
        self._flip.release()
        self.compare_button.setEnabled(not obstacle)
        self.compare_button.setToolTip(obstacle or READY)
        self.show_row.set_obstacle(obstacle)
        self.show_row.tell(None)
        self.status.set_text(obstacle or READY)

    def _on_kept(self, kept: Labels) -> None:
        self.status.set_text(KEPT.format(kept.name))

    def _on_compare(self) -> None:
        a, b = self.runs.a, self.runs.b
        if a is None or b is None or self.runs.obstacle():
            return
        self.status.set_text(COMPARING)
        self._listening.cut()
        for layer in (a, b):
            self._listening.connect(self._on_outdated, layer.events.data, layer.events.paint)
        self.jobs.start(compare_runs((_values_of(a), _values_of(b))))

    def _on_compared(self, compared: Compared) -> None:
        a, b = self.runs.a, self.runs.b
        if a is None or b is None:
            return
        self._found = compared
        found = compared.found
        self.legend.count(found)
        self.numbers.set_rows(compared.rows)
        self.table.set_rows(self.legend.listed(found))
        if self._flip.shown is None:
            self._on_show(Shown.BOTH)
        self._differences.show(found, (a, b), self.legend.kinds)
        changed = found.counts[Kind.OUTLINE]
        differ = count_text(len(found.differences) - changed, "difference")
        outlines = count_text(changed, "changed outline")
        self.status.set_text(f"{differ}, {outlines}, {found.same:,} the same")

    def _on_error(self, error: Exception) -> None:
        self.status.set_text(report(error))

    def _on_outdated(self) -> None:
        self._forget()
        self.status.set_text(OUTDATED)

    def _forget(self) -> None:
        """Show no differences, which hold no longer."""
        self._listening.cut()
        self._found = None
        self._differences.hide()
        self.legend.count(None)
        self.table.set_rows([])
        self.numbers.set_rows([])

    def _on_show(self, what: Shown) -> None:
        a, b = self.runs.a, self.runs.b
        if a is None or b is None or self.runs.obstacle():
            return
        if self._flip.shown is None:
            self._flip.set_runs(layers_of_run(self._viewer, a), layers_of_run(self._viewer, b))
        self._flip.show(what)
        self.show_row.tell(what)

    def _on_legend(self) -> None:
        if self._found is not None:
            self._differences.colour(self.legend.kinds)
            self.table.set_rows(self.legend.listed(self._found.found))

    def _on_chosen(self, one: Difference) -> None:
        a = self.runs.a
        if a is not None:
            fly_to(self._viewer, a, one.low, one.high)
            self.status.set_text(
                f"{one.kind}: {ids_text(one.ids_a)} in A, {ids_text(one.ids_b)} in B; "
                f"{one.area_a_px:,} px and {one.area_b_px:,} px"
            )


def _values_of(labels: Labels) -> RunValues:
    """Take what a thread may use."""
    known = run_of(labels)
    embedded = None if known is None else known.embedded
    return RunValues(np.array(full_resolution(labels)), facts_of(labels), embedded)
