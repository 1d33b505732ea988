"""Which pixels of an image somebody has annotated, where labels do not say it themselves."""

from typing import Literal

import numpy as np
from jaxtyping import Bool, Integer
from scipy.ndimage import distance_transform_edt

Annotated = Literal["everywhere", "planes", "near"]


def annotated_mask(
    labels: Integer[np.ndarray, "*axes y x"], where: Annotated, margin_px: float = 0.0
) -> Bool[np.ndarray, "*axes y x"]:
    """Return where labels count as annotated, objects and background alike.

    Parameters
    ----------
    labels
        Instance ids, 0 is background.
    where
        "everywhere"; "planes", which are the planes y x that have an object; or "near", the pixels
        within `margin_px` of an object in the same plane.
    margin_px
        Distance for "near", from pixel centre to pixel centre.
    """
    if where == "everywhere":
        return np.ones(labels.shape, bool)
    planes = labels.reshape(-1, *labels.shape[-2:])
    if where == "planes":
        mask = np.repeat(planes.any((1, 2)), planes[0].size)
    else:
        mask = np.stack([_near(plane > 0, margin_px) for plane in planes])
    return mask.reshape(labels.shape)


def _near(objects: Bool[np.ndarray, "y x"], margin_px: float) -> Bool[np.ndarray, "y x"]:
    if not objects.any():
        return objects
    near: np.ndarray = distance_transform_edt(~objects) <= margin_px
    return near
