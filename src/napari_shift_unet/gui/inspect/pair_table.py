"""The table of suspicious pairs, sorted by whatever column the user clicks."""

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPixmap
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ...seams.reviewing import Verdict
from .inspection import Inspection
from .marks import heat_colours

if TYPE_CHECKING:
    from ...seams import Pair

COLUMNS = ("Score", "Pair", "Where [px]", "Contact", "Verdict")
HELP = (
    "Estimated probability that the two are one object that a seam cut, from 0 to 1",
    "Labels of the two objects at the time of the audit, before and after the seam",
    "The seam, and the middle of the contact along the other axes, in px",
    "Number of pixels of the two objects that face each other across the seam",
    "open, or what you decided; follows undo and edits by hand",
)
SCORE, PAIR, WHERE, CONTACT, VERDICT = range(5)
SORT_ROLE = Qt.ItemDataRole.UserRole
ROWS, ROW_PX, ICON_PX = (2, 7), 20, 10
"""The table is high enough for so many rows, least and most."""
WIDTHS_PX = {SCORE: 58, PAIR: 62, CONTACT: 54, VERDICT: 52}
ORDER = list(Verdict)


class PairModel(QAbstractTableModel):
    """Shows the pairs of an inspection, in the order of the audit."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._icons: list[QIcon] = []
        inspection.audited.connect(self._on_reset)
        inspection.cleared.connect(self._on_reset)
        inspection.decided.connect(self._on_decided)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Return the number of pairs."""
        return len(self._inspection.pairs)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Return the number of columns."""
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return what stands above a column, and its explanation."""
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return HELP[section] if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, or what it is sorted by."""
        row, column = index.row(), index.column()
        pair, verdict = self._inspection.pairs[row], self._inspection.verdicts[row]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(pair, verdict, column)
        if role == SORT_ROLE:
            return self._key(pair, verdict, column)
        if role == Qt.ItemDataRole.DecorationRole and column == SCORE:
            return self._icons[row]
        if role == Qt.ItemDataRole.TextAlignmentRole and column == CONTACT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, pair: "Pair", verdict: Verdict, column: int) -> str:
        if column == SCORE:
            return f"{pair.score:.2f}"
        if column == PAIR:
            return f"{pair.label_a} | {pair.label_b}"
        if column == WHERE:
            return self._where(pair)
        return f"{pair.contact_px:,} px" if column == CONTACT else verdict.value

    def _key(self, pair: "Pair", verdict: Verdict, column: int) -> float:
        if column == WHERE:
            return pair.axis * 1e9 + pair.position
        # Of those that read alike the one of most contact is the first.
        score = round(pair.score, 2) + 1e-9 * pair.contact_px
        keys = (score, pair.label_a, 0, pair.contact_px, ORDER.index(verdict))
        return float(keys[column])

    def _where(self, pair: "Pair") -> str:
        subject = self._inspection.subject
        letters = "" if subject is None else subject.axes.letters
        others = [
            f"{letter} {at:.0f}"
            for axis, (letter, at) in enumerate(zip(letters, pair.centre, strict=False))
            if axis != pair.axis
        ]
        return ", ".join([f"{letters[pair.axis : pair.axis + 1]} {pair.position}", *others])

    def _on_reset(self) -> None:
        self.beginResetModel()
        scores = np.array([pair.score for pair in self._inspection.pairs])
        self._icons = [_swatch(colour) for colour in heat_colours(scores)] if len(scores) else []
        self.endResetModel()

    def _on_decided(self) -> None:
        if self.rowCount():
            last = self.index(self.rowCount() - 1, VERDICT)
            self.dataChanged.emit(self.index(0, VERDICT), last)


class PairTable(QTableView):
    """Lists pairs; the chosen row is the pair that the inspection looks at."""

    chosen = Signal(int)
    """The user went to a pair, even to the one that was chosen already."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self.pairs = PairModel(inspection)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.pairs)
        self._sorted.setSortRole(SORT_ROLE)
        # A row that jumps when it is decided on would take the next one out of sight.
        self._sorted.setDynamicSortFilter(False)
        self.setModel(self._sorted)
        self.setAccessibleName("Suspicious pairs")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QTableView, QHeaderView::section { font-size: 8pt; padding: 1px; }")
        self._set_headers()
        self.clicked.connect(self._on_clicked)
        self._fit_height()
        inspection.audited.connect(self._on_audited)
        inspection.pointed.connect(self._on_pointed)

    def row_of(self, pair: int) -> int:
        """Return where a pair stands in the table now."""
        return self._sorted.mapFromSource(self.pairs.index(pair, 0)).row()

    def pair_at(self, row: int) -> int:
        """Return which pair stands in a row."""
        return self._sorted.mapToSource(self._sorted.index(row, 0)).row()

    def step(self, by: int) -> int | None:
        """Return the pair so many rows below the current one; `None` beyond the ends."""
        count, current = self.pairs.rowCount(), self._inspection.current
        row = (-1 if by > 0 else count) if current is None else self.row_of(current)
        return self.pair_at(row + by) if 0 <= row + by < count else None

    def next_open(self) -> int | None:
        """Return the next pair that is not decided on, from the current one round to it again."""
        count, current = self.pairs.rowCount(), self._inspection.current
        start = -1 if current is None else self.row_of(current)
        for row in (*range(start + 1, count), *range(max(0, start))):
            pair = self.pair_at(row)
            if self._inspection.verdicts[pair] is Verdict.OPEN:
                return pair
        return None

    def _set_headers(self) -> None:
        header, rows = self.horizontalHeader(), self.verticalHeader()
        if header is None or rows is None:
            return
        rows.hide()
        rows.setDefaultSectionSize(ROW_PX)
        rows.setMinimumSectionSize(ROW_PX)
        header.setMinimumSectionSize(min(WIDTHS_PX.values()))
        for column, width in WIDTHS_PX.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(WHERE, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSortingEnabled(True)
        self.sortByColumn(SCORE, Qt.SortOrder.DescendingOrder)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self.pair_at(index.row()))

    def _fit_height(self) -> None:
        header, (least, most) = self.horizontalHeader(), ROWS
        rows = min(max(self.pairs.rowCount(), least), most)
        above = header.sizeHint().height() if header is not None else ROW_PX
        self.setFixedHeight(above + rows * ROW_PX + 2 * self.frameWidth() + ROW_PX // 2)

    def _on_audited(self) -> None:
        self._fit_height()
        self.sortByColumn(SCORE, Qt.SortOrder.DescendingOrder)

    def _on_pointed(self) -> None:
        current = self._inspection.current
        if current is None:
            self.clearSelection()
        else:
            row = self.row_of(current)
            self.selectRow(row)
            self.scrollTo(self._sorted.index(row, 0))


def _swatch(colour: np.ndarray) -> QIcon:
    pixmap = QPixmap(ICON_PX, ICON_PX)
    pixmap.fill(QColor.fromRgbF(*map(float, colour)))
    return QIcon(pixmap)
