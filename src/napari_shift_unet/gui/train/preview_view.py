"""Two pictures side by side: the truth on a part of the image, and what the network finds there."""

from typing import TYPE_CHECKING

import numpy as np
from napari.utils.colormaps import label_colormap
from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QImage, QPixmap, QResizeEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ..controls.parts import hint
from ..controls.wording import count_text

if TYPE_CHECKING:
    from ...training import Preview

LEAST_PX = 90
EXPLANATION = (
    "A part of the validation data, dark where it does not count.\n"
    "AP 0.5: objects found over all that were found or should have been, TP / (TP + FP + FN)"
)
OPACITY = 0.65
"""Of the instances over the image."""
COLOURS = label_colormap(49, seed=0.5)
TRUTH_COLOUR = (255, 200, 60)
UNKNOWN = 0.4
"""Brightness of what does not count."""


class PreviewView(QWidget):
    """Shows the last preview; hidden before the first."""

    def __init__(self) -> None:
        super().__init__()
        self.truth, self.found = _Picture(), _Picture()
        self.caption = hint()
        pictures = QHBoxLayout()
        pictures.setSpacing(4)
        pictures.addWidget(self.truth)
        pictures.addWidget(self.found)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(pictures)
        layout.addWidget(self.caption)
        self.hide()

    def show_preview(self, preview: "Preview") -> None:
        """Draw a preview."""
        shade = np.where(preview.truth < 0, UNKNOWN, 1.0)
        grey = np.rint(255 * shade * np.clip(preview.image, 0, 1)).astype(np.uint8)
        self.truth.set_pixels(_outlined(grey, preview.truth))
        self.found.set_pixels(_coloured(grey, preview.found))
        objects = count_text(len(np.unique(preview.found[preview.found > 0])), "object")
        self.caption.setText(
            f"Truth; after step {preview.step:,}: {objects}, AP 0.5 {preview.score:.2f}"
        )
        self.caption.setToolTip(
            "A part of the validation data, dark where it does not count; AP = TP / (TP + FP + FN)"
        )
        self.show()


class _Picture(QLabel):
    """A picture that is as wide as there is room, and square or less high."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_pixels(self, rgb: np.ndarray) -> None:
        """Show `(y, x, 3)` uint8."""
        height, width, _ = rgb.shape
        data = np.ascontiguousarray(rgb).tobytes()
        image = QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._pixmap = QPixmap.fromImage(image.copy())
        self._fit()
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """Keep the picture's shape."""
        if self._pixmap.isNull():
            return LEAST_PX
        return min(width, width * self._pixmap.height() // self._pixmap.width())

    def sizeHint(self) -> QSize:
        """Ask for the height that the width allows."""
        return QSize(LEAST_PX, self.heightForWidth(max(LEAST_PX, self.width())))

    def minimumSizeHint(self) -> QSize:
        """Ask for little."""
        return QSize(LEAST_PX // 2, LEAST_PX // 2)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Scale the picture anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._pixmap.isNull():
            aspect, smooth = Qt.AspectRatioMode, Qt.TransformationMode
            self.setPixmap(
                self._pixmap.scaled(
                    self.size(), aspect.KeepAspectRatio, smooth.SmoothTransformation
                )
            )


def _outlined(grey: np.ndarray, labels: np.ndarray) -> np.ndarray:
    picture = np.repeat(grey[..., None], 3, axis=-1)
    picture[_edges(labels)] = TRUTH_COLOUR
    return picture


def _edges(labels: np.ndarray) -> np.ndarray:
    """Pixels of objects that touch something else above, below, left or right."""
    edge = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        changes = np.diff(labels, axis=axis) != 0
        for side in ((1, 0), (0, 1)):
            edge |= np.pad(changes, [side if axis == other else (0, 0) for other in (0, 1)])
    return edge & (labels > 0)


def _coloured(grey: np.ndarray, labels: np.ndarray) -> np.ndarray:
    picture = np.repeat(grey[..., None], 3, axis=-1).astype(np.float64)
    inside = labels > 0
    colours = 255 * np.asarray(COLOURS.map(labels[inside]))[:, :3]
    picture[inside] = (1 - OPACITY) * picture[inside] + OPACITY * colours
    return np.rint(picture).astype(np.uint8)
