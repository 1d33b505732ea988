"""`shift-unet sample`: a real image to try the other commands on."""

from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from ..errors import OutputError
from .console import result

CUT_TILE_PX = 148
"""Distance of the seams of the labels that are cut; no multiple of the period of most U-Nets."""
IMAGE, TRUTH, CUT, BOXES = "nuclei.tif", "truth.tif", "cut.tif", "boxes.csv"


def sample(*, output: Annotated[Path, Parameter(metavar="DIR")] = Path()) -> None:
    """Write a real image of nuclei, its true labels, and what other commands read of them.

    Parameters
    ----------
    output
        Folder of nuclei.tif, truth.tif, cut.tif (the truth cut as tiles of 148 px cut it) and
        boxes.csv (around the true objects); the current one if left out.
    """
    import pandas as pd
    import tifffile
    from scipy.ndimage import find_objects

    from ..images import sample_image, write_labels_tiff, write_table_csv, writing
    from ..results import make_directory
    from ..seams import AxisTiling, cut_labels

    for name in (IMAGE, TRUTH, CUT, BOXES):
        if (output / name).exists():
            raise OutputError(f"{output / name} is there already. Choose a folder: --output DIR.")
    image, truth = sample_image()
    make_directory(output)
    with writing(output / IMAGE) as temporary:
        tifffile.imwrite(temporary, np.asarray(image.data), compression="zlib")
    if truth is not None:
        tiling = AxisTiling(CUT_TILE_PX)
        write_labels_tiff(output / TRUTH, truth)
        write_labels_tiff(output / CUT, cut_labels(truth, (tiling, tiling)))
        boxes = [(y.start, x.start, y.stop, x.stop) for y, x in find_objects(truth)]
        write_table_csv(output / BOXES, pd.DataFrame(boxes, columns=["y0", "x0", "y1", "x1"]))
    for name in (IMAGE, TRUTH, CUT, BOXES):
        result(str(output / name))
