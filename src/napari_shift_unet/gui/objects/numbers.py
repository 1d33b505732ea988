"""Numbers in two columns."""

from collections.abc import Mapping, Sequence

from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from ...evaluation.side_by_side import Row
from ..controls.parts import Form, Line


class Numbers(QWidget):
    """A row per number.

    Parameters
    ----------
    meaning
        Tooltips of rows, by their names.
    nothing
        What stands there while there are no numbers.
    bold
        Whether numbers that differ are bold.
    """

    def __init__(self, meaning: Mapping[str, str], nothing: str, *, bold: bool = False) -> None:
        super().__init__()
        self._meaning, self._nothing, self._bold = meaning, nothing, bold
        self.lines: dict[str, tuple[Line, Line]] = {}
        self._cells: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self._grid.setColumnMinimumWidth(0, Form.LABEL_PX)
        for column in (1, 2):
            self._grid.setColumnStretch(column, 1)
        self.set_rows([])

    def set_rows(self, rows: Sequence[Row], titles: Sequence[str] = ("A", "B")) -> None:
        """Show other numbers, under the titles of their columns."""
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells, self.lines = [], {}
        if not rows:
            self._put(QLabel(self._nothing), 0, 0, 3)
            return
        for column, title in enumerate(("", *titles)):
            self._put(QLabel(f"<b>{title}</b>"), 0, column)
        for place, row in enumerate(rows, 1):
            name = QLabel(row.name)
            name.setToolTip(self._meaning.get(row.name, ""))
            self._put(name, place, 0)
            self.lines[row.name] = a, b = Line(), Line()
            for column, (line, text) in enumerate(((a, row.a), (b, row.b)), 1):
                line.setStyleSheet("font-weight: bold;" if self._bold and row.differs else "")
                line.set_text(text)
                self._put(line, place, column)

    def _put(self, cell: QWidget, row: int, column: int, columns: int = 1) -> None:
        self._cells.append(cell)
        self._grid.addWidget(cell, row, column, 1, columns)
