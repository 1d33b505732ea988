"""Small widgets that all sections are made of."""

import re
from collections.abc import Sequence

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import (
    QColor,
    QIcon,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
    QStandardItemModel,
    QWheelEvent,
)
from qtpy.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

# Each can be told from the others with every kind of colour vision, and from the background of
# both themes; text keeps the theme's own colour.
GOOD, WARNING, ERROR = "#0a9396", "#ff7f0e", "#d31737"
ZERO_WIDTH_SPACE = "\u200b"
WITHIN_NAMES = re.compile(r"(?<=\w)[/_.](?=\w)")
"""Where a long path or name may be broken."""
SIGNS = {GOOD: "✓", WARNING: "⚠", ERROR: "✕"}


class Section(QWidget):
    """A titled part of a widget that can be folded away."""

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, *, folded: bool = False) -> None:
        super().__init__()
        self.content = content
        self.header = QPushButton(title)
        self.header.setCheckable(True)
        self.header.setStyleSheet(
            "QPushButton { text-align: left; font-weight: bold; padding: 3px 0px; }"
            " QPushButton, QPushButton:checked, QPushButton:hover { background: transparent; }"
        )
        self._title = title
        rule = QFrame()
        rule.setFixedHeight(1)
        rule.setStyleSheet("background: rgba(128, 128, 128, 90);")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(2)
        layout.addWidget(rule)
        layout.addWidget(self.header)
        layout.addWidget(content)
        self.header.toggled.connect(self._on_toggled)
        self.header.setChecked(not folded)
        self._on_toggled(not folded)

    @property
    def folded(self) -> bool:
        """Whether the content is hidden."""
        return not self.header.isChecked()

    def set_folded(self, folded: bool) -> None:
        """Hide or show the content."""
        self.header.setChecked(not folded)

    def _on_toggled(self, open_: bool) -> None:
        self.header.setText(f"{'▾' if open_ else '▸'}  {self._title}")
        self.header.setToolTip(f"{'Fold' if open_ else 'Unfold'} {self._title.lower()}")
        self.content.setVisible(open_)
        self.toggled.emit(open_)


class Notice(QFrame):
    """One sentence on a tinted ground, with a button that mends what it says; hidden when empty."""

    mended = Signal()
    """The button was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.button = QPushButton()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 3, 4, 3)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.clicked.connect(self.mended)
        self.clear()

    @property
    def text(self) -> str:
        """What is said, without its sign; empty while hidden."""
        return self._text

    def say(self, text: str, colour: str, fix: str = "", tooltip: str = "") -> None:
        """Show a sentence.

        Parameters
        ----------
        text
            The sentence.
        colour
            `GOOD`, `WARNING` or `ERROR`.
        fix
            Text of the button; none without it.
        tooltip
            What the button does.
        """
        self._text = text = text[:1].upper() + text[1:]
        breakable = WITHIN_NAMES.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", text)
        self.label.setText(f"{SIGNS[colour]} {breakable}")
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        self.setStyleSheet(
            f"#notice {{ border: none; border-left: 3px solid {colour}; border-radius: 2px;"
            f" background: rgba({red}, {green}, {blue}, 40); }}"
            " #notice QLabel { background: transparent; }"
        )
        self.button.setText(fix)
        self.button.setToolTip(tooltip)
        self.button.setVisible(bool(fix))
        self.show()

    def clear(self) -> None:
        """Say nothing."""
        self._text = ""
        self.hide()


class Choice(QComboBox):
    """A combo box that neither grows with its entries nor follows the wheel unasked."""

    def __init__(self, tooltip: str) -> None:
        super().__init__()
        self.setToolTip(tooltip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_obstacle(self, place: int, reason: str) -> None:
        """Enable an entry, or say why it cannot be chosen."""
        entries = self.model()
        if isinstance(entries, QStandardItemModel) and (entry := entries.item(place)):
            entry.setEnabled(not reason)
        self.setItemData(place, reason, Qt.ItemDataRole.ToolTipRole)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Change by the wheel only after a click, so that scrolling the dock changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        elif event is not None:
            event.ignore()


class Line(QLabel):
    """One line of text, cut at the end where it does not fit; the tooltip says it in full."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def full_text(self) -> str:
        """The text as it was given."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setToolTip(text)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        """Ask for the height of a line and no width."""
        return QSize(0, self.fontMetrics().height() + 4)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        width = self.width() - 4
        super().setText(
            self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, width)
        )


class Form(QFormLayout):
    """Rows of a label and a control; all labels of the widget are equally wide."""

    LABEL_PX = 84

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(4)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def add(self, text: str, control: QWidget | QLayout) -> None:
        """Add a row."""
        label = QLabel(text)
        label.setFixedWidth(self.LABEL_PX)
        if isinstance(control, QWidget):
            label.setBuddy(control)
            _name(control, text)
            self.addRow(label, control)
        else:
            for place in range(control.count()):
                item = control.itemAt(place)
                if item is not None and (widget := item.widget()) is not None:
                    _name(widget, text)
            self.addRow(label, control)


def _name(control: QWidget, text: str) -> None:
    """Give a control a name for programs that read the screen aloud, unless it has one."""
    if not control.accessibleName():
        control.setAccessibleName(text)


def on_one_line(*widgets: QWidget, stretch: int | None = None) -> QHBoxLayout:
    """Lay widgets side by side without margins; the one at `stretch` takes the free width."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    for place, widget in enumerate(widgets):
        layout.addWidget(widget, int(place == stretch))
    if stretch is None:
        layout.addStretch()
    return layout


def hint(text: str = "") -> QLabel:
    """Return a label for what is known of a choice, smaller than what is chosen."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setStyleSheet("font-size: 8pt;")
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def line_icon(colour: str, *, dashed: bool = False) -> QIcon:
    """Draw a piece of a line, as a legend."""
    pixmap, painter = _blank()
    pen = QPen(QColor(colour), 3)
    if dashed:
        pen.setDashPattern([1.2, 1.0])
    painter.setPen(pen)
    painter.drawLine(0, 7, 14, 7)
    painter.end()
    return QIcon(pixmap)


def spokes_icon(colours: Sequence[tuple[float, float, float]]) -> QIcon:
    """Draw spokes in the colours of the directions right, down, left and up, as a legend."""
    pixmap, painter = _blank()
    for turn, colour in enumerate(colours):
        painter.setPen(QPen(QColor.fromRgbF(*colour), 2))
        across, down = ((7, 0), (0, 7), (-7, 0), (0, -7))[turn]
        painter.drawLine(7, 7, 7 + across, 7 + down)
    painter.end()
    return QIcon(pixmap)


def _blank() -> tuple[QPixmap, QPainter]:
    pixmap = QPixmap(14, 14)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap, QPainter(pixmap)
