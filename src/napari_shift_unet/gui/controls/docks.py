"""The plugin's docks, for a widget or a command that hands something over to one."""

from typing import Any

from napari.viewer import Viewer
from npe2 import PluginManager
from qtpy.QtWidgets import QDockWidget, QWidget

from ...errors import InputError
from ..files.reading import PLUGIN

DISPLAY_NAME = "Shift U-Net"
"""As in the manifest; napari's menus name docks after it, its Python interface after the plugin."""


def open_dock(viewer: Viewer, name: str) -> Any:
    """Return a widget of this plugin; it is opened if it is not there, and brought to the front.

    It does not matter whether it was opened from a menu or by `add_plugin_dock_widget`.
    """
    title = f"{name} ({DISPLAY_NAME})"
    opened = viewer.window.dock_widgets
    known = [opened[key] for key in (title, f"{name} ({PLUGIN})") if key in opened]
    widget = known[0] if known else _make(viewer, name)
    if not known:
        viewer.window.add_dock_widget(widget, name=title, tabify=True)
    dock: QWidget | None = widget
    while dock is not None and not isinstance(dock, QDockWidget):
        dock = dock.parentWidget()
    if dock is not None:
        dock.show()
        dock.raise_()
    return widget


def open_segment(viewer: Viewer) -> Any:
    """Return the Segment widget, as `open_dock` does."""
    return open_dock(viewer, "Segment")


def _make(viewer: Viewer, name: str) -> Any:
    for widget in PluginManager.instance().iter_widgets():
        if widget.plugin_name == PLUGIN and widget.display_name == name:
            return widget.get_callable()(viewer)
    raise InputError(f"the plugin has no widget '{name}', or it is disabled. Enable it in napari.")
