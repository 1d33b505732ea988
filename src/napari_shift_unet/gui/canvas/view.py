"""What of a layer is on the screen, in px of the layer's data."""

from itertools import product

import numpy as np
from napari.layers import Layer
from napari.viewer import Viewer

Span = tuple[float, float]


def shown_axes(viewer: Viewer, layer: Layer) -> tuple[int, ...]:
    """Return the axes of a layer that the viewer shows, two of them or three, as it orders them."""
    missing = viewer.dims.ndim - layer.ndim
    return tuple(axis - missing for axis in viewer.dims.displayed if axis >= missing)


def slice_point(viewer: Viewer, layer: Layer) -> np.ndarray:
    """Return the pixel that the viewer's sliders stand on, `(ndim,)`; inside the layer's extent."""
    point = np.round(np.asarray(layer.world_to_data(viewer.dims.point)))
    low, high = np.asarray(layer.extent.data)
    inside: np.ndarray = np.clip(point, np.ceil(low), np.floor(high))
    return inside


def visible_spans(viewer: Viewer, layer: Layer) -> tuple[Span, Span]:
    """Return the interval on the screen for each of the two shown axes; may leave the layer.

    The canvas is two-dimensional here: ask only where `viewer.dims.ndisplay` is 2.
    """
    camera = viewer.scene.camera
    centre = np.asarray(camera.center)[-2:]
    half = np.asarray(viewer.canvas.viewbox_size(viewer.layers)) / 2 / camera.zoom
    corners = []
    for signs in product((-1, 1), repeat=2):
        world = np.array(viewer.dims.point, float)
        world[list(viewer.dims.displayed)] = centre + half * signs
        corners.append(np.asarray(layer.world_to_data(world)))
    axes = list(shown_axes(viewer, layer))
    low, high = np.min(corners, axis=0)[axes], np.max(corners, axis=0)[axes]
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def screen_pixel(viewer: Viewer, layer: Layer) -> tuple[float, float]:
    """Return the size of a pixel of the screen along the two shown axes, in px of the layer."""
    height, width = viewer.canvas.viewbox_size(viewer.layers)
    rows, columns = visible_spans(viewer, layer)
    return (rows[1] - rows[0]) / height, (columns[1] - columns[0]) / width
