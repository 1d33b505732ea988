"""The *Evaluate* widget: labels against the truth, object by object and in scores."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import pandas as pd
from napari.layers import Labels
from napari.viewer import Viewer

from ...evaluation.outcomes import OUTCOMES, Outcome, Outcomes
from ..controls.wording import count_text
from ..features import with_columns
from ..layers import facts_of, full_resolution
from ..objects.finding_table import FindingTable, area_column, columns_of
from ..objects.kind_boxes import KindBoxes
from ..objects.numbers import Numbers
from ..objects.pair_dock import Found, PairDock
from ..objects.show_row import ShowRow
from ..reporting import report
from .ap_chart import AT_SEAMS, EVERYWHERE, ApChart
from .export_row import ExportRow
from .job import Evaluated, evaluate_labels
from .truth_pair import TruthPair
from .wording import COLOURS, MEANING, NOTHING, NUMBER_MEANING, WORDS, A, B, score_rows

LISTED = columns_of(
    A,
    B,
    "What became of the objects",
    [
        area_column(
            "px",
            "Pixels of these in the labels; in the truth if they were missed",
            lambda one: one.area_a_px or one.area_b_px,
        )
    ],
)
COLUMNS = ("kind", "iou")
"""What the table of the labels layer gets."""
UNKNOWN = "unknown"
"""Kind of an object that lies mostly where nobody annotated."""


class EvaluateWidget(PairDock):
    """Dock widget that compares labels with their truth, object by object.

    Parameters
    ----------
    viewer
        The viewer that the widget is docked in.
    """

    def __init__(self, viewer: Viewer) -> None:
        chart, export = ApChart(), ExportRow()
        super().__init__(
            viewer,
            WORDS,
            pair=TruthPair(viewer),
            show_row=ShowRow(viewer, A, B),
            legend=KindBoxes(COLOURS, MEANING),
            table=FindingTable(LISTED, COLOURS),
            numbers=Numbers(NUMBER_MEANING, NOTHING),
            colours=COLOURS,
            faint={Outcome.TRUE},
            above_numbers=[chart],
        )
        self.chart, self.export = chart, export
        self._described: Labels | None = None
        self.add(export)
        export.written.connect(self._on_written)
        export.errored.connect(self._on_export_error)
        self.begin()

    def events(self, a: Labels, b: Labels) -> Generator[None, None, Evaluated]:
        """Return the evaluation."""
        labels, truth = (np.array(full_resolution(layer)) for layer in (a, b))
        return evaluate_labels(a.name, labels, truth, facts_of(a))

    def show_result(self, result: Evaluated) -> Found:
        """Show the scores, and put kinds and overlaps into the table of the labels layer."""
        everywhere, at_seams, outcomes = result.score.everywhere, result.at_seams, result.outcomes
        curves = {EVERYWHERE: everywhere.ap}
        titles = [EVERYWHERE, ""]
        if at_seams is not None:
            curves[AT_SEAMS], titles[1] = at_seams.ap, AT_SEAMS
        self.chart.set_curves(curves)
        self.numbers.set_rows(score_rows(everywhere, at_seams), titles)
        self.export.set_evaluated(result)
        if self.pair.a is not None:
            self._describe(self.pair.a, outcomes)
        wrong = len(outcomes.findings) - outcomes.counts[Outcome.TRUE]
        said = (
            f"AP {everywhere.ap['0.5']:.3f} at IoU 0.5, {count_text(wrong, 'mistake')}, "
            f"{outcomes.counts[Outcome.TRUE]:,} true"
        )
        return Found(outcomes.findings, outcomes.counts, outcomes.picture, said)

    def forget(self) -> None:
        """Show nothing of what was found: it holds no longer."""
        super().forget()
        self.chart.set_curves({})
        self.export.set_evaluated(None)

    def outdate(self) -> None:
        """Forget what was found, in the layer's table too."""
        super().outdate()
        if self._described is not None:
            self._described.features = with_columns(self._described.features, COLUMNS, None)
            self._described = None

    def _describe(self, labels: Labels, outcomes: Outcomes) -> None:
        """Say in the table of a layer what became of its objects."""
        names = np.array([UNKNOWN, *OUTCOMES])
        columns = (names[outcomes.kinds], outcomes.iou.round(4))
        table = pd.DataFrame(
            {"index": outcomes.ids} | dict(zip(COLUMNS, columns, strict=True)), copy=False
        )
        labels.features = with_columns(labels.features, COLUMNS, table)
        self._described = labels

    def _on_written(self, path: Path) -> None:
        self.status.set_text(f"{path} written")

    def _on_export_error(self, error: Exception) -> None:
        self.status.set_text(report(error))
