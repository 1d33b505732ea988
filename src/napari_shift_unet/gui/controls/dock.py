"""A dock widget of sections that scroll above a foot that stays in sight."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from qtpy.QtCore import QEvent, QObject, QSize, Qt
from qtpy.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ..preferences.remembering import remember
from .parts import Section

WIDTH_PX, HEIGHT_PX, LEAST_HEIGHT_PX, MARGIN_PX = 340, 640, 240, 6
STYLE_EDGE_PX = 1
"""What napari's style adds to a scroll bar on each side, beyond its hint."""
Closer = Callable[[], object]


class Dock(QWidget):
    """Asks for as little width as its rows need, and closes down what it was given.

    napari does not tell a widget that its dock is closed: it takes it out of the dock, or deletes
    it with the window.
    """

    def __init__(self) -> None:
        super().__init__()
        self._closers: list[Closer] = []
        self._closed = False
        self._inside = QWidget()
        self._inside.installEventFilter(self)
        self._rows = QVBoxLayout(self._inside)
        self._rows.setContentsMargins(0, 0, MARGIN_PX, 0)
        self._rows.setSpacing(4)
        self._rows.addStretch()
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(self._inside)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(MARGIN_PX, 4, MARGIN_PX, 4)
        self._layout.setSpacing(2)
        self._layout.addWidget(self.scroll_area, 1)
        self.destroyed.connect(partial(_call_those_alive, self._closers))

    def add(self, widget: QWidget) -> None:
        """Add a part below the others."""
        self._rows.insertWidget(self._rows.count() - 1, widget)

    def add_section(self, title: str, content: QWidget, *, folded: bool = False) -> Section:
        """Add a part that can be folded away below the others.

        Parameters
        ----------
        title
            What stands above it.
        content
            The part.
        folded
            Whether it begins folded, unless the user has left it otherwise.
        """
        section = Section(title, content, folded=folded)
        name = type(self).__name__.removesuffix("Widget").lower()
        remember(f"{name}.{title.lower()} unfolded", section.header)
        self.add(section)
        return section

    @property
    def sections(self) -> list[Section]:
        """The parts that can be folded away."""
        return self._inside.findChildren(Section)

    def unfold(self, content: QWidget) -> None:
        """Unfold the section of a part, and scroll to it."""
        for section in self.sections:
            if section.content is content:
                section.set_folded(False)
        self._rows.activate()
        self.scroll_area.ensureWidgetVisible(content)

    def set_foot(self, widget: QWidget) -> None:
        """Put a widget below the part that scrolls."""
        self._layout.addWidget(widget)

    def close_with(self, *closers: Closer) -> None:
        """Have these called, in this order, when the dock is closed or deleted.

        They must not touch Qt objects that have a parent: those may be gone by then.
        """
        self._closers.extend(closers)

    def close_down(self) -> None:
        """Close everything, and this widget for good; does nothing the second time."""
        if not self._closed:
            self._closed = True
            _call_all(self._closers)
            self.deleteLater()

    def event(self, event: QEvent | None) -> bool:
        """Close down when the dock lets go of this widget."""
        moved = event is not None and event.type() == QEvent.Type.ParentChange
        if moved and self.parent() is None:
            self.close_down()
        return super().event(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Ask for more width when some row needs it."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """Ask for a narrow dock in which nothing is cut off, so that the canvas stays wide."""
        return QSize(max(WIDTH_PX, self.minimumSizeHint().width()), HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the widest row; what is higher scrolls."""
        bar = self.scroll_area.verticalScrollBar()
        wide = self._inside.minimumSizeHint().width() + (bar.sizeHint().width() if bar else 0)
        return QSize(wide + 2 * (MARGIN_PX + STYLE_EDGE_PX), LEAST_HEIGHT_PX)


def _call_all(closers: list[Closer]) -> None:
    while closers:
        closers.pop(0)()


def _call_those_alive(closers: list[Closer], *_: object) -> None:
    """Call all; at the exit of the program Qt objects are deleted in any order."""
    while closers:
        with suppress(RuntimeError):
            closers.pop(0)()
