"""Whether a file holds labels or an image, as far as it says so itself."""

import os
from pathlib import Path
from typing import Any

import tifffile
import zarr

from .arrays import UNREADABLE

LABELS_SOFTWARE = "napari-shift-unet labels"
"""The Software tag of label TIFFs: the one that ImageJ and OME files both have room for."""


def holds_labels(path: str | os.PathLike[str]) -> bool:
    """Whether a TIFF was written as labels by this package, or an OME-Zarr as labels by anyone.

    False for a file that cannot be read: reading it will say why.
    """
    path = Path(path)
    try:
        if path.is_dir():
            attributes: dict[str, Any] = zarr.open(path, mode="r").attrs.asdict()
            return "image-label" in attributes.get("ome", attributes)
        with tifffile.TiffFile(path) as file:
            return bool(file.pages.first.tags.valueof("Software") == LABELS_SOFTWARE)
    except UNREADABLE:
        return False
