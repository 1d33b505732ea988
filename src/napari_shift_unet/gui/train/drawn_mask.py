"""The pixels inside shapes that somebody drew."""

import numpy as np
from napari.layers import Labels, Shapes
from skimage.draw import polygon

from ...errors import InputError
from ..layers import full_resolution

AREAS = ("rectangle", "polygon", "ellipse")
ELLIPSE_CORNERS = 64


def drawn_mask(shapes: Shapes, labels: Labels) -> np.ndarray:
    """Return where the pixels of a labels layer lie inside a rectangle, polygon or ellipse.

    A shape counts for the plane (z, t) that it was drawn on; for all planes if its layer has none.

    Parameters
    ----------
    shapes
        Drawn in the plane y x, with any pixel size.
    labels
        Whose pixels are meant.

    Returns
    -------
    ndarray
        bool, of the shape of the labels' data.

    Raises
    ------
    InputError
        If nothing with an area lies on the labels.
    """
    size = full_resolution(labels).shape
    mask = np.zeros(size, bool)
    for corners, kind in zip(shapes.data, shapes.shape_type, strict=True):
        if kind in AREAS:
            places = np.array([labels.world_to_data(shapes.data_to_world(c)) for c in corners])
            outline = _ellipse(places) if kind == "ellipse" else places
            rows, columns = _pixels_inside(outline[:, -2:], size[-2:])
            plane = tuple(np.rint(places[0, :-2]).astype(int).tolist())
            unknown = max(0, labels.ndim - shapes.ndim)
            index = (slice(None),) * unknown + plane[unknown:]
            if all(0 <= at < n for at, n in zip(plane[unknown:], size[unknown:-2], strict=True)):
                mask[(*index, rows, columns)] = True
    if not mask.any():
        raise InputError(
            f"the layer '{shapes.name}' has no rectangle, polygon or ellipse on the labels. "
            "Draw around what is annotated."
        )
    return mask


def _pixels_inside(outline: np.ndarray, size: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = polygon(outline[:, 0], outline[:, 1], size)  # type: ignore[no-untyped-call]
    return rows, columns


def _ellipse(corners: np.ndarray) -> np.ndarray:
    """Return points on the ellipse in a box of four corners."""
    middle = corners.mean(0)
    one, other = (corners[1] - corners[0]) / 2, (corners[3] - corners[0]) / 2
    turn = np.linspace(0, 2 * np.pi, ELLIPSE_CORNERS, endpoint=False)[:, None]
    points: np.ndarray = middle + np.cos(turn) * one + np.sin(turn) * other
    return points
