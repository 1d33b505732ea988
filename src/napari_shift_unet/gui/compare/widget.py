"""The *Compare runs* widget: which objects differ, where, and what the runs say of themselves."""

from collections.abc import Generator

import numpy as np
from napari.layers import Labels, Layer
from napari.viewer import Viewer

from ...evaluation.differences import Kind
from ..controls.wording import count_text
from ..layers import facts_of, full_resolution
from ..objects.finding_table import FindingTable, area_column, columns_of
from ..objects.numbers import Numbers
from ..objects.pair_dock import Found, PairDock, Words
from ..objects.show_row import ShowRow
from ..runs import run_of
from .job import Compared, RunValues, compare_runs
from .keeping import layers_of_run
from .legend import COLOURS, Legend
from .runs_form import RunsForm

WORDS = Words(
    layer="differences",
    section="Differences",
    button="Compare",
    empty=(
        "Open two label images of one image, of any program. Or predict, keep the run with the "
        "button below, and predict again with other settings."
    ),
    ready="Compare the objects of A and B.",
    working="comparing …",
    outdated="The labels have changed; compare again.",
)
KEPT = "Kept as '{}'. Predict again with other settings, then compare."
LINKED = "What you set for a layer of one run, as opacity or contrast, is set for the other."
COLUMNS = columns_of(
    "A",
    "B",
    "What became of objects of A in B",
    [
        area_column("A px", "Pixels of these in A", lambda one: one.area_a_px),
        area_column("B px", "Pixels of these in B", lambda one: one.area_b_px),
    ],
)
MEANING = {
    "split at seams": "Pairs of objects that look like one that was cut where tiles met",
    "jump at seams": (
        "How far the embedding jumps between pixels across a seam, over how far elsewhere;\n"
        "1 x is no seam"
    ),
}
NOTHING = "Compare; then the numbers of both runs stand here."


class CompareWidget(PairDock):
    """Dock widget that compares the labels of two runs, files or tools, object by object.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    """

    pair: RunsForm

    def __init__(self, viewer: Viewer) -> None:
        runs = RunsForm(viewer)
        super().__init__(
            viewer,
            WORDS,
            pair=runs,
            show_row=ShowRow(viewer, linked=LINKED),
            legend=Legend(),
            table=FindingTable(COLUMNS, COLOURS),
            numbers=Numbers(MEANING, NOTHING, bold=True),
            colours=COLOURS,
        )
        runs.kept.connect(self._on_kept)
        self.begin()

    def events(self, a: Labels, b: Labels) -> Generator[None, None, Compared]:
        """Return the comparison."""
        return compare_runs((_values_of(a), _values_of(b)))

    def show_result(self, result: Compared) -> Found:
        """Show the numbers of both runs."""
        self.numbers.set_rows(result.rows)
        found = result.found
        changed = found.counts[Kind.OUTLINE]
        differ = count_text(len(found.differences) - changed, "difference")
        outlines = count_text(changed, "changed outline")
        said = f"{differ}, {outlines}, {found.same:,} the same"
        return Found(found.differences, found.counts, found.picture, said)

    def layers_to_flip(self, labels: Labels) -> list[Layer]:
        """Return the layers of a run."""
        return layers_of_run(self._viewer, labels)

    def _on_kept(self, kept: Labels) -> None:
        self.status.set_text(KEPT.format(kept.name))


def _values_of(labels: Labels) -> RunValues:
    """Take what a thread may use."""
    known = run_of(labels)
    embedded = None if known is None else known.embedded
    return RunValues(np.array(full_resolution(labels)), facts_of(labels), embedded)
