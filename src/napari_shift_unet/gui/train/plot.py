"""A small plot of a curve over the steps of a training, in the colours of the theme."""

from collections.abc import Sequence
from math import ceil, floor, log10

from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QWidget

HEIGHT_PX = 98
LEFT_PX, RIGHT_PX, GAP_PX = 34, 8, 3
FAINT = 60
"""Opacity of 255 of grid lines and of what is not smoothed."""
ROUND = (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10, 12)


class Plot(QWidget):
    """One curve, its last value in words, and two labelled axes.

    Parameters
    ----------
    title
        What is drawn, with its unit.
    colour
        Of the curve.
    top
        Upper end of the axis of values; `None` follows the curve.
    smoothing
        Share of the earlier curve in each of its points; 0 draws the values and marks them.
    """

    def __init__(
        self, title: str, colour: str, *, top: float | None = None, smoothing: float = 0.0
    ) -> None:
        super().__init__()
        self._title, self._colour, self._top, self._smoothing = title, colour, top, smoothing
        self._said = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.values: list[tuple[int, float]] = []
        """Step and value of every point that was added."""
        self._smooth: list[float] = []
        self._steps = 1

    def begin(self, steps: int, done: int = 0) -> None:
        """Forget what comes after so many steps done; the axis will be so many steps long."""
        self._steps = max(1, steps)
        kept = sum(step <= done for step, _ in self.values)
        del self.values[kept:], self._smooth[kept:]
        self.say("")

    def add(self, step: int, value: float) -> None:
        """Add a point."""
        self.values.append((step, value))
        before = self._smooth[-1] if self._smooth else value
        share = min(self._smoothing, 1 - 1 / len(self.values))
        self._smooth.append(share * before + (1 - share) * value)
        self.update()

    @property
    def last(self) -> float | None:
        """The end of the curve."""
        return self._smooth[-1] if self._smooth else None

    def say(self, text: str) -> None:
        """Write a text above the curve, on the right."""
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
        top = self._top or nice_top(self._smooth)
        self._draw_grid(painter, area, top, line)
        self._draw_curve(painter, area, top)
        painter.end()

    def _draw_texts(self, painter: QPainter, area: QRectF, line: int) -> None:
        flags = Qt.AlignmentFlag
        head = QRectF(0, 0, self.width() - RIGHT_PX, line)
        painter.drawText(head, flags.AlignLeft | flags.AlignTop, self._title)
        painter.drawText(head, flags.AlignRight | flags.AlignTop, self._said)
        foot = QRectF(area.left(), area.bottom() + GAP_PX, area.width(), line)
        painter.drawText(foot, flags.AlignLeft | flags.AlignTop, "0")
        painter.drawText(foot, flags.AlignRight | flags.AlignTop, f"{self._steps:,} steps")

    def _draw_grid(self, painter: QPainter, area: QRectF, top: float, line: int) -> None:
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
            painter.drawText(place, right, f"{share * top:.3g}")

    def _draw_curve(self, painter: QPainter, area: QRectF, top: float) -> None:
        painter.setClipRect(area.adjusted(-4, -4, 4, 1))
        colour = QColor(self._colour)
        points = [self._place(area, top, *point) for point in self.values]
        if self._smoothing:
            colour.setAlpha(FAINT)
            painter.setPen(QPen(colour, 1))
            painter.drawPolyline(QPolygonF(_thinned(points)))
            colour.setAlpha(255)
            steps = (step for step, _ in self.values)
            pairs = zip(steps, self._smooth, strict=True)
            points = [self._place(area, top, *point) for point in pairs]
        painter.setPen(QPen(colour, 2))
        painter.drawPolyline(QPolygonF(_thinned(points)))
        if not self._smoothing:
            painter.setBrush(colour)
            for point in points:
                painter.drawEllipse(point, 1.5, 1.5)

    def _place(self, area: QRectF, top: float, step: int, value: float) -> QPointF:
        x = area.left() + area.width() * step / self._steps
        return QPointF(x, area.bottom() - area.height() * min(value / top, 10.0))


def nice_top(values: Sequence[float]) -> float:
    """Return a round number above most of the values; those of the first steps may stick out.

    Parameters
    ----------
    values
        Of a curve, positive; of any length.
    """
    ordered = sorted(values)
    high = ordered[ceil(0.98 * (len(ordered) - 1))] if ordered else 1.0
    if high <= 0:
        return 1.0
    power = 10.0 ** floor(log10(high))
    return next(step * power for step in ROUND if step * power >= high)


def _thinned(points: list[QPointF]) -> list[QPointF]:
    """Leave out points that no screen would show."""
    return points[:: max(1, len(points) // 2000)]
