"""The table of the objects that differ."""

from collections.abc import Callable, Sequence
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ...evaluation.differences import KINDS, Difference
from .difference_layer import COLOURS

Column = tuple[str, str, Callable[[Difference], Any], Callable[[Difference], str]]


def ids_text(ids: Sequence[int]) -> str:
    """Say which objects: ``12``, ``12 + 15``, ``–`` for none."""
    return " + ".join(map(str, ids)) or "–"


COLUMNS: tuple[Column, ...] = (
    (
        "kind",
        "What became of objects of A in B",
        lambda d: (KINDS.index(d.kind), d.iou),
        lambda d: str(d.kind),
    ),
    ("A", "Objects in A", lambda d: d.ids_a, lambda d: ids_text(d.ids_a)),
    ("B", "Objects in B", lambda d: d.ids_b, lambda d: ids_text(d.ids_b)),
    ("A px", "Pixels of these in A", lambda d: d.area_a_px, lambda d: f"{d.area_a_px:,}"),
    ("B px", "Pixels of these in B", lambda d: d.area_b_px, lambda d: f"{d.area_b_px:,}"),
    (
        "IoU",
        "Overlap: largest intersection over union of one of A and one of B",
        lambda d: d.iou,
        lambda d: f"{d.iou:.2f}",
    ),
)
ROWS_SHOWN, ICON_PX = 7, 10
IDS = (1, 2)
"""Columns that take what width is left, and may be cut: their tooltips are not."""
NUMBERS_FROM = 3
"""The columns from here on hold numbers."""


class Differences(QAbstractTableModel):
    """Differences as rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Difference] = []
        self._sorting = (0, Qt.SortOrder.AscendingOrder)

    def set_rows(self, rows: Sequence[Difference]) -> None:
        """Show others, sorted as before."""
        self.beginResetModel()
        self.rows = list(rows)
        self._sort()
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Return the number of differences."""
        return len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Return the number of columns."""
        return len(COLUMNS)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, colour or alignment of a cell."""
        one, (_, _, _, text) = self.rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text(one)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{text(one)}: click to fly there"
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return QColor(COLOURS[one.kind])
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
                return COLUMNS[section][0]
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{COLUMNS[section][1]}; click to sort"
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
        self.rows.sort(key=COLUMNS[column][2], reverse=descending)


class DifferenceTable(QTableView):
    """A sortable table; the row that is chosen, by mouse or by keys, is told."""

    chosen = Signal(object)
    """The `Difference` of the current row."""

    def __init__(self) -> None:
        super().__init__()
        self.differences = Differences(self)
        self.setModel(self.differences)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        if rows is not None and columns is not None:
            rows.hide()
            rows.setDefaultSectionSize(self.fontMetrics().height() + 6)
            columns.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            for column in IDS:
                columns.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            self.setMinimumHeight((ROWS_SHOWN + 1) * rows.defaultSectionSize())

    def set_rows(self, rows: Sequence[Difference]) -> None:
        """Show other differences."""
        self.differences.set_rows(rows)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Tell which row is chosen."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.chosen.emit(self.differences.rows[current.row()])
