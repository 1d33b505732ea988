"""Takes the viewer to a place of a layer: its sliders, and its camera."""

from collections.abc import Sequence

import numpy as np
from napari.layers import Layer
from napari.viewer import Viewer

from .view import shown_axes

FILLS = 0.3
"""Share of the screen's shorter side that a place takes after the viewer had to zoom."""
LEAST, MOST = 0.15, 0.8
"""Shares between which the zoom stays as it is, so that a walk over many places is calm."""


def fly_to(viewer: Viewer, layer: Layer, low: Sequence[float], high: Sequence[float]) -> None:
    """Show a box of a layer in the middle of the screen.

    The sliders go to the middle of the box, the camera too. The zoom changes only where the box
    would be too small to see or would not fit.

    Parameters
    ----------
    viewer
        The viewer.
    layer
        A layer of it.
    low, high
        First pixel of the box and the one behind its last, along all axes of the layer; equal for
        a place of no size, which keeps the zoom.
    """
    first, last = np.asarray(low, float), np.asarray(high, float)
    middle = (first + last - 1) / 2
    # Sliders stand on pixels: between two of them napari would round either way.
    world = np.asarray(layer.data_to_world(np.floor(middle)))
    missing = viewer.dims.ndim - layer.ndim
    viewer.dims.set_point([missing + axis for axis in range(layer.ndim)], world.tolist())
    shown = list(shown_axes(viewer, layer))
    centre = np.asarray(layer.data_to_world(middle))[shown]
    viewer.scene.camera.center = (0.0,) * (3 - len(centre)) + tuple(centre.tolist())
    size = float(np.max(((last - first) * np.abs(layer.scale))[shown]))
    screen = float(np.min(viewer.canvas.viewbox_size(viewer.layers)))
    share = size * viewer.scene.camera.zoom / screen
    if size > 0 and not LEAST <= share <= MOST:
        viewer.scene.camera.zoom = FILLS * screen / size
