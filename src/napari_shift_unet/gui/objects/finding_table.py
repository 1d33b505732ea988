"""The table of what was found."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ...evaluation.findings import Finding, FindingKind

Column = tuple[str, str, Callable[[Finding], Any], Callable[[Finding], str]]
"""Name, meaning, what it is sorted by, and text."""


def ids_text(ids: Sequence[int]) -> str:
    """Say which objects: ``12``, ``12 + 15``, ``–`` for none."""
    return " + ".join(map(str, ids)) or "–"


def columns_of(a: str, b: str, kind: str, areas: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns.

    Parameters
    ----------
    a, b
        What the two layers are called.
    kind
        What the column of kinds means.
    areas
        Columns of pixels, by `area_column`.
    """
    return (
        ("kind", kind, lambda one: (one.kind.number, one.iou), lambda one: str(one.kind)),
        (a, f"Objects in {a}", lambda one: one.ids_a, lambda one: ids_text(one.ids_a)),
        (b, f"Objects in {b}", lambda one: one.ids_b, lambda one: ids_text(one.ids_b)),
        *areas,
        (
            "IoU",
            f"Overlap: largest intersection over union of one of {a} and one of {b}",
            lambda one: one.iou,
            lambda one: f"{one.iou:.2f}",
        ),
    )


def area_column(name: str, meaning: str, area: Callable[[Finding], int]) -> Column:
    """Return a column of pixels."""
    return name, meaning, area, lambda one: f"{area(one):,}"


ROWS_SHOWN, ICON_PX = 7, 10
IDS = (1, 2)
"""Columns that take what width is left, and may be cut: their tooltips are not."""
NUMBERS_FROM = 3
"""The columns from here on hold numbers."""


class Findings(QAbstractTableModel):
    """Findings as rows."""

    def __init__(
        self,
        columns: Sequence[Column],
        colours: Mapping[FindingKind, str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns, self._colours = columns, colours
        self.rows: list[Finding] = []
        self._sorting = (0, Qt.SortOrder.AscendingOrder)

    def set_rows(self, rows: Sequence[Finding]) -> None:
        """Show others, sorted as before."""
        self.beginResetModel()
        self.rows = list(rows)
        self._sort()
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Return the number of findings."""
        return len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Return the number of columns."""
        return len(self._columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, colour or alignment of a cell."""
        one, (_, _, _, text) = self.rows[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text(one)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{text(one)}: click to fly there"
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return QColor(self._colours[one.kind])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() >= NUMBERS_FROM:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return name or meaning of a column."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._columns[section][0]
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{self._columns[section][1]}; click to sort"
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._sorting = (column, order)
        self.beginResetModel()
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        column, order = self._sorting
        descending = order == Qt.SortOrder.DescendingOrder
        self.rows.sort(key=self._columns[column][2], reverse=descending)


class FindingTable(QTableView):
    """A sortable table; the row that is chosen, by mouse or by keys, is told.

    Parameters
    ----------
    columns
        See `columns_of`.
    colours
        Of every kind.
    """

    chosen = Signal(object)
    """The `Finding` of the current row."""

    def __init__(self, columns: Sequence[Column], colours: Mapping[FindingKind, str]) -> None:
        super().__init__()
        self.findings = Findings(columns, colours, self)
        self.setModel(self.findings)
        self.setAccessibleName("Objects")
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        rows, header = self.verticalHeader(), self.horizontalHeader()
        if rows is not None and header is not None:
            rows.hide()
            rows.setDefaultSectionSize(self.fontMetrics().height() + 6)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            for column in IDS:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            self.setMinimumHeight((ROWS_SHOWN + 1) * rows.defaultSectionSize())

    def set_rows(self, rows: Sequence[Finding]) -> None:
        """Show other findings."""
        self.findings.set_rows(rows)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Tell which row is chosen."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.chosen.emit(self.findings.rows[current.row()])
