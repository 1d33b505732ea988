"""Widgets for napari; the only room that imports napari, qtpy, magicgui or superqt."""
