"""The one button of a dock that does what the dock is for."""

from napari.utils.theme import get_theme
from napari.viewer import Viewer
from qtpy.QtWidgets import QPushButton

from ..listening import Connections


class PrimaryButton(QPushButton):
    """Has the accent of the viewer's theme."""

    def __init__(self, viewer: Viewer, text: str) -> None:
        super().__init__(text)
        self._viewer = viewer
        self._listening = Connections()
        self._listening.connect(self._on_theme, viewer.events.theme)
        self._on_theme()

    def close_down(self) -> None:
        """Stop listening to the viewer."""
        self._listening.cut()

    def _on_theme(self) -> None:
        theme = get_theme(self._viewer.theme)
        self.setStyleSheet(
            f"QPushButton:enabled {{ background-color: {theme.current.as_hex()};"
            " font-weight: bold; padding: 6px; }"
            f" QPushButton:enabled:hover {{ background-color: {theme.highlight.as_hex()}; }}"
            " QPushButton:disabled { padding: 6px; }"
        )
