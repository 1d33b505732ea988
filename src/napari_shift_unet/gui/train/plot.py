"""A small plot of a curve over the steps of a training, in the colours of the theme."""

from collections.abc import Sequence
from math import ceil, floor, log10

from qtpy.QtCore import QPointF, QRectF
from qtpy.QtGui import QColor, QPainter, QPen, QPolygonF

from ..controls.chart import FAINT, Chart

ROUND = (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10, 12)


class Plot(Chart):
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
        super().__init__(title)
        self._colour, self._top, self._smoothing = colour, top, smoothing
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

    @property
    def ends(self) -> tuple[str, str]:
        """The steps."""
        return "0", f"{self._steps:,} steps"

    @property
    def top(self) -> float:
        """Upper end of the axis of values."""
        return self._top or nice_top(self._smooth)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw the curve."""
        top = self.top
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
