"""The Segment widget, for a widget that hands something over to it."""

from typing import Any

from napari.viewer import Viewer

from ..files.reading import PLUGIN


def open_segment(viewer: Viewer) -> Any:
    """Return the Segment widget; it is opened if it is not there, and brought to the front."""
    dock, segment = viewer.window.add_plugin_dock_widget(PLUGIN, "Segment", tabify=True)
    dock.show()
    dock.raise_()
    return segment
