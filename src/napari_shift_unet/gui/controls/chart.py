"""The frame of a small plot: what is drawn, its last value in words, and two axes."""

from abc import abstractmethod

from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

HEIGHT_PX = 98
LEFT_PX, RIGHT_PX, GAP_PX = 34, 8, 3
FAINT = 60
"""Opacity of 255 of grid lines."""


class Chart(QWidget):
    """A strip in the colours of the theme, on which others draw.

    Parameters
    ----------
    title
        What is drawn, with its unit.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title, self._said = title, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    @abstractmethod
    def ends(self) -> tuple[str, str]:
        """What stands below the two ends of the horizontal axis."""

    @property
    @abstractmethod
    def top(self) -> float:
        """Upper end of the axis of values; the lower one is 0."""

    @abstractmethod
    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw what is in the frame."""

    def say(self, text: str) -> None:
        """Write a text above the frame, on the right."""
        self._said = text
        self.setToolTip(f"{self._title}: {text}" if text else self._title)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a strip of fixed height."""
        return QSize(LEFT_PX + 120, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Ask for the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw everything; the text has the theme's own colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPointSizeF(8)
        painter.setFont(font)
        line = painter.fontMetrics().height()
        size = self.rect()
        area = QRectF(
            LEFT_PX,
            1.5 * line + GAP_PX,
            size.width() - LEFT_PX - RIGHT_PX,
            size.height() - 2.5 * line - 2 * GAP_PX,
        )
        self._draw_texts(painter, area, line)
        self._draw_grid(painter, area, line)
        self.draw(painter, area)
        painter.end()

    def _draw_texts(self, painter: QPainter, area: QRectF, line: int) -> None:
        flags = Qt.AlignmentFlag
        head = QRectF(0, 0, self.width() - RIGHT_PX, line)
        painter.drawText(head, flags.AlignLeft | flags.AlignTop, self._title)
        painter.drawText(head, flags.AlignRight | flags.AlignTop, self._said)
        foot = QRectF(area.left(), area.bottom() + GAP_PX, area.width(), line)
        painter.drawText(foot, flags.AlignLeft | flags.AlignTop, self.ends[0])
        painter.drawText(foot, flags.AlignRight | flags.AlignTop, self.ends[1])

    def _draw_grid(self, painter: QPainter, area: QRectF, line: int) -> None:
        text = painter.pen().color()
        faint = QColor(text)
        faint.setAlpha(FAINT)
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(faint, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(text)
            place = QRectF(0, y - line / 2, LEFT_PX - 2 * GAP_PX, line)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, f"{share * self.top:.3g}")
