"""How the average precision falls as more overlap is asked for."""

from collections.abc import Mapping

from qtpy.QtCore import QPointF, QRectF
from qtpy.QtGui import QColor, QPainter, QPen, QPolygonF

from ..controls.chart import Chart

EVERYWHERE, AT_SEAMS = "everywhere", "at seams"
COLOURS = {EVERYWHERE: "#0c86d8", AT_SEAMS: "#e07b00"}
"""Seen on a dark and on a light theme."""


class ApChart(Chart):
    """AP over the overlap that a match needs, everywhere and at seams."""

    def __init__(self) -> None:
        super().__init__("AP by least IoU")
        self.curves: dict[str, Mapping[str, float]] = {}
        """AP by threshold, by the names in `COLOURS`."""
        self.set_curves({})

    def set_curves(self, curves: Mapping[str, Mapping[str, float]]) -> None:
        """Show other curves, or none."""
        self.curves = dict(curves)
        lines = [
            f"{name}: " + ", ".join(f"{ap:.3f} at {threshold}" for threshold, ap in curve.items())
            for name, curve in self.curves.items()
        ]
        self.setToolTip("\n".join(["TP / (TP + FP + FN) by the IoU that a match needs", *lines]))
        self.update()

    @property
    def ends(self) -> tuple[str, str]:
        """The smallest and the largest overlap."""
        return "IoU 0.5", "0.95"

    @property
    def top(self) -> float:
        """The AP of a perfect result."""
        return 1.0

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw the curves, and their names above in their colours."""
        right = area.right()
        for name, curve in reversed(self.curves.items()):
            colour = QColor(COLOURS[name])
            painter.setPen(colour)
            right -= painter.fontMetrics().horizontalAdvance(name)
            painter.drawText(QPointF(right, painter.fontMetrics().ascent()), name)
            right -= painter.fontMetrics().horizontalAdvance("  ")
            painter.setPen(QPen(colour, 2))
            points = [
                QPointF(
                    area.left() + area.width() * place / max(1, len(curve) - 1),
                    area.bottom() - area.height() * ap,
                )
                for place, ap in enumerate(curve.values())
            ]
            painter.drawPolyline(QPolygonF(points))
            painter.setBrush(colour)
            for point in points:
                painter.drawEllipse(point, 1.5, 1.5)
